// The record as text: a line `loadline-run 1`, then `key=value` lines. Plain so that `getfattr` shows
// it, versioned, bounded; a key that a later version added is passed over.

extension RunRecord {
  private static let heading = "loadline-run 1"

  /// The record as text, or nil where the tags make it longer than ``longest``.
  package func encoded() -> [UInt8]? {
    var lines = [
      Self.heading, "name=\(name)", "uid=\(uid)", "pid=\(pid)", "start=\(start)", "time=\(time)",
    ]
    func add(_ kind: RunLimits.Kind, _ value: String?) {
      if let value { lines.append("\(kind.rawValue)=\(value)") }
    }
    add(.cores, limits.cores.map { "\($0.value)" })
    add(.memory, limits.memory.map { "\($0.count)" })
    add(.memoryHigh, limits.memoryHigh.map { "\($0.count)" })
    add(.weight, limits.weight.map { "\($0)" })
    add(.cpus, limits.cpus.map { "\($0)" })
    add(.read, limits.read.map { "\($0.perSecond)" })
    add(.write, limits.write.map { "\($0.perSecond)" })
    add(.gpus, limits.gpus.map { $0.map(\.string).joined(separator: ",") })
    if swap { lines.append("swap=1") }
    if !unenforced.isEmpty {
      let kinds = RunLimits.Kind.allCases.filter(unenforced.contains).map(\.rawValue)
      lines.append("unenforced=" + kinds.joined(separator: ","))
    }
    if let pinned { lines.append("pinned=\(pinned)") }
    for (key, value) in tags.sorted(by: { $0.key < $1.key }) { lines.append("tag.\(key)=\(value)") }
    let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
    return bytes.count <= Self.longest ? bytes : nil
  }

  /// Reads a record's text; nil for anything that ``encoded()`` could not have written.
  ///
  /// A key that occurs twice, a number outside its range, a name or tag with other characters than
  /// allowed: all of it makes the whole record void, so that nothing is half believed.
  package init?(decoding bytes: some Collection<UInt8>) {
    guard bytes.count <= Self.longest else { return nil }
    var lines = bytes.split(separator: UInt8(ascii: "\n"))[...]
    guard lines.popFirst()?.elementsEqual(Self.heading.utf8) == true else { return nil }
    var values: [String: String] = [:]
    for line in lines {
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")),
        let key = String(validating: line[..<equals], as: UTF8.self),
        let value = String(validating: line[line.index(after: equals)...], as: UTF8.self),
        values.updateValue(value, forKey: key) == nil
      else { return nil }
    }
    self.init(values)
  }

  private init?(_ values: [String: String]) {
    guard let name = values["name"].flatMap(RunName.init),
      let uid = values["uid"].flatMap(UInt32.init),
      let pid = values["pid"].flatMap(Int32.init), pid > 0,
      let start = values["start"].flatMap(UInt64.init),
      let time = values["time"].flatMap(Int64.init),
      time >= 0
    else { return nil }
    self.init(name: name, uid: uid, pid: pid, start: start, time: time)
    for (key, value) in values where !take(key, value) { return nil }
  }

  /// Takes over one optional key; false where its value is void.
  private mutating func take(_ key: String, _ value: String) -> Bool {
    if let kind = RunLimits.Kind(rawValue: key) { return take(kind, value) }
    switch key {
    case "swap":
      swap = value == "1"
      return swap
    case "pinned":
      pinned = CPUSet(parsing: value)
      return pinned?.isEmpty == false
    case "unenforced":
      let kinds = value.split(separator: ",").map { RunLimits.Kind(rawValue: String($0)) }
      unenforced = Set(kinds.compactMap { $0 })
      return !kinds.contains(nil)
    case _ where key.hasPrefix("tag."):
      let tag = String(key.dropFirst(4))
      guard Self.isTag(tag, value) else { return false }
      tags[tag] = SafeText(value)
      return true
    default: return true
    }
  }

  private mutating func take(_ kind: RunLimits.Kind, _ value: String) -> Bool {
    func positive(_ limit: Double) -> Double? {
      Double(value).flatMap { $0.isFinite && $0 > 0 && $0 <= limit ? $0 : nil }
    }
    func bytes() -> Bytes? { Int64(value).flatMap { $0 > 0 ? Bytes($0) : nil } }
    switch kind {
    case .cores:
      limits.cores = positive(65_536).map { Cores($0) }
      return limits.cores != nil
    case .memory:
      limits.memory = bytes()
      return limits.memory != nil
    case .memoryHigh:
      limits.memoryHigh = bytes()
      return limits.memoryHigh != nil
    case .weight:
      limits.weight = Int(value).flatMap { (1...10_000).contains($0) ? $0 : nil }
      return limits.weight != nil
    case .cpus:
      limits.cpus = CPUSet(parsing: value)
      return limits.cpus?.isEmpty == false
    case .read:
      limits.read = positive(1e18).map { ByteRate($0) }
      return limits.read != nil
    case .write:
      limits.write = positive(1e18).map { ByteRate($0) }
      return limits.write != nil
    case .gpus:
      limits.gpus = RunLimits.gpus(parsing: value)
      return limits.gpus != nil
    }
  }

  /// Whether a tag may be kept: the key is a ``RunName``, the value at most 128 bytes without
  /// control characters or anything else that ``SafeText`` would change.
  package static func isTag(_ key: String, _ value: String) -> Bool {
    RunName(key) != nil && value.utf8.count <= 128 && SafeText(value).string == value
  }
}
