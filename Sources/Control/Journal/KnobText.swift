import Model

/// Values of knobs as the journal writes them, exact in both directions.
enum KnobText {
  static func text(_ value: KnobValue) -> String {
    func limit<Amount>(_ limit: Limit<Amount>, _ text: (Amount) -> String) -> String {
      limit.amount.map(text) ?? "unlimited"
    }
    return switch value {
    case .cores(let cores): limit(cores) { "\($0.value)" }
    case .cpus(let cpus): cpus.description
    case .weight(let weight): "\(weight)"
    case .burst(let seconds): "\(seconds)"
    case .memoryHigh(let bytes), .memory(let bytes): limit(bytes) { "\($0.count)" }
    case .read(let rate), .write(let rate): limit(rate) { "\($0.perSecond)" }
    case .pids(let count): limit(count) { "\($0)" }
    case .frozen(let isFrozen): "\(isFrozen)"
    case .nice(let nice): "\(nice)"
    case .ioPriority(.none): "none"
    case .ioPriority(.realTime(let level)): "real-time \(level)"
    case .ioPriority(.bestEffort(let level)): "best-effort \(level)"
    case .ioPriority(.idle): "idle"
    case .power(let watts): "\(watts.value)"
    }
  }

  static func value(of knob: Knob, _ text: String) -> KnobValue? {
    func limit<Amount>(_ amount: (String) -> Amount?) -> Limit<Amount>? {
      text == "unlimited" ? .unlimited : amount(text).map { .at($0) }
    }
    func double(_ text: String) -> Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
    return switch knob {
    case .cores: limit { double($0).map { Cores($0) } }.map { .cores($0) }
    case .cpus: CPUSet(parsing: text).map { .cpus($0) }
    case .weight: Int(text).map { .weight($0) }
    case .burst: double(text).map { .burst($0) }
    case .memoryHigh: limit { Int64($0).map { Bytes($0) } }.map { .memoryHigh($0) }
    case .memory: limit { Int64($0).map { Bytes($0) } }.map { .memory($0) }
    case .read: limit { double($0).map { ByteRate($0) } }.map { .read($0) }
    case .write: limit { double($0).map { ByteRate($0) } }.map { .write($0) }
    case .pids: limit { Int($0) }.map { .pids($0) }
    case .frozen: text == "true" ? .frozen(true) : text == "false" ? .frozen(false) : nil
    case .nice: Int(text).map { .nice($0) }
    case .ioPriority: priority(text).map { .ioPriority($0) }
    case .power: double(text).map { .power(Watts($0)) }
    }
  }

  private static func priority(_ text: String) -> IOPriority? {
    let words = text.split(separator: " ")
    switch (words.first, words.count > 1 ? Int(words[1]) : nil) {
    case ("none", nil): return IOPriority.none
    case ("idle", nil): return .idle
    case ("real-time", let level?): return .realTime(level)
    case ("best-effort", let level?): return .bestEffort(level)
    default: return nil
    }
  }
}
