/// A forward-only reader of numbers and words in bytes that the kernel printed.
///
/// Every access is checked; anything unexpected yields nil and the caller leaves its field nil.
struct Scanner: ~Escapable {
  private let bytes: Span<UInt8>
  private(set) var position = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipBlanks() {
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 {
      position += 1
    }
  }

  /// Moves behind the next newline, or to the end.
  mutating func skipLine() {
    while position < bytes.count {
      position += 1
      if bytes[position - 1] == 0x0A { return }
    }
  }

  /// Moves behind the word at the position and the blanks after it.
  mutating func skipWord() {
    while position < bytes.count, bytes[position] > 0x20 { position += 1 }
    skipBlanks()
  }

  /// Moves behind `byte` if it comes next.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  /// Moves behind the last `byte` in the text; false when there is none.
  mutating func skipToLast(_ byte: UInt8) -> Bool {
    var index = bytes.count
    while index > position {
      index -= 1
      if bytes[index] == byte {
        position = index + 1
        return true
      }
    }
    return false
  }

  /// Moves behind `word` if the text continues with it.
  mutating func skip(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count else { return false }
    let start = word.utf8Start
    for offset in 0..<count where bytes[position + offset] != start[offset] { return false }
    position += count
    return true
  }

  /// A decimal number and the blanks before it; nil when there is none or it is too large.
  mutating func number() -> UInt64? {
    skipBlanks()
    var value: UInt64 = 0
    let start = position
    while position < bytes.count {
      let digit = bytes[position] &- 0x30
      if digit > 9 { break }
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, over) = product.addingReportingOverflow(UInt64(digit))
      if tooLarge || over { return nil }
      value = sum
      position += 1
    }
    return position > start ? value : nil
  }

  /// A decimal number that may be negative.
  mutating func signedNumber() -> Int64? {
    skipBlanks()
    if skip(UInt8(ascii: "-")) {
      return number().flatMap { $0 <= UInt64(Int64.max) ? -Int64($0) : nil }
    }
    return number().flatMap { Int64(exactly: $0) }
  }

  /// Copies the bytes from `start` to the position, for a name that is seen for the first time.
  func bytes(from start: Int) -> [UInt8] { bytes(from: start, to: position) }

  func bytes(from start: Int, to end: Int) -> [UInt8] {
    var copy: [UInt8] = []
    for index in max(0, start)..<max(0, start, min(end, bytes.count)) { copy.append(bytes[index]) }
    return copy
  }

  func byte(at index: Int) -> UInt8 { index >= 0 && index < bytes.count ? bytes[index] : 0 }
}
