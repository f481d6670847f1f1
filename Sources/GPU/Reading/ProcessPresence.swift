import Glibc

/// Whether a pid is a process here, asked of /proc through one kept descriptor.
final class ProcessPresence {
  private let proc: Int32

  init(prefix: String) {
    proc = open(prefix + "/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  }

  deinit {
    if proc >= 0 { _ = close(proc) }
  }

  /// True also where /proc cannot be asked: nothing is said against it.
  func isHere(_ pid: Int32) -> Bool {
    guard proc >= 0, pid > 0 else { return pid > 0 }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 12) { name in
      var rest = pid
      var index = 11
      name[index] = 0
      repeat {
        index -= 1
        name[index] = CChar(0x30 + rest % 10)
        rest /= 10
      } while rest > 0
      guard let start = name.baseAddress else { return true }
      return faccessat(proc, start + index, F_OK, 0) == 0
    }
  }
}
