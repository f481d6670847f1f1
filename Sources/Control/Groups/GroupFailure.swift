/// Why a job's groups could not be made.
enum GroupFailure: Error, Hashable, Sendable {
  /// A group of that name is there already.
  case taken
  /// What was just made is gone: the reaper or sweep of another start removed it while it was
  /// empty. Start again.
  case vanished
  case refused(LaunchError)

  static func refused(_ sentence: String) -> GroupFailure { .refused(LaunchError(sentence)) }

  /// A failed system call on a file or directory of ours.
  init(_ error: SystemError, _ what: String) {
    self = error.isGone ? .vanished : .refused("cannot \(what): \(error.words).")
  }
}
