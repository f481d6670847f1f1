import CLinux
import Glibc

/// Files of sysfs and procfs that hold a number, a word or a few lines.
enum SmallFile {
  /// The bytes of a file, at most 64 KiB; nil where it cannot be read.
  static func bytes(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    return bytes(of: descriptor)
  }

  /// As ``bytes(_:)`` for a file below the directory `base`.
  static func bytes(_ name: UnsafePointer<CChar>, in base: Int32) -> [UInt8]? {
    let descriptor = openat(base, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    return bytes(of: descriptor)
  }

  private static func bytes(of descriptor: Int32) -> [UInt8]? {
    var all: [UInt8] = []
    while all.count < 64 << 10 {
      var got = 0
      let part = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        got = read(descriptor, buffer.baseAddress, 4096)
        count = max(0, got)
      }
      if got < 0 {
        if errno == EINTR { continue }
        return nil
      }
      if got == 0 { return all }
      if all.isEmpty { all = part } else { all += part }
    }
    return all
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The number that a file begins with; nil where there is none.
  static func number(_ path: String) -> Int64? {
    guard let bytes = bytes(path) else { return nil }
    let isNegative = bytes.first == UInt8(ascii: "-")
    guard let value = Digits.number(bytes.dropFirst(isNegative ? 1 : 0)) else { return nil }
    return isNegative ? -Int64(clamping: value) : Int64(clamping: value)
  }

  /// The first line of a file without the blanks around it; nil where it is empty.
  static func line(_ path: String) -> String? {
    guard let bytes = bytes(path) else { return nil }
    let line = bytes.prefix { $0 != 0x0A && $0 != 0 }.drop { $0 == 0x20 }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }

  /// Where a link leads, its last part only: `../../devices/pci0000:00/0000:03:00.0` → the address.
  static func linkName(_ path: String) -> String? {
    let target = [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
      let got = buffer.withMemoryRebound(to: CChar.self) { name in
        name.baseAddress.map { readlink(path, $0, name.count) } ?? 0
      }
      count = max(0, got)
    }
    guard !target.isEmpty else { return nil }
    let slash = target.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return String(decoding: target[slash...], as: UTF8.self)
  }

  /// Whether a descriptor's link in `/proc/PID/fd` begins with `prefix`. It is read and not followed:
  /// what it leads to may be on a network file system that does not answer.
  static func links(
    _ name: UnsafePointer<CChar>, in directory: Int32, toPrefix prefix: StaticString
  ) -> Bool {
    let length = prefix.utf8CodeUnitCount
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { target in
      guard let start = target.baseAddress, readlinkat(directory, name, start, 64) > length
      else { return false }
      return memcmp(start, prefix.utf8Start, length) == 0
    }
  }

  /// Names in a directory, without `.` and `..`.
  static func names(in directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}

/// Decimal numbers in bytes.
enum Digits {
  /// The number that begins `bytes`; nil where there is none or it is too large.
  static func number(_ bytes: some Sequence<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    var isEmpty = true
    for byte in bytes {
      let digit = byte &- 0x30
      if digit > 9 { break }
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, over) = product.addingReportingOverflow(UInt64(digit))
      if tooLarge || over { return nil }
      value = sum
      isEmpty = false
    }
    return isEmpty ? nil : value
  }
}
