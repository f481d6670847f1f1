import Drawing
package import Model

/// How knobs and their values are written and read on the screen.
extension Knob {
  /// What it is called on the screen.
  var word: String {
    switch self {
    case .cores: "cores"
    case .cpus: "core set"
    case .weight: "weight"
    case .burst: "burst"
    case .memoryHigh: "memory high"
    case .memory: "memory"
    case .read: "IO read"
    case .write: "IO write"
    case .pids: "tasks"
    case .frozen: "state"
    case .nice: "nice"
    case .ioPriority: "IO priority"
    }
  }

  /// What a number without a unit means when it is typed.
  var typedUnit: String {
    switch self {
    case .memory, .memoryHigh: "GiB"
    case .read, .write: "MB/s"
    case .cores, .cpus, .weight, .burst, .pids, .frozen, .nice, .ioPriority: ""
    }
  }

  /// Those that can be edited on a row, in the order in which Tab goes through them.
  static let edited: [Knob] = [
    .cores, .memory, .memoryHigh, .weight, .read, .write, .pids, .nice, .ioPriority,
  ]
}

extension KnobValue {
  /// The value with its unit, whole: what is written is never rounded to less than it takes to tell
  /// two settings apart.
  var text: String {
    switch self {
    case .cores(let limit): Self.text(limit) { Format.exact($0.value) }
    case .cpus(let cpus): cpus.isEmpty ? "all" : cpus.description
    case .weight(let weight): "\(weight)"
    case .burst(let seconds): Format.exact(seconds) + " s"
    case .memoryHigh(let limit), .memory(let limit): Self.text(limit, Format.exactBytes)
    case .read(let limit), .write(let limit):
      Self.text(limit) { Format.longRate($0, unknown: "–") }
    case .pids(let limit): Self.text(limit) { "\($0)" }
    case .frozen(let isFrozen): isFrozen ? "frozen" : "running"
    case .nice(let nice): "\(nice)"
    case .ioPriority(let priority): priority.text
    }
  }

  private static func text<Amount>(_ limit: Limit<Amount>, _ amount: (Amount) -> String) -> String {
    limit.amount.map(amount) ?? "no limit"
  }
}

extension IOPriority {
  fileprivate var text: String {
    switch self {
    case .none: "none"
    case .realTime(let level): "real time \(level)"
    case .bestEffort(let level): "best effort \(level)"
    case .idle: "idle"
    }
  }
}

extension Change {
  /// Old and new value: `16 → 12`.
  func text(_ glyphs: Glyphs) -> String {
    "\(from?.text ?? glyphs.unknown) \(glyphs.arrow) \(to.text)"
  }
}

extension Format {
  /// A number with up to three decimals, and none that says nothing.
  package static func exact(_ value: Double) -> String {
    var text = decimal(value, places: 3)
    while text.utf8.last == UInt8(ascii: "0"), text.utf8.contains(UInt8(ascii: ".")) {
      text.removeLast()
    }
    if text.utf8.last == UInt8(ascii: ".") { text.removeLast() }
    return text
  }

  /// An amount of memory in the largest binary unit in which three decimals tell it exactly, or
  /// nearly: `24 GiB`, `1.5 GiB`, `100 MiB`.
  package static func exactBytes(_ bytes: Bytes) -> String {
    var value = Double(bytes.count)
    var unit = 0
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while abs(value) >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return "\(exact(value)) \(units[unit])"
  }
}
