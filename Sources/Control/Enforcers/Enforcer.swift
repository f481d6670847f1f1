import Model

/// How changes are made on the jobs of one kind of owner. Whoever owns a cgroup writes it: there is
/// one type for each backend that can, and one that says why not for all others.
protocol Enforcer: Sendable {
  var backend: ControlBackend { get }

  /// What can be set on the job, what it is set to, and for the rest what is missing.
  ///
  /// Throws where the job is gone or has been made again under the same name.
  func inspect(_ target: Target) throws(ChangeFailure) -> JobControl

  /// The steps that make a change, in order, with what is there before each.
  ///
  /// Reads and checks; writes nothing. Throws where the change would certainly fail, with the reason.
  func steps(for change: Change) throws(ChangeFailure) -> [Step]
}
