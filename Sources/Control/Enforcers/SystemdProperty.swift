import Model

/// A property of a unit that limits it (systemd.resource-control(5)), and its values as text: what
/// stands after `=` in `systemctl set-property`. The empty text takes the limit off.
enum SystemdProperty: String, Sendable, Hashable, CaseIterable {
  case cpuQuota = "CPUQuota"
  case allowedCPUs = "AllowedCPUs"
  case cpuWeight = "CPUWeight"
  case memoryHigh = "MemoryHigh"
  case memoryMax = "MemoryMax"
  /// One line a device.
  case readBandwidth = "IOReadBandwidthMax"
  case writeBandwidth = "IOWriteBandwidthMax"
  case tasksMax = "TasksMax"
  /// `running` or `frozen`; not set but reached, by `systemctl freeze`.
  case freezer = "FreezerState"

  /// Nil for knobs that units do not have.
  init?(_ knob: Knob) {
    switch knob {
    case .cores: self = .cpuQuota
    case .cpus: self = .allowedCPUs
    case .weight: self = .cpuWeight
    case .memoryHigh: self = .memoryHigh
    case .memory: self = .memoryMax
    case .read: self = .readBandwidth
    case .write: self = .writeBandwidth
    case .pids: self = .tasksMax
    case .frozen: self = .freezer
    case .burst, .nice, .ioPriority, .power: return nil
    }
  }

  /// What `systemctl show` calls it.
  var shown: String { self == .cpuQuota ? "CPUQuotaPerSecUSec" : rawValue }

  /// The v2 controller that it takes; nil where every group has it.
  var controller: String? {
    switch self {
    case .cpuQuota, .cpuWeight: "cpu"
    case .allowedCPUs: "cpuset"
    case .memoryHigh, .memoryMax: "memory"
    case .readBandwidth, .writeBandwidth: "io"
    case .tasksMax: "pids"
    case .freezer: nil
    }
  }

  // MARK: - What systemd says

  /// The text that would set what `systemctl show` says; nil where it says something unknown.
  func text(shown values: [String]) -> String? {
    let value = values.first ?? ""
    switch self {
    case .cpuQuota:
      if value == "infinity" { return "" }
      return Self.microseconds(value).map { Self.percent(microseconds: $0) }
    case .allowedCPUs:
      // systemd prints runs with blanks between them.
      let list = value.split(separator: " ").joined(separator: ",")
      return CPUSet(parsing: list)?.description
    case .cpuWeight:
      return value == "[not set]" || value == "18446744073709551615" ? "" : value
    case .memoryHigh, .memoryMax, .tasksMax:
      return value == "infinity" || value == "18446744073709551615"
        ? "infinity" : UInt64(value).map { "\($0)" }
    case .readBandwidth, .writeBandwidth:
      return values.filter { !$0.isEmpty }.joined(separator: "\n")
    case .freezer:
      switch value {
      case "frozen", "freezing": return "frozen"
      case "running", "thawing": return "running"
      default: return nil
      }
    }
  }

  /// A time span as systemd prints it, `1min 4s`, `333.300ms`, in microseconds.
  private static func microseconds(_ text: String) -> Int64? {
    let units: [(String, Double)] = [
      ("us", 1), ("ms", 1e3), ("min", 60e6), ("month", 2_629_800e6), ("s", 1e6), ("h", 3600e6),
      ("d", 86_400e6), ("w", 604_800e6), ("y", 31_557_600e6),
    ]
    var sum = 0.0
    let words = text.split(separator: " ")
    for word in words {
      let digits = word.prefix { $0.isNumber || $0 == "." }
      guard let number = Double(digits), number.isFinite,
        let unit = units.first(where: { $0.0 == word.dropFirst(digits.count) })
      else { return nil }
      sum += number * unit.1
    }
    return words.isEmpty ? nil : Int64(sum.rounded())
  }

  /// Microseconds of CPU time a second as a percentage of one core, to hundredths.
  private static func percent(microseconds: Int64) -> String {
    let hundredths = (microseconds + 50) / 100
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)%"
  }

  // MARK: - Values

  /// The text of a value; nil where the value is of another knob.
  /// - Parameter disks: those that an IO limit is set on.
  static func text(_ value: KnobValue, disks: [DiskNumber] = []) -> String? {
    switch value {
    case .cores(.unlimited): return ""
    case .cores(.at(let cores)): return percent(microseconds: Int64((cores.value * 1e6).rounded()))
    case .cpus(let cpus): return cpus.description
    case .weight(let weight): return "\(weight)"
    case .memoryHigh(let limit), .memory(let limit):
      return limit.amount.map { "\($0.count)" } ?? "infinity"
    case .pids(let limit): return limit.amount.map { "\($0)" } ?? "infinity"
    case .read(let limit), .write(let limit):
      guard let rate = limit.amount else { return "" }
      return disks.map { "/dev/block/\($0) \(Int64(rate.perSecond))" }.joined(separator: "\n")
    case .frozen(let isFrozen): return isFrozen ? "frozen" : "running"
    case .burst, .nice, .ioPriority, .power: return nil
    }
  }

  /// The value that a text sets; nil where there is none.
  func value(_ text: String) -> KnobValue? {
    switch self {
    case .cpuQuota: return .cores(Self.cores(text).map { .at($0) } ?? .unlimited)
    case .allowedCPUs: return CPUSet(parsing: text).map { .cpus($0) }
    case .cpuWeight: return text == "idle" ? .weight(1) : .weight(Int(text) ?? 100)
    case .memoryHigh: return .memoryHigh(Self.bytes(text))
    case .memoryMax: return .memory(Self.bytes(text))
    case .tasksMax: return .pids(Int(text).map { .at($0) } ?? .unlimited)
    case .readBandwidth: return .read(Self.rate(text))
    case .writeBandwidth: return .write(Self.rate(text))
    case .freezer: return .frozen(text == "frozen")
    }
  }

  static func cores(_ text: String) -> Cores? {
    text.hasSuffix("%") ? Double(text.dropLast()).map { Cores($0 / 100) } : nil
  }

  private static func bytes(_ text: String) -> Limit<Bytes> {
    UInt64(text).map { .at(Bytes(clamping: $0)) } ?? .unlimited
  }

  private static func rate(_ text: String) -> Limit<ByteRate> {
    text.split(separator: "\n").compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
      .map { Limit.at(ByteRate($0)) }.reduce(.unlimited) { $0.tightened(by: $1) }
  }

  /// The arguments of `systemctl` that set a text.
  func arguments(unit: String, text: String) -> [String] {
    switch self {
    case .freezer: return [text == "frozen" ? "freeze" : "thaw", "--", unit]
    case .readBandwidth, .writeBandwidth:
      // What is not named again goes.
      let lines = text.split(separator: "\n").map { "\(rawValue)=\($0)" }
      return ["set-property", "--runtime", "--", unit, "\(rawValue)="] + lines
    default: return ["set-property", "--runtime", "--", unit, "\(rawValue)=\(text)"]
    }
  }
}
