import Model

/// All that the engine keeps of one job.
final class JobRecord {
  let id: JobID
  let past: JobPast
  /// One a rule, in the engine's order.
  var tracks: [Track]
  var findings: [Finding] = []
  var notEvaluated: [NotEvaluated] = []
  /// Positions of its devices among the moment's.
  var devices: [Int] = []
  /// The number of the moment that it was last in.
  var seenIn: UInt64 = 0

  init(_ job: JobMoment, at time: Instant, rules: Int, _ settings: RuleSettings) {
    id = job.id
    past = JobPast(job, at: time, settings)
    tracks = Array(repeating: Track(), count: rules)
  }
}
