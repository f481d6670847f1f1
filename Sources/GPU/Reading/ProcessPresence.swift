import Glibc

/// Whether a pid that NVIDIA's driver tells is a process here, asked of /proc.
///
/// In a container the driver may tell pids of the host. One of those can be the number of another
/// process here: there, a process has to have a file of the driver open as well.
final class ProcessPresence {
  private let proc: Int32
  private let isInNamespace: Bool
  /// What was found of processes in a namespace, while they are there.
  private var holders: [Int32: Bool] = [:]

  init(prefix: String) {
    proc = open(prefix + "/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    isInNamespace = Self.isInNamespace(prefix: prefix)
  }

  deinit {
    if proc >= 0 { _ = close(proc) }
  }

  /// Whether pids are counted apart from the box's. The first namespace has a fixed number
  /// (`PROC_PID_INIT_INO` in the kernel).
  static func isInNamespace(prefix: String) -> Bool {
    guard let name = SmallFile.linkName(prefix + "/proc/self/ns/pid") else { return false }
    return name != "pid:[4026531836]"
  }

  /// True also where /proc cannot be asked: nothing is said against it.
  func isHere(_ pid: Int32) -> Bool {
    guard pid > 0 else { return false }
    guard proc >= 0 else { return true }
    let exists = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 12) { name in
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
    guard exists, isInNamespace else {
      holders[pid] = nil
      return exists
    }
    if let known = holders[pid] { return known }
    let holds = holdsDevice(pid)
    holders[pid] = holds
    return holds
  }

  /// Whether a process has a file of NVIDIA's driver open; true where that may not be seen.
  private func holdsDevice(_ pid: Int32) -> Bool {
    let links = openat(proc, "\(pid)/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard links >= 0 else { return true }
    guard let stream = fdopendir(links) else {
      _ = close(links)
      return true
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let isDevice = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) {
          SmallFile.links($0, in: links, toPrefix: "/dev/nvidia")
        }
      }
      if isDevice { return true }
    }
    return false
  }
}
