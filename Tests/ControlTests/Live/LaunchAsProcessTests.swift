import Glibc
import Model
import Testing

@testable import Control

/// A user without rights, to run the program as.
enum Nobody {
  static let uid: UInt32 = 65_534
  static let become = [
    "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "-u",
    "XDG_RUNTIME_DIR",
  ]

  /// Says once why not.
  static let isPossible: Bool = {
    let test = become + ["test", "-x", Loadline.program]
    if geteuid() == 0, RunningProgram(test).outcome().status == 0 { return true }
    print("skipped: live tests as another user: not root, or nobody may not run the program")
    return false
  }()
}

/// The built program as a user who may make no cgroup.
@Suite(.serialized, .enabled(if: Nobody.isPossible)) struct LaunchAsProcessTests {
  private func records() -> [RunRecord] {
    RunRecords.alive(in: "/tmp/loadline-\(Nobody.uid)").filter {
      $0.name.text.hasPrefix("test-\(getpid())-")
    }
  }

  @Test func whatCannotBeLimitedIsSaidAndARecordNamesTheJob() throws {
    let name = Loadline.name("loose")
    let job = RunningProgram(
      Nobody.become + [
        Loadline.program, "run", "--name", name, "--memory", "64MiB", "--weight", "50", "--", "sh",
        "-c", "echo nice $(nice); exec sleep 30",
      ])
    #expect(job.says("nice "))
    #expect(job.says("\n"))
    #expect(Loadline.eventually { records().map(\.name.text) == [name] })
    let record = try #require(records().first)
    #expect(record.pid == job.pid)
    #expect(record.uid == Nobody.uid)
    #expect(record.unenforced == [.memory])
    kill(job.pid, SIGTERM)
    let outcome = job.outcome()
    #expect(outcome.status == 128 + SIGTERM)
    #expect(
      outcome.errors
        == "loadline run: not enforced: --memory (you may not make cgroups on this box); --weight 50 is nice 3.\n"
    )
    let own = 3 + getpriority(Int32(PRIO_PROCESS.rawValue), 0)
    #expect(outcome.output == "nice \(own)\n")
    #expect(Loadline.eventually { records().isEmpty && Loadline.reaper(of: name) == nil })
  }

  @Test func aTakenNameIsRefused() {
    let name = Loadline.name("loose-taken")
    let words = Nobody.become + [Loadline.program, "run", "--name", name, "--"]
    let job = RunningProgram(words + ["sh", "-c", "echo ready; exec sleep 30"])
    #expect(job.says("ready"))
    let second = RunningProgram(words + ["true"]).outcome()
    #expect(second.status == 3)
    #expect(second.errors.contains("a job named \(name) is already running"))
    kill(job.pid, SIGTERM)
    _ = job.outcome()
    #expect(Loadline.eventually { Loadline.reaper(of: name) == nil })
  }

  @Test func aFileLeftByAKilledReaperIsSweptByTheNextStart() throws {
    let name = Loadline.name("loose-killed")
    let words = Nobody.become + [Loadline.program, "run", "--name", name, "--"]
    let job = RunningProgram(words + ["sh", "-c", "echo ready; exec sleep 30"])
    #expect(job.says("ready"))
    let file =
      "/tmp/loadline-\(Nobody.uid)/"
      + RunRecord.fileName(
        pid: job.pid, start: try #require(Processes.start(pid: job.pid, proc: "/proc")))
    kill(try #require(Loadline.awaitReaper(of: name)), SIGKILL)
    kill(job.pid, SIGKILL)
    _ = job.outcome()
    #expect(access(file, F_OK) == 0)
    #expect(RunningProgram(words + ["true"]).outcome().status == 0)
    #expect(Loadline.eventually { access(file, F_OK) != 0 && Loadline.reaper(of: name) == nil })
  }
}
