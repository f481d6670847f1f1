import CLinux
import Glibc
import Model

/// One signal to every process of a job.
struct JobSignal {
  let number: Int32
  let proc: String
  /// The processes that it was delivered to.
  private(set) var reached: Set<ProcessIdentity> = []
  /// Why it did not reach others.
  private(set) var error: SystemError?

  /// For how long a job may fork faster than it is killed, in seconds.
  private static let patience = 5.0

  init(_ number: Int32, proc: String) {
    self.number = number
    self.proc = proc
  }

  /// Sends it once to each process; to kill, until two looks in a row find none that has not got it.
  /// - Parameter group: the v2 cgroup that is the job, which the kernel kills at once; nil where it
  ///   is none.
  mutating func send(to members: inout JobMembers, group: String?) throws(ChangeFailure) {
    let end = Deadline(seconds: Self.patience)
    if number == SIGKILL, let group, Files.exists(group + "/cgroup.kill") {
      let living = try members.living()
      if (try? Files.write("1", to: group + "/cgroup.kill")) != nil {
        reached = Set(living)
        return
      }
    }
    var quietLooks = 0
    repeat {
      let new = try members.living().filter { !reached.contains($0) }
      quietLooks = new.isEmpty ? quietLooks + 1 : 0
      for process in new { send(to: process) }
      // What was refused once is refused again.
      if number != SIGKILL || error != nil { return }
    } while quietLooks < 2 && !end.hasPassed
  }

  private mutating func send(to process: ProcessIdentity) {
    // Between the look and the signal the number may have become another process's.
    let handle = ll_pidfd_open(process.pid, 0)
    guard handle >= 0 else {
      let failure = SystemError.last
      if failure.code == ENOSYS {
        sendByNumber(to: process)
      } else if failure.code != ESRCH {
        error = failure
      }
      return
    }
    defer { close(handle) }
    guard ProcessTable.entry(of: process.pid, proc: proc)?.start == process.start else { return }
    if ll_pidfd_send_signal(handle, number) == 0 {
      reached.insert(process)
    } else if errno != ESRCH {
      error = .last
    }
  }

  /// Kernels before 5.3 have no descriptors of processes.
  private mutating func sendByNumber(to process: ProcessIdentity) {
    guard ProcessTable.entry(of: process.pid, proc: proc)?.start == process.start else { return }
    if kill(process.pid, number) == 0 {
      reached.insert(process)
    } else if errno != ESRCH {
      error = .last
    }
  }
}
