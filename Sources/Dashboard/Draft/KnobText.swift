import Drawing
import Model

/// How knobs and their values are named on the screen.
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
    case .power: "power limit"
    }
  }

  /// What a number without a unit means when it is typed.
  var typedUnit: String {
    switch self {
    case .memory, .memoryHigh: "GiB"
    case .read, .write: "MB/s"
    case .power: "W"
    case .cores, .cpus, .weight, .burst, .pids, .frozen, .nice, .ioPriority: ""
    }
  }

  /// Those that can be edited on a row, in the order in which Tab goes through them.
  static let edited: [Knob] = [
    .cores, .memory, .memoryHigh, .weight, .read, .write, .pids, .burst, .nice, .ioPriority,
  ]
}

extension KnobValue {
  /// The value beside its knob's word, which says what is counted.
  var short: String {
    if case .cores(.at(let cores)) = self { decimalText(cores.value, places: 2) } else { text }
  }
}

extension Change {
  /// Old and new value: `16 → 12`.
  func text(_ glyphs: Glyphs) -> String {
    "\(from?.short ?? glyphs.unknown) \(glyphs.arrow) \(to.short)"
  }
}
