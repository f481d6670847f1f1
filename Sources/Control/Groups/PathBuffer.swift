import Glibc

/// A path as C bytes in memory reserved once, so that walking a tree allocates nothing: the reaper
/// does it in a forked process.
///
/// The owner frees it with ``deallocate()``, or never, where the process ends with it.
struct PathBuffer {
  /// The NUL-terminated path.
  let bytes: UnsafeMutablePointer<CChar>
  private(set) var count = 0

  static let capacity = 4096

  init(_ path: String) {
    bytes = .allocate(capacity: Self.capacity)
    bytes[0] = 0
    _ = path.withCString { append($0, separator: false) }
  }

  func deallocate() { bytes.deallocate() }

  /// Adds a component, or a suffix; false, and nothing changed, where there is no room.
  mutating func append(_ text: UnsafePointer<CChar>, separator: Bool = true) -> Bool {
    let length = strlen(text)
    guard count + length + 2 <= Self.capacity else { return false }
    if separator {
      bytes[count] = CChar(bitPattern: UInt8(ascii: "/"))
      count += 1
    }
    memcpy(bytes + count, text, length + 1)
    count += length
    return true
  }

  /// Takes back what was appended since the path had this length.
  mutating func cut(to length: Int) {
    count = length
    bytes[count] = 0
  }
}
