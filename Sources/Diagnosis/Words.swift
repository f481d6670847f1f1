import Model

/// Numbers in the words of findings.
enum Words {
  /// A part of a whole, which the sentence names: `38 %`, `0.4 %`.
  static func percent(_ share: Double) -> String {
    let percent = share * 100
    return "\(decimalText(percent, places: abs(percent) < 9.95 ? 1 : 0)) %"
  }

  /// `22.4 cores`, `1 core`.
  static func cores(_ value: Double) -> String {
    let number = decimalText(value, places: value < 100 ? 1 : 0)
    return number == "1" ? "1 core" : "\(number) cores"
  }

  static func number(_ value: Double) -> String { decimalText(value, places: 1) }

  /// `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
    if seconds < 99.5 { return "\(Int(seconds.rounded())) s" }
    let minutes = Int((seconds / 60).rounded())
    if minutes < 100 { return "\(minutes) min" }
    if minutes < 48 * 60 { return pair(minutes, 60, "h", "min") }
    return pair(minutes / 60, 24, "d", "h")
  }

  private static func pair(_ value: Int, _ base: Int, _ large: String, _ small: String) -> String {
    value % base == 0
      ? "\(value / base) \(large)" : "\(value / base) \(large) \(value % base) \(small)"
  }

  /// Memory, with a digit behind the point where it says something: `61.2 GiB`.
  static func bytes(_ bytes: Bytes) -> String { self.bytes(Double(bytes.count)) }

  static func bytes(_ count: Double) -> String {
    var value = count
    var unit = 0
    // What rounds to the next unit is said in it.
    while abs(value) >= 1023.5, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return "\(decimalText(value, places: unit == 0 || abs(value) >= 100 ? 0 : 1)) \(units[unit])"
  }

  private static let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]

  static func counted(_ count: Int, _ one: String, _ many: String) -> String {
    "\(count) \(count == 1 ? one : many)"
  }
}

extension Bytes {
  /// The nearest whole number of bytes.
  init(clampingDouble count: Double) {
    self.init(count.isFinite ? Int64(max(-9e18, min(9e18, count))) : 0)
  }

  var gibibytes: Double { Double(count) / 1_073_741_824 }

  /// The next whole GiB, or MiB below one.
  var roundedUp: Bytes {
    let unit: Int64 = count >= 1 << 30 ? 1 << 30 : 1 << 20
    return Bytes((count + unit - 1) / unit * unit)
  }
}
