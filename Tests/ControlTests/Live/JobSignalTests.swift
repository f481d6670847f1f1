import CLinux
import Glibc
import Model
import Testing

@testable import Control

/// Signals to real trees and to a real cgroup.
@Suite(.serialized, .enabled(if: PythonTree.isPossible && geteuid() == 0)) struct JobSignalTests {
  private let system = LaunchSystem.current()

  private func send(_ number: Int32, _ target: Target) throws -> JobSignal {
    let enforcer: any Enforcer =
      target.cgroup == nil ? ProcessEnforcer(system: system) : RawGroups(in: system)
    var members = JobMembers(of: target, enforcer, in: system)
    var signal = JobSignal(number, proc: system.proc)
    try signal.send(to: &members, group: enforcer.lockDirectory(of: target))
    return signal
  }

  @Test func aSignalReachesEveryProcessOnce() throws {
    let tree = try #require(
      PythonTree(
        """
        import signal
        signal.signal(signal.SIGUSR1, lambda number, frame: os.write(1, b"got\\n"))
        os.fork()
        os.write(1, b"ready\\n")
        while True: time.sleep(60)
        """))
    // A word and its line's end in one write: print makes two of them where Python does not buffer.
    // Python forgets a signal that comes before its fork is done.
    #expect(tree.program.says("ready\nready"))
    #expect(try send(SIGUSR1, tree.target).reached.count == 2)
    #expect(tree.program.says("got\ngot"))
  }

  @Test func atTheEndNothingOfAForkingTreeIsLeft() throws {
    let tree = try #require(
      PythonTree(
        """
        print("ready", flush=True)
        while True:
            if os.fork() == 0:
                if os.fork() == 0:
                    time.sleep(30)
                os._exit(0)
            os.wait()
            time.sleep(0.005)
        """))
    usleep(200_000)
    let signal = try send(SIGKILL, tree.target)
    #expect(signal.error == nil)
    #expect(signal.reached.count > 5)
    #expect(Loadline.eventually { tree.processes.isEmpty })
  }

  @Test(.enabled(if: Loadline.isPossible)) func aCgroupIsKilledWithEverythingInIt() throws {
    let name = Loadline.name("signal")
    let tree = try #require(
      PythonTree(
        "for n in range(5):\n    if os.fork() == 0: break\nprint('ready', flush=True)\ntime.sleep(60)"
      )
    )
    let outcome = Adoption.adopt(
      AdoptionRequest(target: tree.target, name: RunName(name)), in: system, progress: { _ in })
    guard case .done(let id) = outcome.report.stage else {
      Issue.record("not adopted: \(outcome.report)")
      return
    }
    var target = tree.target
    target.id = id
    target.cgroup = "/loadline/\(name)"
    #expect(try send(SIGKILL, target).reached.count >= 6)
    #expect(Loadline.eventually { tree.processes.isEmpty && Loadline.isGone(name) })
  }
}
