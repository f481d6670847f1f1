/// A decimal number in front of a text, kept exact: `digits` / 10^`decimals`.
///
/// Amounts are multiplied by their unit as integers, so that "0.1GiB" is the same number of bytes
/// everywhere and large amounts do not lose their last digits to floating point.
struct DecimalText {
  private(set) var digits: UInt64 = 0
  private(set) var decimals = 0

  /// Takes a number from the front of `text`; `expected` is what the error says was expected.
  init(from text: inout Substring.UTF8View, expected: String) throws(Mismatch) {
    guard let first = text.first else {
      throw Mismatch(expected: expected, found: "an empty text")
    }
    if first == UInt8(ascii: "-") { throw Mismatch(expected: expected, found: "a negative number") }
    var count = 0
    var sawPoint = false
    while let byte = text.first {
      if byte == UInt8(ascii: "."), !sawPoint, count > 0 {
        sawPoint = true
      } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        count += 1
        guard count <= Self.mostDigits else {
          throw Mismatch(expected: expected, found: "a number of more than 18 digits")
        }
        digits = digits * 10 + UInt64(byte - UInt8(ascii: "0"))
        if sawPoint { decimals += 1 }
      } else {
        break
      }
      text = text.dropFirst()
    }
    if count == 0 { throw Mismatch(expected: expected, found: "a text without a number in front") }
    if sawPoint, decimals == 0 {
      throw Mismatch(expected: expected, found: "a number that ends in a point")
    }
  }

  /// What stands after a number where a unit should be, or nothing.
  static func found(after number: some StringProtocol) -> String? {
    let digits = number.dropFirst().drop { $0 == "+" || $0 == "-" }
    let isExponent =
      (number.first == "e" || number.first == "E") && digits.first?.isNumber ?? false
    return isExponent ? "a number with an exponent; write it out" : nil
  }

  /// Any number of this many digits fits in 64 bits.
  private static let mostDigits = 18

  var value: Double { Double(digits) / Double(divisor) }

  /// This number times `unit`, cut to a whole number; nil beyond 2⁶³ − 1.
  func scaled(by unit: UInt64) -> Int64? {
    Int64(exactly: UInt128(digits) * UInt128(unit) / UInt128(divisor))
  }

  private var divisor: UInt64 { (0..<decimals).reduce(1) { power, _ in power * 10 } }
}
