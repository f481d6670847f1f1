extension KnobValue {
  /// As a person reads it: `2.5 cores`, `24 GiB`, `0-5`, `no limit`.
  package var text: String {
    switch self {
    case .cores(let limit): limit.text { $0.text }
    case .cpus(let cpus): cpus.isEmpty ? "all CPUs" : cpus.description
    case .weight(let weight): "\(weight)"
    case .burst(let seconds): seconds > 0 ? "\(decimalText(seconds * 1000, places: 2)) ms" : "none"
    case .memoryHigh(let limit), .memory(let limit): limit.text { $0.text }
    case .read(let limit), .write(let limit): limit.text { $0.text }
    case .pids(let limit): limit.text { "\($0)" }
    case .frozen(let isFrozen): isFrozen ? "frozen" : "running"
    case .nice(let nice): "\(nice)"
    case .ioPriority(let priority): priority.text
    case .power(let watts): watts.text
    }
  }

  /// As it is written on the command line and in the journal, without loss: `2.5`, `24GiB`, `0-5`,
  /// `max`. ``init(parsing:for:)`` reads it.
  package var argument: String {
    switch self {
    case .cores(let limit): limit.argument { exact($0.value) }
    case .cpus(let cpus): cpus.isEmpty ? "all" : cpus.description
    case .weight(let weight): "\(weight)"
    case .burst(let seconds): exact(seconds)
    case .memoryHigh(let limit), .memory(let limit): limit.argument { exact($0) }
    case .read(let limit), .write(let limit): limit.argument { exact($0) }
    case .pids(let limit): limit.argument { "\($0)" }
    case .frozen(let isFrozen): isFrozen ? "yes" : "no"
    case .nice(let nice): "\(nice)"
    case .ioPriority(let priority): priority.text
    case .power(let watts): exact(watts.value) + "W"
    }
  }
}

extension IOPriority {
  /// `best-effort:4`, `idle`, `none`.
  package var text: String {
    switch self {
    case .none: "none"
    case .realTime(let level): "real-time:\(level)"
    case .bestEffort(let level): "best-effort:\(level)"
    case .idle: "idle"
    }
  }
}

extension Limit {
  fileprivate func text(_ text: (Amount) -> String) -> String { amount.map(text) ?? "no limit" }
  fileprivate func argument(_ text: (Amount) -> String) -> String { amount.map(text) ?? "max" }
}

private func exact(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
}

private func exact(_ bytes: Bytes) -> String {
  for (shift, unit) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")]
  where bytes.count > 0 && bytes.count % (1 << Int64(shift)) == 0 {
    return "\(bytes.count >> Int64(shift))\(unit)"
  }
  return "\(bytes.count)"
}

private func exact(_ rate: ByteRate) -> String {
  guard rate.perSecond >= 1, rate.perSecond < 9e15 else { return exact(rate.perSecond) }
  let count = Int64(rate.perSecond)
  for (size, unit) in [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")] as [(Int64, String)]
  where count % size == 0 {
    return "\(count / size)\(unit)/s"
  }
  return "\(count)"
}
