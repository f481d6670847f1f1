import CLinux
import Glibc

/// How many files this process may keep open (getrlimit(2), RLIMIT_NOFILE).
package enum DescriptorLimit {
  /// Raises the limit to the most that is allowed: a thousand groups take some twenty descriptors
  /// each. Gives the soft limit before, for programs that are started from here: some cannot bear
  /// many.
  ///
  /// To be called while there is one thread: the kernel's table of them grows with it. With several,
  /// each doubling waits for all CPUs (`synchronize_rcu` in expand_fdtable of fs/file.c), some ten
  /// milliseconds.
  @discardableResult
  package static func raise() -> UInt64 {
    let before = current
    var wanted = before
    // Beyond a million the kernel only pays for the table.
    wanted.rlim_cur = min(wanted.rlim_max, max(wanted.rlim_cur, 1 << 20))
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &wanted)
    let highest = Int32(clamping: min(wanted.rlim_cur, reserved)) - 1
    let copy = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, highest)
    if copy >= 0 { _ = close(copy) }
    return UInt64(before.rlim_cur)
  }

  /// Descriptors that the table has room for from the beginning.
  private static let reserved: rlim_t = 4096

  /// The part of the limit that processes and threads may take, each: groups come first.
  static var share: Int { min(4000, Int(clamping: current.rlim_cur) / 4) }

  /// Whether no file can be opened at the moment.
  static var isReached: Bool {
    let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    if descriptor >= 0 {
      _ = close(descriptor)
      return false
    }
    return errno == EMFILE || errno == ENFILE
  }

  private static var current: rlimit {
    var limit = rlimit()
    _ = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return limit
  }
}
