import Drawing

/// Turns the bytes that a terminal sends into what a person did.
///
/// The terminal's description plays no part: what terminals send for these keys has long been the
/// same, with a few variants (xterm, VT220, rxvt, the Linux console), and all of them are understood
/// always. A sequence that is not known is dropped as a whole, so that its letters never act as
/// commands.
///
/// Sources: ECMA-48 (5.4, control sequences), xterm's control sequences ("Alt and Meta Keys", "PC-Style
/// Function Keys", "Mouse Tracking"), console_codes(4).
nonisolated struct InputDecoder {
  enum Step: Equatable {
    case input(Input)
    /// The bytes so far begin something; more may be on the way.
    case incomplete
    case empty
  }

  /// What the first bytes are: so many, and what they mean, if anything.
  struct Token {
    var length: Int
    var input: Input?
  }

  private var bytes: [UInt8] = []
  private var pointer = PointerState()

  /// The longest control sequence that is waited for.
  private static let longest = 64

  mutating func append(_ more: some Sequence<UInt8>) {
    bytes += more
  }

  /// The next input.
  ///
  /// - Parameters:
  ///   - isSilent: no more bytes came for a while, so a lone escape is the key, not a beginning.
  ///   - now: for double clicks.
  mutating func next(isSilent: Bool, at now: ContinuousClock.Instant) -> Step {
    while !bytes.isEmpty {
      guard let token = token(at: now) ?? unfinished(isSilent: isSilent) else { return .incomplete }
      bytes.removeFirst(token.length)
      if let input = token.input { return .input(input) }
    }
    return .empty
  }

  /// What a beginning is when nothing follows; nil to go on waiting.
  ///
  /// Nobody types `ESC [ <` as fast as that, so three bytes are a sequence that a slow line cut in two.
  private func unfinished(isSilent: Bool) -> Token? {
    if bytes.count >= Self.longest { return Token(length: bytes.count) }
    return isSilent && bytes.count <= 2 && bytes[0] == 0x1B
      ? Token(length: 1, input: .key(.escape)) : nil
  }

  /// What the first bytes are; nil if that cannot be known yet.
  private mutating func token(at now: ContinuousClock.Instant) -> Token? {
    let first = bytes[0]
    if first != 0x1B {
      return first < 0x80
        ? Token(length: 1, input: Self.ascii(first)) : UTF8Scalar.token(bytes)
    }
    guard bytes.count > 1 else { return nil }
    switch bytes[1] {
    case 0x5B: return controlSequence(at: now)
    case 0x4F:
      guard bytes.count > 2 else { return nil }
      // Escape and then a typed `O`, if what follows is no key.
      guard let key = KeySequences.singleShift(bytes[2]) else { break }
      return Token(length: 3, input: .key(key))
    default: break
    }
    // Escape, then another key: how Alt is sent, and what a slow line makes of the two.
    return Token(length: 1, input: .key(.escape))
  }

  /// `ESC [`, parameters, intermediates, and a final byte.
  private mutating func controlSequence(at now: ContinuousClock.Instant) -> Token? {
    guard bytes.count > 2 else { return nil }
    if bytes[2] == 0x4D {
      guard bytes.count >= 6 else { return nil }
      let report = MouseReport(x10: bytes[3], bytes[4], bytes[5])
      return Token(length: 6, input: report.flatMap { pointer.input(for: $0, at: now) })
    }
    if bytes[2] == 0x5B {
      guard bytes.count > 3 else { return nil }
      return Token(length: 4, input: KeySequences.linuxConsole(bytes[3]).map { .key($0) })
    }
    guard let end = bytes.dropFirst(2).firstIndex(where: { !(0x20...0x3F).contains($0) }) else {
      return nil
    }
    let final = bytes[end]
    // Something else began in the middle: only what was cut off is dropped.
    guard (0x40...0x7E).contains(final) else { return Token(length: end) }
    let parameters = bytes[2..<end]
    if parameters.first == 0x3C {
      let numbers = Self.numbers(parameters.dropFirst())
      let report = MouseReport(sgr: numbers, final: final)
      return Token(length: end + 1, input: report.flatMap { pointer.input(for: $0, at: now) })
    }
    let key = KeySequences.control(Self.numbers(parameters), final: final)
    return Token(length: end + 1, input: key.map { .key($0) })
  }

  /// Numbers between semicolons; none where there are other characters or more than five digits.
  private static func numbers(_ text: ArraySlice<UInt8>) -> [Int] {
    var numbers: [Int] = []
    for field in text.split(separator: 0x3B, omittingEmptySubsequences: false) {
      guard field.count <= 5, field.allSatisfy({ (0x30...0x39).contains($0) }) else { return [] }
      numbers.append(field.reduce(0) { $0 * 10 + Int($1 - 0x30) })
    }
    return numbers
  }

  private static func ascii(_ byte: UInt8) -> Input? {
    switch byte {
    case 0x08, 0x7F: .key(.backspace)
    case 0x09: .key(.tab)
    case 0x0A, 0x0D: .key(.enter)
    // ^A is 1, and so on up to ^_; ^Space is sent as ^@.
    case 0x00, 0x1C...0x1F: .key(.control(Unicode.Scalar(byte + 0x40)))
    case 0x01...0x1A: .key(.control(Unicode.Scalar(byte + 0x60)))
    default: .key(.character(Unicode.Scalar(byte)))
    }
  }
}

/// A character beyond ASCII at the beginning of bytes.
nonisolated private enum UTF8Scalar {
  /// Nil while bytes are missing; bytes that are no UTF-8 mean nothing and are dropped one by one.
  static func token(_ bytes: [UInt8]) -> InputDecoder.Token? {
    let length =
      switch bytes[0] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    let tail = bytes.prefix(length).dropFirst()
    guard length > 1, tail.allSatisfy({ $0 & 0xC0 == 0x80 }) else {
      return InputDecoder.Token(length: 1)
    }
    guard tail.count == length - 1 else { return nil }
    guard let text = String(validating: bytes.prefix(length), as: UTF8.self),
      let scalar = text.unicodeScalars.first, scalar.value >= 0xA0
    else { return InputDecoder.Token(length: 1) }
    return InputDecoder.Token(length: length, input: .key(.character(scalar)))
  }
}
