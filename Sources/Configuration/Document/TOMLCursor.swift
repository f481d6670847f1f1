/// A place in the text of a TOML document, with the steps that keys and values have in common.
struct TOMLCursor {
  /// What is wrong, the first time something is; quotes nothing of the text.
  private(set) var failure: String?
  /// Counted from 1.
  private(set) var line = 1
  private(set) var column = 1

  private let text: [Unicode.Scalar]
  private var position = 0

  init(_ text: String) {
    self.text = Array(text.unicodeScalars)
    if self.text.first == "\u{FEFF}" { position = 1 }
  }

  var peek: Unicode.Scalar? { position < text.count ? text[position] : nil }
  var isAtEnd: Bool { position == text.count }

  func starts(with scalars: String) -> Bool {
    text.dropFirst(position).starts(with: scalars.unicodeScalars)
  }

  mutating func advance() {
    guard position < text.count else { return }
    column = peek == "\n" ? 1 : column + 1
    if peek == "\n" { line += 1 }
    position += 1
  }

  /// Notes what is wrong here; always false.
  mutating func fail(_ message: String) -> Bool {
    failure = failure ?? message
    return false
  }

  /// Takes `scalar`, or fails.
  mutating func require(_ scalar: Unicode.Scalar) -> Bool {
    take(scalar) || fail("not valid TOML: expected \"\(scalar)\"")
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    advance()
    return true
  }

  /// Takes scalars as long as `accept` says so.
  mutating func take(while accept: (Unicode.Scalar) -> Bool) -> String {
    var taken = String.UnicodeScalarView()
    while let scalar = peek, accept(scalar) {
      taken.append(scalar)
      advance()
    }
    return String(taken)
  }

  mutating func skipSpaces() { _ = take { $0 == " " || $0 == "\t" } }

  /// Skips blanks, line ends and comments.
  mutating func skipBlank() {
    while let scalar = peek, scalar == "#" || scalar.isTOMLBlank {
      if scalar == "#" { skipComment() } else { advance() }
    }
  }

  /// Skips a comment and blanks up to the end of the line; fails if anything else is there.
  mutating func requireLineEnd() -> Bool {
    skipSpaces()
    if peek == "#" { skipComment() }
    _ = take("\r")
    return isAtEnd || peek == "\n" || fail("not valid TOML: expected the end of the line")
  }

  private mutating func skipComment() { _ = take { $0 != "\n" } }
}

extension Unicode.Scalar {
  var isTOMLBlank: Bool { self == " " || self == "\t" || self == "\r" || self == "\n" }
}
