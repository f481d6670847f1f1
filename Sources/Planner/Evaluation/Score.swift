/// How well one method did for one job and resource.
package struct Score: Sendable, Hashable {
  /// Hours that were judged.
  package var hours = 0.0
  /// Core-hours or byte-hours that were granted, wanted, granted for nothing, and wanted in vain.
  package var granted = 0.0
  package var wanted = 0.0
  package var slack = 0.0
  package var short = 0.0
  /// Hours in which it wanted more than it was granted.
  package var shortHours = 0.0
  /// How often memory went beyond the limit: each time the job would have been killed.
  package var kills = 0
  /// How often the grant was changed.
  package var changes = 0

  private var wasShort = false

  init() {}

  mutating func take(_ limit: Double, _ wanted: Double, over hours: Double, changes: Int) {
    self.hours += hours
    self.changes += changes
    granted += limit * hours
    self.wanted += wanted * hours
    slack += max(0, limit - wanted) * hours
    let missing = wanted - limit
    let isShort = missing > 1e-9 * max(1, limit)
    if isShort {
      short += missing * hours
      shortHours += hours
      if !wasShort { kills += 1 }
    }
    wasShort = isShort
  }

  static func + (a: Score, b: Score) -> Score {
    var sum = a
    sum.hours += b.hours
    sum.granted += b.granted
    sum.wanted += b.wanted
    sum.slack += b.slack
    sum.short += b.short
    sum.shortHours += b.shortHours
    sum.kills += b.kills
    sum.changes += b.changes
    return sum
  }

  /// The part of what was granted that nobody wanted.
  package var slackShare: Double { granted > 0 ? slack / granted : 0 }
  /// The part of the time in which more was wanted than granted.
  package var shortShare: Double { hours > 0 ? shortHours / hours : 0 }
  /// The part of what was wanted that was not granted.
  package var missingShare: Double { wanted > 0 ? short / wanted : 0 }
  package var changesPerHour: Double { hours > 0 ? Double(changes) / hours : 0 }
}
