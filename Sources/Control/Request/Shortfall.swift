import Model

/// What of a request no controller enforces, gathered for one line to the person.
struct Shortfall: Sendable, Equatable {
  /// Limits that nothing enforces, and why, in the order of the options.
  private(set) var reasons: [(kind: RunLimits.Kind, reason: String)] = []
  /// What stands in for a limit: an affinity, a nice value.
  private(set) var substitutes: [String] = []

  mutating func lacks(_ kind: RunLimits.Kind, _ reason: String) { reasons.append((kind, reason)) }
  mutating func substitute(_ text: String) { substitutes.append(text) }

  var kinds: Set<RunLimits.Kind> { Set(reasons.map(\.kind)) }

  /// One sentence, or nil where everything is enforced.
  /// - Parameter reason: why there are substitutes.
  func line(reason: String) -> String? {
    var parts: [String] = []
    var seen: [String] = []
    for (_, reason) in reasons where !seen.contains(reason) {
      seen.append(reason)
      let options = reasons.filter { $0.reason == reason }.map(\.kind.option)
      parts.append("\(options.joined(separator: ", ")) (\(reason))")
    }
    if let first = parts.first { parts[0] = "not enforced: \(first)" }
    if !substitutes.isEmpty {
      let why = seen.contains(reason) ? "" : " (\(reason))"
      parts.append(substitutes.joined(separator: ", ") + why)
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ") + "."
  }

  static func == (a: Shortfall, b: Shortfall) -> Bool {
    a.substitutes == b.substitutes && a.reasons.elementsEqual(b.reasons, by: ==)
  }
}
