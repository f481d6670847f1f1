/// Strings: `"basic"`, `'literal'`, and both over several lines in three quotes.
extension TOMLCursor {
  /// Takes a string on one line and gives its content; nil if it fails.
  mutating func takeString(quote: Unicode.Scalar) -> String? {
    advance()
    var content = String.UnicodeScalarView()
    while let scalar = peek, scalar != "\n" {
      if take(quote) { return String(content) }
      if quote == "\"", take("\\") {
        guard let escaped = takeEscaped() else { return nil }
        content.append(escaped)
      } else {
        content.append(scalar)
        advance()
      }
    }
    _ = fail("not valid TOML: expected the quote that ends the text on this line")
    return nil
  }

  /// Takes a string over several lines; false if it fails.
  mutating func takeMultilineString(quote: Unicode.Scalar) -> Bool {
    let quotes = String(repeating: String(quote), count: 3)
    for _ in 0..<3 { advance() }
    while peek != nil {
      if starts(with: quotes) {
        // Up to two more quotes belong to the content: `""""quoted"""""`.
        for _ in 0..<5 where peek == quote { advance() }
        return true
      }
      if quote == "\"", take("\\") {
        // Before a blank it joins lines.
        if peek?.isTOMLBlank != true, takeEscaped() == nil { return false }
      } else {
        advance()
      }
    }
    return fail("not valid TOML: expected the three quotes that end the text")
  }

  private mutating func takeEscaped() -> Unicode.Scalar? {
    let letter = peek
    switch letter {
    case "b", "t", "n", "f", "r", "\"", "\\":
      advance()
      return letter.flatMap { Self.escapes[$0] }
    case "u":
      advance()
      return takeHexadecimal(digits: 4)
    case "U":
      advance()
      return takeHexadecimal(digits: 8)
    default:
      _ = fail("not valid TOML: no such escape; in single quotes a backslash is itself")
      return nil
    }
  }

  private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
    "b": "\u{8}", "t": "\t", "n": "\n", "f": "\u{C}", "r": "\r", "\"": "\"", "\\": "\\",
  ]

  private mutating func takeHexadecimal(digits: Int) -> Unicode.Scalar? {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = peek.flatMap({ Character($0).hexDigitValue }) else {
        _ = fail("not valid TOML: expected \(digits) hexadecimal digits")
        return nil
      }
      value = value << 4 | UInt32(digit)
      advance()
    }
    // TOMLKit hands out C strings: what follows a NUL would vanish.
    if value == 0 { _ = fail("a text holds a NUL character") }
    let scalar = Unicode.Scalar(value)
    if scalar == nil { _ = fail("not valid TOML: this escape is no character") }
    return value == 0 ? nil : scalar
  }
}
