import CLinux
import Glibc
import Model
import Testing

@testable import Control

/// Real processes with real threads.
@Suite(.serialized, .enabled(if: PythonTree.isPossible && PythonTree.hasTwoCPUs))
struct ProcessEnforcerTests {
  private let enforcer = ProcessEnforcer(system: .current())

  /// Two threads of which one pins itself, and a child.
  private static let pinned = """
    import ctypes
    def pin():
        os.sched_setaffinity(0, [1])
        print("ready", flush=True)
        time.sleep(60)
    if os.fork() == 0:
        time.sleep(60)
    threading.Thread(target=pin).start()
    """

  private func affinities(_ tree: PythonTree) -> [String] {
    tree.threads.compactMap { try? ThreadAttribute.affinity.value(ofThread: $0) }.sorted()
  }

  private func write(_ step: Step, _ text: String) throws -> [ProcessThreads.Deviant] {
    guard case .threads(let processes, let attribute) = step.place else { return [] }
    let threads = ProcessThreads(processes: processes, attribute: attribute)
    try threads.write(text)
    return threads.deviants(from: text)
  }

  @Test func aCoreSetReachesEveryThreadAndUndoGivesEachItsOwnAgain() throws {
    let tree = try #require(PythonTree(Self.pinned))
    let before = affinities(tree)
    #expect(before == ["0-1", "0-1", "1"])
    let change = Change(target: tree.target, from: nil, to: .cpus(CPUSet([0])))
    let steps = try enforcer.steps(for: change)
    let step = try #require(steps.first)
    #expect(try write(step, step.after) == [])
    #expect(affinities(tree) == ["0", "0", "0"])
    let notes = enforcer.notes(on: change, made: steps)
    #expect(notes.first?.hasPrefix("1 thread had other CPUs than the rest: ") ?? false)
    #expect(notes.first?.contains(" on CPU 1. They were moved as well") ?? false)
    #expect(try enforcer.inspect(tree.target).knobs[.cpus] == .settable(.cpus(CPUSet([0]))))
    #expect(try write(step, step.before) == [])
    #expect(affinities(tree) == before)
    #expect(try enforcer.inspect(tree.target).knobs[.cpus] == .settable(.cpus(CPUSet())))
  }

  @Test func threadsThatAreMadeMeanwhileAreNotMissed() throws {
    let tree = try #require(
      PythonTree(
        """
        def work(): time.sleep(0.02)
        print("ready", flush=True)
        while True:
            threading.Thread(target=work).start()
            if os.fork() == 0:
                time.sleep(0.05)
                os._exit(0)
            try:
                while os.waitpid(-1, os.WNOHANG)[0]: pass
            except ChildProcessError: pass
            time.sleep(0.001)
        """))
    let step = try #require(
      try enforcer.steps(
        for: Change(target: tree.target, from: nil, to: .cpus(CPUSet([1])))
      ).first)
    #expect(try write(step, step.after) == [])
    for _ in 0..<5 {
      #expect(Set(affinities(tree)) == ["1"])
      usleep(5000)
    }
  }

  @Test func niceAndIOPriorityAreOfEveryThread() throws {
    let tree = try #require(PythonTree(Self.pinned))
    let nice = try #require(
      try enforcer.steps(for: Change(target: tree.target, from: nil, to: .nice(7))).first)
    #expect(try write(nice, nice.after) == [])
    #expect(
      Set(tree.threads.map { getpriority(Int32(PRIO_PROCESS.rawValue), id_t($0)) }) == [7])
    #expect(try write(nice, nice.before) == [])
    let io = try #require(
      try enforcer.steps(
        for: Change(target: tree.target, from: nil, to: .ioPriority(.idle))
      ).first)
    #expect(io.before == "none")
    #expect(try write(io, io.after) == [])
    #expect(
      try enforcer.inspect(tree.target).knobs[.ioPriority] == .settable(.ioPriority(.idle)))
    #expect(try write(io, io.before) == [])
  }

  @Test func freezingStopsEveryProcessAndLeavesAloneWhatWasStoppedBefore() throws {
    let tree = try #require(
      PythonTree(
        """
        import signal
        child = os.fork()
        if child == 0:
            time.sleep(60)
        os.kill(child, signal.SIGSTOP)
        print("ready", flush=True)
        time.sleep(60)
        """))
    func stopped() -> Int {
      tree.processes.count {
        ProcessTable.entry(of: $0, proc: "/proc")?.isStopped ?? false
      }
    }
    #expect(Loadline.eventually { stopped() == 1 })
    let step = try #require(
      try enforcer.steps(for: Change(target: tree.target, from: nil, to: .frozen(true))).first)
    #expect(try write(step, step.after) == [])
    #expect(stopped() == 2)
    #expect(try write(step, step.before) == [])
    #expect(stopped() == 1)
  }

  @Test func whatOnlyACgroupCanLimitSaysTheWayOut() throws {
    let tree = try #require(PythonTree("print('ready', flush=True)\ntime.sleep(60)"))
    guard case .fixed(nil, let reason) = try enforcer.inspect(tree.target).knobs[.memory] else {
      Issue.record("memory can be set without a cgroup")
      return
    }
    #expect(reason.contains("loadline adopt \(tree.mark)"))
    #expect(throws: ChangeFailure.self) {
      try enforcer.steps(
        for: Change(target: tree.target, from: nil, to: .cores(.at(Cores(1)))))
    }
  }

  @Test func anotherProcessOfTheSameNumberIsLeftAlone() throws {
    let tree = try #require(PythonTree("print('ready', flush=True)\ntime.sleep(60)"))
    let other = [ProcessIdentity(pid: tree.identity.pid, start: tree.identity.start - 1)]
    #expect(throws: ProcessThreads.ended) {
      try ProcessThreads(processes: other, attribute: .nice).write("5")
    }
    #expect(getpriority(Int32(PRIO_PROCESS.rawValue), id_t(tree.identity.pid)) == 0)
  }

  @Test func anotherUsersJobIsRefused() throws {
    let tree = try #require(PythonTree("print('ready', flush=True)\ntime.sleep(60)"))
    var system = LaunchSystem.current()
    system.uid = Nobody.uid
    let enforcer = ProcessEnforcer(system: system)
    guard case .fixed(_, let reason) = try enforcer.inspect(tree.target).knobs[.cpus] else {
      Issue.record("nobody may change root's job")
      return
    }
    #expect(reason == "process \(tree.identity.pid) is root's; only root may change it.")
    #expect(throws: ChangeFailure.self) {
      try enforcer.steps(for: Change(target: tree.target, from: nil, to: .nice(5)))
    }
  }

  @Test func cpusThatAreNotThereAreRefused() throws {
    let tree = try #require(PythonTree("print('ready', flush=True)\ntime.sleep(60)"))
    #expect(throws: ChangeFailure.self) {
      try enforcer.steps(for: Change(target: tree.target, from: nil, to: .cpus(CPUSet([900]))))
    }
  }
}
