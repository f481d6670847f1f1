import CLinux
import Glibc

/// A forward-only reader of numbers and words in bytes that the kernel printed.
///
/// Every access is checked, by the conditions written here; anything unexpected yields nil and the caller leaves its field nil.
struct Scanner: ~Escapable {
  private let bytes: Span<UInt8>
  private(set) var position = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipBlanks() {
    while position < bytes.count,
      bytes[unchecked: position] == 0x20 || bytes[unchecked: position] == 0x09
    {
      position += 1
    }
  }

  /// Moves behind the next newline, or to the end.
  mutating func skipLine() {
    skip(upTo: 0x0A)
    if position < bytes.count { position += 1 }
  }

  /// Moves to the next `byte`, or to the end.
  ///
  /// Most bytes that are read are passed over here: a vector instruction at a time.
  mutating func skip(upTo byte: UInt8) {
    let start = position
    position = bytes.withUnsafeBufferPointer { bytes in
      guard start < bytes.count, let base = bytes.baseAddress,
        let found = memchr(base + start, Int32(byte), bytes.count - start)
      else { return bytes.count }
      return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  /// Moves behind the word at the position and the blanks after it.
  mutating func skipWord() {
    while position < bytes.count, bytes[unchecked: position] > 0x20 { position += 1 }
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
    let start = position
    let found: Int? = bytes.withUnsafeBufferPointer { bytes in
      guard start < bytes.count, let base = bytes.baseAddress,
        let found = memrchr(base + start, Int32(byte), UInt(bytes.count - start))
      else { return nil }
      return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
    guard let found else { return false }
    position = found + 1
    return true
  }

  /// Moves behind `word` if the text continues with it.
  @inline(__always) mutating func skip(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    let start = position
    guard count <= bytes.count - start else { return false }
    let matches = bytes.withUnsafeBufferPointer { bytes in
      // Nearly every word differs at its first letter: no call for those.
      bytes[start] == word.utf8Start[0]
        && memcmp(bytes.baseAddress.unsafelyUnwrapped + start, word.utf8Start, count) == 0
    }
    if matches { position += count }
    return matches
  }

  /// A decimal number and the blanks before it; nil when there is none or it is too large.
  mutating func number() -> UInt64? {
    skipBlanks()
    var value: UInt64 = 0
    let start = position
    while position < bytes.count {
      let digit = bytes[unchecked: position] &- 0x30
      if digit > 9 { break }
      // Nineteen digits cannot overflow; nearly every number has fewer.
      if position - start < 19 {
        value = value &* 10 &+ UInt64(digit)
      } else {
        let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, over) = product.addingReportingOverflow(UInt64(digit))
        if tooLarge || over { return nil }
        value = sum
      }
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

  /// Reads as many decimal numbers as there is room for, which may be negative, with blanks before
  /// them; false when there are fewer or one is too large. Several times as fast as one by one.
  mutating func signedNumbers<let count: Int>(
    into numbers: inout InlineArray<count, Int64>
  ) -> Bool {
    let start = position
    // By pointer: here each byte of the longest file counts.
    let end: Int? = bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var at = base + start
      let end = base + bytes.count
      for index in 0..<count {
        while at < end, at.pointee == 0x20 { at += 1 }
        let isNegative = at < end && at.pointee == 0x2D
        if isNegative { at += 1 }
        let first = at
        var value: UInt64 = 0
        while at < end, case let digit = at.pointee &- 0x30, digit <= 9 {
          value = value &* 10 &+ UInt64(digit)
          at += 1
        }
        // Eighteen digits fit; no kernel prints more here.
        guard at > first, at - first <= 18 else { return nil }
        numbers[index] = isNegative ? -Int64(bitPattern: value) : Int64(bitPattern: value)
      }
      return at - base
    }
    guard let end else { return false }
    position = end
    return true
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
