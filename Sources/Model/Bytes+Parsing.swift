extension Bytes {
  /// Reads a size: digits and a unit, `16GiB`, `1.5 TB`, `4096`.
  ///
  /// `KiB`, `MiB`, … are powers of 1024; `kB`, `MB`, … powers of 1000; a number alone is bytes. A
  /// letter alone (`16G`) is a power of 1024, as the kernel's `memparse()` and therefore
  /// `memory.max`, systemd's `MemoryMax=` and Docker's `--memory` take it. Case does not matter;
  /// a part of a byte is cut off.
  package init(parsing text: String) throws(Mismatch) {
    self.count = try parseByteCount(
      text[...].utf8, units: sizeUnits, expected: #"a size such as "16GiB" or "500MB""#)
  }
}

extension ByteRate {
  /// Reads a rate: a size and `/s`, which may be left out: `500MB/s`, `1.5GiB/s`, `4096`.
  ///
  /// A letter alone (`500M`) is refused: for rates systemd takes it as a power of 1000 and the
  /// kernel as one of 1024.
  package init(parsing text: String) throws(Mismatch) {
    let perSecond = text.hasSuffix("/s") ? text.dropLast(2) : text[...]
    self.perSecond = Double(
      try parseByteCount(
        perSecond.utf8, units: rateUnits, expected: #"a rate such as "500MB/s" or "1GiB/s""#))
  }
}

private func parseByteCount(
  _ text: Substring.UTF8View, units: [String: UInt64], expected: String
) throws(Mismatch) -> Int64 {
  var rest = text
  let number = try DecimalText(from: &rest, expected: expected)
  let unit = String(Substring(rest)).lowercased()
  guard let factor = units[unit.first == " " ? String(unit.dropFirst()) : unit] else {
    throw Mismatch(expected: expected, found: foundUnit(unit))
  }
  if factor == 1, number.decimals > 0 {
    throw Mismatch(expected: expected, found: "a fraction of a byte")
  }
  guard let count = number.scaled(by: factor) else {
    throw Mismatch(expected: expected, found: "more than the largest size, 8 EiB")
  }
  return count
}

private func foundUnit(_ unit: String) -> String {
  if unit.hasSuffix("%") { return "a percentage" }
  if let exponent = DecimalText.found(after: unit) { return exponent }
  if letters.keys.contains(unit) { return "a unit that could be binary or decimal" }
  return "an unknown unit"
}

private let letters: [String: (binary: UInt64, decimal: UInt64)] = [
  "k": (1 << 10, 1_000), "m": (1 << 20, 1_000_000), "g": (1 << 30, 1_000_000_000),
  "t": (1 << 40, 1_000_000_000_000), "p": (1 << 50, 1_000_000_000_000_000),
]

private let rateUnits: [String: UInt64] = letters.reduce(into: ["": 1, "b": 1]) { units, letter in
  units[letter.key + "ib"] = letter.value.binary
  units[letter.key + "b"] = letter.value.decimal
}

private let sizeUnits = rateUnits.merging(letters.mapValues(\.binary)) { unit, _ in unit }
