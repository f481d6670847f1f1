import CLinux
import Glibc

/// The entries of a directory, read with getdents64(2) into a buffer of its own.
struct DirectoryReader: ~Copyable {
  /// One entry: its inode number, its type (`DT_DIR`, …) and its name.
  struct Entry {
    let inode: UInt64
    let isDirectory: Bool
    let name: UnsafePointer<CChar>

    /// The name as a number, for /proc; nil for anything else.
    var number: Int32? {
      var value: Int32 = 0
      var index = 0
      while name[index] != 0 {
        let digit = UInt8(bitPattern: name[index]) &- 0x30
        guard digit <= 9, value < 100_000_000 else { return nil }
        value = value * 10 + Int32(digit)
        index += 1
      }
      return index > 0 ? value : nil
    }
  }

  private let buffer: UnsafeMutableRawPointer
  private static let capacity = 32 << 10

  init() {
    buffer = .allocate(byteCount: Self.capacity, alignment: 8)
  }

  deinit { buffer.deallocate() }

  /// Calls `body` for every entry but `.` and `..`; false when the directory cannot be read.
  ///
  /// The record's layout is `struct linux_dirent64` of getdents(2): inode at 0, record length at 16,
  /// type at 18, name at 19.
  func forEach(in descriptor: Int32, _ body: (Entry) -> Void) -> Bool {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { return false }
    while true {
      let got = ll_getdents64(descriptor, buffer, UInt(Self.capacity))
      if got == 0 { return true }
      guard got > 0 else { return false }
      var offset = 0
      while offset + 19 < got {
        let record = buffer + offset
        let length = Int(record.load(fromByteOffset: 16, as: UInt16.self))
        guard length > 19 else { return false }
        offset += length
        let name = UnsafePointer((record + 19).assumingMemoryBound(to: CChar.self))
        if name[0] == 0x2E, name[1] == 0 || (name[1] == 0x2E && name[2] == 0) { continue }
        body(
          Entry(
            inode: record.load(as: UInt64.self),
            isDirectory: record.load(fromByteOffset: 18, as: UInt8.self) == 4, name: name))
      }
    }
  }

  /// As ``forEach(in:_:)`` for a path that is opened for it.
  func forEach(at path: String, _ body: (Entry) -> Void) -> Bool {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { _ = close(descriptor) }
    return forEach(in: descriptor, body)
  }
}
