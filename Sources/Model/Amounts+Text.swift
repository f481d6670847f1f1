// Amounts as a person reads them in a sentence, a log or an answer of a command. Columns of a table
// have formats of their own.

extension Cores {
  /// `1 core`, `2.5 cores`, to the hundredth.
  package var text: String {
    let number = decimalText(value, places: 2)
    return number == "1" ? "1 core" : "\(number) cores"
  }
}

extension Bytes {
  /// With the binary unit that suits it: `24 GiB`, `1.5 GiB`, `512 MiB`.
  package var text: String {
    scaledText(Double(count), by: 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"])
  }
}

extension ByteRate {
  /// With the decimal unit that suits it: `500 MB/s`.
  package var text: String {
    scaledText(perSecond, by: 1000, ["B/s", "kB/s", "MB/s", "GB/s", "TB/s", "PB/s"])
  }
}

extension Watts {
  /// `300 W`, to the tenth.
  package var text: String { "\(decimalText(value, places: 1)) W" }
}

extension Share {
  /// In whole percent: `38 %`.
  package var text: String { "\(decimalText(percent, places: 0)) %" }
}

/// A number with at most so many decimals and none that says nothing: `2.5`, `24`, `-0.25`.
package func decimalText(_ value: Double, places: Int) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "–" }
  let factor = (0..<min(max(0, places), 6)).reduce(Int64(1)) { power, _ in power * 10 }
  let scaled = Int64((abs(value) * Double(factor)).rounded())
  var text = "\(scaled / factor)"
  if scaled % factor > 0 {
    // A one in front keeps the zeros behind the point.
    text += "." + String(scaled % factor + factor).dropFirst()
    while text.utf8.last == UInt8(ascii: "0") { text.removeLast() }
  }
  return value < 0 && scaled > 0 ? "-" + text : text
}

private func scaledText(_ value: Double, by factor: Double, _ units: [String]) -> String {
  var value = value
  var unit = 0
  while abs(value) >= factor, unit < units.count - 1 {
    value /= factor
    unit += 1
  }
  return "\(decimalText(value, places: unit == 0 ? 0 : abs(value) < 100 ? 2 : 1)) \(units[unit])"
}
