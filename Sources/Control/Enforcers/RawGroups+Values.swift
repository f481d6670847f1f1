import Model

extension RawGroups {
  /// What a knob is set to; nil where the file cannot be read or says something unknown.
  func value(of knob: Knob, at place: KnobPlace, _ files: GroupFiles) -> KnobValue? {
    switch knob {
    case .cores: files.cores(place.directory, place.interface).map { .cores($0) }
    case .cpus: files.cpus(place.path).map { .cpus($0) }
    case .weight: weight(at: place, files).map { .weight($0) }
    case .burst: files.number(place.path).map { .burst(Double($0) / 1e6) }
    case .memory: files.bytes(place.path).map { .memory($0) }
    case .memoryHigh: files.bytes(place.path).map { .memoryHigh($0) }
    case .read: rate(at: place, word: "rbps").map { .read($0) }
    case .write: rate(at: place, word: "wbps").map { .write($0) }
    case .pids:
      files.line(place.path).map { line in .pids(Int(line).map { .at($0) } ?? .unlimited) }
    case .frozen:
      files.line(place.path).map { .frozen($0 == "1" || $0 == "FROZEN" || $0 == "FREEZING") }
    case .nice, .ioPriority, .power: nil
    }
  }

  private func weight(at place: KnobPlace, _ files: GroupFiles) -> Int? {
    guard let number = files.number(place.path) else { return nil }
    switch place.interface {
    case .v2: return Int(number)
    case .v1: return Weight.fromShares(number)
    }
  }
}

/// v2's CPU weight and v1's shares of the same meaning, translated as systemd does: 100 is 1024.
enum Weight {
  static func fromShares(_ shares: Int64) -> Int {
    Int(max(1, min(10_000, shares.multipliedReportingOverflow(by: 100).partialValue / 1024)))
  }

  /// The least shares that read back as this weight; within the kernel's 2…262,144.
  static func shares(_ weight: Int) -> Int64 { (Int64(weight) * 1024 + 99) / 100 }
}
