import Model

/// What one file says of the rules; nil and empty are "nothing said".
struct RuleChanges {
  var numbers: [(rule: RuleID, key: String, value: Double)] = []
  var muted: Set<RuleID>?
  /// Seconds.
  var warmUp: Double?
}

extension RuleSettings {
  /// Lets a file override single numbers; its list of muted rules replaces the one before.
  mutating func apply(_ changes: RuleChanges) {
    for change in changes.numbers {
      _ = set(change.rule, change.key, to: change.value)
    }
    muted = changes.muted ?? muted
    warmUp = changes.warmUp ?? warmUp
  }
}

/// Reads `[rules]`: the numbers that findings follow from, and the rules that are not looked at.
func readRules(_ table: TableReader) -> RuleChanges {
  table.warnOfKeys(besides: ["warm-up", "mute"] + RuleID.allCases.map(\.rawValue))
  var changes = RuleChanges()
  changes.warmUp = readNumber(table, "warm-up", .seconds)
  changes.muted = readMuted(table)
  for rule in RuleID.allCases {
    guard let own = table.table(rule.rawValue) else { continue }
    let thresholds = Threshold.all.filter { $0.rule == rule }
    own.warnOfKeys(besides: thresholds.map(\.key))
    for threshold in thresholds {
      guard let value = readNumber(own, threshold.key, threshold.unit) else { continue }
      changes.numbers.append((rule, threshold.key, value))
    }
  }
  return changes
}

private func readMuted(_ table: TableReader) -> Set<RuleID>? {
  guard table.has("mute") else { return nil }
  let each = #"the name of a rule such as "gpu-hollow""#
  let expected = #"a list of rules such as ["gpu-hollow"]"#
  let rules = table.elements("mute", expected: expected, each: each) {
    (node) throws(Mismatch) -> RuleID? in
    guard let word = node.text else { return nil }
    guard let rule = RuleID(rawValue: word) else {
      // So near to a known word, it is no secret that ended up in the wrong place.
      let near = nearest(to: word, among: RuleID.allCases.map(\.rawValue))
      throw Mismatch(
        expected: near.map { #""\#($0)", perhaps"# } ?? each, found: "a text that is no rule")
    }
    return rule
  }
  return Set(rules.map(\.value))
}

private func readNumber(_ table: TableReader, _ key: String, _ unit: ThresholdUnit) -> Double? {
  let expected = unit.expected
  return table.value(key, expected: expected) { (node) throws(Mismatch) -> Double? in
    guard let value = try amount(of: node, in: unit) else { return nil }
    if !value.isFinite { throw Mismatch(expected: expected, found: "a number without end") }
    if value == 0 { throw Mismatch(expected: expected, found: "zero") }
    if value < 0 { throw Mismatch(expected: expected, found: "a negative number") }
    if unit == .share, value > 1 {
      throw Mismatch(expected: expected, found: "a number above 1")
    }
    return value
  }
}

extension ThresholdUnit {
  fileprivate var expected: String {
    switch self {
    case .share: "a share above 0 and up to 1, such as 0.05"
    case .seconds: #"a time such as 30 or "5m""#
    case .cores: "a number of cores such as 0.5"
    case .bytes: #"a size such as "1GiB""#
    case .bytesPerSecond: #"a rate such as "16MB/s""#
    case .count: "a number such as 3"
    case .ratio: "a number such as 1.25"
    }
  }
}

/// A number as it is, or a text with its unit; nil for a value of another kind.
private func amount(of node: TOMLNode, in unit: ThresholdUnit) throws(Mismatch) -> Double? {
  guard let text = node.text else { return node.number }
  switch unit {
  case .seconds: return try seconds(parsing: text)
  case .bytes: return Double(try Bytes(parsing: text).count)
  case .bytesPerSecond: return try ByteRate(parsing: text).perSecond
  case .share, .cores, .count, .ratio: return nil
  }
}
