extension Money {
  /// Reads an amount of money with up to six decimals: `120.50`.
  package init(parsing text: String) throws(Mismatch) {
    let expected = #"an amount of money such as "120.50""#
    var rest = text[...].utf8
    let number = try DecimalText(from: &rest, expected: expected)
    guard rest.isEmpty else {
      throw Mismatch(expected: expected, found: "a number with something after it")
    }
    guard number.decimals <= 6 else {
      throw Mismatch(expected: expected, found: "more than six decimals")
    }
    guard let micros = number.scaled(by: 1_000_000) else {
      throw Mismatch(expected: expected, found: "an amount that is too large")
    }
    self.init(micros: micros)
  }
}
