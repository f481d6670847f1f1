import CLinux
import Glibc

/// A block device by its numbers, as cgroup files name it: `8:0`.
struct DiskNumber: Hashable, Sendable, CustomStringConvertible {
  var major: UInt32
  var minor: UInt32

  init(major: UInt32, minor: UInt32) {
    self.major = major
    self.minor = minor
  }

  init(_ device: dev_t) {
    self.init(major: ll_major(UInt64(device)), minor: ll_minor(UInt64(device)))
  }

  /// Reads `8:0`; nil for anything else.
  init?(parsing text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = UInt32(parts[0]), let minor = UInt32(parts[1]) else {
      return nil
    }
    self.init(major: major, minor: minor)
  }

  var description: String { "\(major):\(minor)" }
}
