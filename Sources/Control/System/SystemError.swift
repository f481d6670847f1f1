import Glibc

/// The error number a system call failed with.
struct SystemError: Error, Hashable, Sendable {
  var code: Int32

  /// The number that the last system call of this thread left in `errno`.
  static var last: SystemError { SystemError(code: errno) }

  /// The C library's words for it, `Permission denied`.
  var words: String { String(cString: strerror(code)) }

  /// The directory or process is gone: cgroup files answer ENODEV once their group was removed.
  var isGone: Bool { code == ENOENT || code == ENODEV || code == ESRCH }
}
