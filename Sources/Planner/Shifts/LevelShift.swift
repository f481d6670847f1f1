package import Model

/// A lasting change of how much, or how fast.
package struct LevelShift: Sendable, Hashable {
  package enum Direction: String, Sendable, Hashable {
    case up, down
  }

  package var direction: Direction
  /// The mean before and since.
  package var before: Double
  package var after: Double
  /// How many windows ago it began, by its best guess.
  package var windows: Int

  package init(direction: Direction, before: Double, after: Double, windows: Int) {
    self.direction = direction
    self.before = before
    self.after = after
    self.windows = windows
  }

  /// The new mean as a part of the old; nil where the old is nothing.
  package var ratio: Double? { before > 0 ? after / before : nil }
}

/// A lasting change of one job, for the log.
package struct JobShift: Sendable, Hashable {
  package enum Measure: String, Sendable, Hashable {
    /// Steps a second, by its own word.
    case throughput
    /// Cores that it wants.
    case demand
  }

  package var job: JobID
  package var name: SafeText
  package var measure: Measure
  package var shift: LevelShift
  /// About when it began, and when it was noticed.
  package var began: Instant
  package var noticed: Instant

  package init(
    job: JobID, name: SafeText, measure: Measure, shift: LevelShift, began: Instant,
    noticed: Instant
  ) {
    self.job = job
    self.name = name
    self.measure = measure
    self.shift = shift
    self.began = began
    self.noticed = noticed
  }

  /// `train: throughput fell by 31 %, from 412 to 284 steps/s, about 2 min ago`.
  package var text: String {
    let verb = shift.direction == .up ? "rose" : "fell"
    let change = shift.ratio.flatMap { ratio -> String? in
      if ratio >= 3 { return "to \(decimalText(ratio, places: ratio < 10 ? 1 : 0)) times" }
      return "by \(decimalText(abs(ratio - 1) * 100, places: 0)) %"
    }
    let from = number(shift.before)
    let to = number(shift.after)
    let unit = measure == .throughput ? "steps/s" : "cores"
    return "\(name): \(measure.rawValue) \(verb) \(change.map { $0 + ", " } ?? "")"
      + "from \(from) to \(to) \(unit), about \(ago) ago"
  }

  private func number(_ value: Double) -> String {
    let size = abs(value)
    return decimalText(value, places: size < 0.095 ? 4 : size < 9.95 ? 2 : size < 99.5 ? 1 : 0)
  }

  private var ago: String {
    let seconds = noticed.seconds(since: began)
    if seconds < 99.5 { return "\(Int(seconds.rounded())) s" }
    return "\(Int((seconds / 60).rounded())) min"
  }
}
