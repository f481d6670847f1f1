package import Model

/// Numbers as text.
///
/// No formatter of a library is used: these run a few hundred times a tick.
package enum Format {
  /// A number with so many decimals, rounded half away from zero; `unknown` where it is not finite.
  package static func decimal(_ value: Double, places: Int, unknown: String = "–") -> String {
    guard value.isFinite, abs(value) < 1e15 else { return unknown }
    let places = min(max(0, places), 6)
    let factor = powers[places]
    let scaled = Int64((abs(value) * Double(factor)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    if places == 0 { return "\(sign)\(scaled)" }
    var fraction = String(scaled % factor)
    while fraction.utf8.count < places { fraction = "0" + fraction }
    return "\(sign)\(scaled / factor).\(fraction)"
  }

  /// A limit in at most four columns, with at most two decimals and none that says nothing:
  /// `0.25`, `1.5`, `16`, `-31`, `1536`, `12k`.
  package static func limit(_ value: Double, unknown: String = "–") -> String {
    guard value.isFinite, abs(value) < 1e15 else { return unknown }
    var text = decimal(value, places: 2)
    if text.utf8.count > 4 { text = decimal(value, places: 1) }
    if text.utf8.count > 4 { text = decimal(value, places: 0) }
    if text.utf8.count > 4 { return decimal(value / 1000, places: 0) + "k" }
    guard text.utf8.contains(UInt8(ascii: ".")) else { return text }
    while text.utf8.last == UInt8(ascii: "0") { text.removeLast() }
    if text.utf8.last == UInt8(ascii: ".") { text.removeLast() }
    return text
  }

  /// The part of a named whole: `38 %`, below ten percent with one decimal.
  package static func percent(_ share: Share, unknown: String = "–") -> String {
    let percent = share.percent
    let places = abs(percent) < 9.95 && percent != 0 ? 1 : 0
    return decimal(percent, places: places, unknown: unknown) + " %"
  }

  /// Bytes a second in at most four characters with a decimal prefix: `0`, `12k`, `1.2G`.
  package static func rate(_ rate: ByteRate?, unknown: String) -> String {
    guard let rate, rate.perSecond.isFinite else { return unknown }
    let (number, prefix) = scaled(max(0, rate.perSecond))
    return number + prefix
  }

  /// Bytes a second with its unit: `1.2 GB/s`.
  package static func longRate(_ rate: ByteRate?, unknown: String) -> String {
    guard let rate, rate.perSecond.isFinite else { return unknown }
    let (number, prefix) = scaled(max(0, rate.perSecond))
    return "\(number) \(prefix == "k" ? "kB" : prefix + "B")/s"
  }

  /// An amount of memory with the binary unit that suits it: `61.0 GiB`, `312 MiB`.
  package static func bytes(_ bytes: Bytes, unknown: String = "–") -> String {
    var value = Double(bytes.count)
    var unit = 0
    while abs(value) >= 999.5, unit < binaryUnits.count - 1 {
      value /= 1024
      unit += 1
    }
    let places = unit < 3 || abs(value) >= 99.95 ? 0 : 1
    return "\(decimal(value, places: places, unknown: unknown)) \(binaryUnits[unit])"
  }

  /// How long ago or for how long: `12 s`, `3 min`, `4 h`, `2 d`.
  package static func age(_ seconds: Double) -> String {
    let seconds = seconds.isFinite ? max(0, seconds) : 0
    if seconds < 99.5 { return decimal(seconds, places: 0) + " s" }
    if seconds < 5970 { return decimal(seconds / 60, places: 0) + " min" }
    if seconds < 171_000 { return decimal(seconds / 3600, places: 0) + " h" }
    return decimal(seconds / 86_400, places: 0) + " d"
  }

  /// `Fri 14:03:21`, from seconds since 1970 and the local time's offset from UTC.
  package static func clock(_ wallClock: Double, offset: Int) -> String {
    guard wallClock.isFinite, abs(wallClock) < 1e12 else { return "" }
    let local = Int(wallClock.rounded(.down)) + offset
    let second = ((local % 86_400) + 86_400) % 86_400
    // Day 0 was a Thursday.
    let day = (((local - second) / 86_400 + 4) % 7 + 7) % 7
    return
      "\(weekdays[day]) \(twoDigits(second / 3600)):\(twoDigits(second / 60 % 60)):\(twoDigits(second % 60))"
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

  private static func scaled(_ value: Double) -> (String, String) {
    var value = value
    var prefix = 0
    while value >= 999.5, prefix < prefixes.count - 1 {
      value /= 1000
      prefix += 1
    }
    let places = prefix > 0 && value < 9.95 ? 1 : 0
    return (decimal(min(value, 999), places: places), prefixes[prefix])
  }

  private static let powers: [Int64] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]
  private static let prefixes = ["", "k", "M", "G", "T", "P"]
  private static let binaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
}
