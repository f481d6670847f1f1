import CLinux
import Glibc
import Model

extension PreparedAdoption {
  enum Manager: Sendable {
    case system(SystemdTools)
    case user(UserManager)
  }

  /// Has systemd make a scope of running processes.
  func runInScope(
    _ manager: Manager, _ events: ForkEvents?, _ progress: (AdoptionReport) -> Void
  ) throws(ChangeFailure) -> AdoptionOutcome {
    throw ChangeFailure(.never, "not yet")
  }
}
