import JSON
import Model

/// A line of `LOADLINE_PROGRESS`: an object with any of `step`, `steps` (how many there will be),
/// `samples`, `loss`, `phase` and `t` (seconds since 1970).
///
/// Members of other names are the job's own business. A member of the wrong type is not known, and
/// the others count. Python writes NaN and Infinity bare, which is no JSON: such a line is still read.
enum JSONReport {
  static func parse(_ line: [UInt8]) -> ProgressReport? {
    guard let value = JSONValue(parsing: line) ?? JSONValue(parsing: withoutBareNumbers(line)),
      case .object = value
    else { return nil }
    var report = ProgressReport()
    report.step = whole(value["step"])
    report.total = whole(value["steps"])
    report.samples = whole(value["samples"])
    report.loss = number(value["loss"])
    report.time = number(value["t"]).flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    report.phase = value["phase"]?.string.flatMap(phase)
    return report.isEmpty ? nil : report
  }

  /// Also by the names that frameworks give them.
  private static func phase(_ word: String) -> JobPhase? {
    switch word {
    case "training": .train
    case "validation", "val", "test", "evaluate": .eval
    case "ckpt", "save": .checkpoint
    case "warmup": .compile
    default: JobPhase(rawValue: word)
    }
  }

  /// A count; frameworks write some of them as 120.0.
  private static func whole(_ value: JSONValue?) -> UInt64? {
    guard let value else { return nil }
    if let exact: UInt64 = value.integer() { return exact }
    return value.double.flatMap { $0 >= 0 ? UInt64(exactly: $0) : nil }
  }

  private static func number(_ value: JSONValue?) -> Double? {
    switch value?.string {
    case "NaN": .nan
    case "Infinity": .infinity
    case "-Infinity": -.infinity
    default: value?.double
    }
  }

  /// The line with bare NaN, Infinity and -Infinity put in quotes.
  private static func withoutBareNumbers(_ line: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var isQuoted = false
    var index = 0
    while index < line.count {
      let byte = line[index]
      if byte == UInt8(ascii: "\\"), isQuoted, index + 1 < line.count {
        result += [byte, line[index + 1]]
        index += 2
        continue
      }
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted, let word = bare.first(where: { line[index...].starts(with: $0) }) {
        result += [UInt8(ascii: "\"")] + word + [UInt8(ascii: "\"")]
        index += word.count
        continue
      }
      result.append(byte)
      index += 1
    }
    return result
  }

  private static let bare = ["NaN", "-Infinity", "Infinity"].map { Array($0.utf8) }
}
