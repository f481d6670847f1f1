/// Whether `text` is a boolean or number as TOML 1.0 writes them.
///
/// Dates are TOML too, but no key of loadline takes one.
func isBareValue(_ text: String) -> Bool {
  if text == "true" || text == "false" { return true }
  let isSigned = text.hasPrefix("+") || text.hasPrefix("-")
  let number = text.dropFirst(isSigned ? 1 : 0)
  if number == "inf" || number == "nan" { return true }
  let prefix = isSigned ? "" : String(number.prefix(2))
  if let radix = ["0x": 16, "0o": 8, "0b": 2][prefix] {
    return areDigits(number.dropFirst(2), radix: radix)
  }
  return isDecimal(number)
}

/// A decimal number: `12`, `1_000.5`, `6.02e+23`.
private func isDecimal(_ text: Substring) -> Bool {
  let exponentStart = text.firstIndex { $0 == "e" || $0 == "E" }
  if let exponentStart {
    var exponent = text[exponentStart...].dropFirst()
    if exponent.hasPrefix("+") || exponent.hasPrefix("-") { exponent = exponent.dropFirst() }
    guard areDigits(exponent, radix: 10) else { return false }
  }
  let parts = text[..<(exponentStart ?? text.endIndex)]
    .split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  guard let whole = parts.first, whole == "0" || !whole.hasPrefix("0") else { return false }
  return parts.allSatisfy { areDigits($0, radix: 10) }
}

/// Digits with single underscores between them.
private func areDigits(_ text: Substring, radix: Int) -> Bool {
  text.split(separator: "_", omittingEmptySubsequences: false).allSatisfy { group in
    !group.isEmpty
      && group.utf8.allSatisfy { byte in
        let digit = Character(Unicode.Scalar(byte)).hexDigitValue
        return digit.map { $0 < radix } ?? false
      }
  }
}
