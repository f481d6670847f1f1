extension Cores {
  /// Reads a number of cores: `4`, `2.5`.
  package init(parsing text: String) throws(Mismatch) {
    let expected = #"a number of cores such as "4" or "2.5""#
    var rest = text[...].utf8
    let number = try DecimalText(from: &rest, expected: expected)
    guard rest.isEmpty else {
      let found =
        DecimalText.found(after: Substring(rest))
        ?? (rest.last == UInt8(ascii: "%") ? "a percentage" : "a number with a unit")
      throw Mismatch(expected: expected, found: found)
    }
    self.init(number.value)
  }
}
