/// One number of a rule that can be set: `[rules.cpu-quota] amber = 0.05`.
package struct Threshold: Sendable, Hashable {
  package var rule: RuleID
  /// Its word in the configuration.
  package var key: String
  package var unit: ThresholdUnit
  package var standard: Double
  /// What it is, in a few words.
  package var meaning: String

  package init(
    _ rule: RuleID, _ key: String, _ unit: ThresholdUnit, _ standard: Double, _ meaning: String
  ) {
    self.rule = rule
    self.key = key
    self.unit = unit
    self.standard = standard
    self.meaning = meaning
  }
}

/// What a threshold is counted in. The raw value is its word in the documentation.
package enum ThresholdUnit: String, Sendable, Hashable {
  /// 0…1.
  case share
  case seconds
  case cores
  case bytes
  case bytesPerSecond = "bytes/s"
  case count
  case ratio
}

/// The numbers that rules are held against: the standard ones, and what was set instead.
package struct RuleSettings: Sendable, Hashable {
  private var changed: [RuleID: [String: Double]] = [:]
  /// Rules that are not looked at.
  package var muted: Set<RuleID> = []
  /// Every time is multiplied by it: below 1 for tests and demonstrations only.
  package var scale = 1.0
  /// A job that began less than so many seconds ago has no findings.
  package var warmUp = 120.0

  package init() {}

  /// The numbers of one rule.
  package func thresholds(of rule: RuleID) -> Thresholds {
    var values: [String: Double] = [:]
    for threshold in Threshold.all where threshold.rule == rule {
      let value = changed[rule]?[threshold.key] ?? threshold.standard
      values[threshold.key] = threshold.unit == .seconds ? value * scale : value
    }
    return Thresholds(values: values)
  }

  /// Sets one number; false where the rule has none of that name or the value is not positive.
  package mutating func set(_ rule: RuleID, _ key: String, to value: Double) -> Bool {
    guard value > 0, value.isFinite,
      Threshold.all.contains(where: { $0.rule == rule && $0.key == key })
    else { return false }
    changed[rule, default: [:]][key] = value
    return true
  }
}

/// The numbers of one rule, times scaled.
package struct Thresholds: Sendable, Hashable {
  fileprivate var values: [String: Double]

  /// The number of this name; infinite, so never reached, where the rule has none.
  package subscript(key: String) -> Double { values[key] ?? .infinity }

  package func has(_ key: String) -> Bool { values[key] != nil }
}
