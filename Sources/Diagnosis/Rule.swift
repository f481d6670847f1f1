import Model

/// One cause of slowness or waste: what it measures, and what it says of it.
///
/// Measuring happens for every job on every tick and allocates nothing; describing only when a
/// finding begins, changes or is made anew.
protocol Rule: Sendable {
  static var id: RuleID { get }
  /// Seconds over which its measure is smoothed, for counters that jitter from tick to tick.
  static var smoothing: Double { get }
  /// It tells a fact rather than a judgement: a job has no warm-up for it.
  static var isFact: Bool { get }
  /// Phases in which a job is expected not to train keep it quiet.
  static var isMutedByPhases: Bool { get }

  init(_ thresholds: Thresholds)

  /// How the job stands to the thresholds now.
  func measure(_ view: JobView) -> Measurement
  func describe(_ view: JobView, since: Instant) -> RuleAccount
}

extension Rule {
  static var smoothing: Double { 0 }
  static var isFact: Bool { false }
  static var isMutedByPhases: Bool { id.kind == .waste }
}

/// How a job stands to a rule's thresholds in one interval.
enum Measurement: Sendable, Hashable {
  /// The measure as a multiple of what is amber and of what is red: 1 has reached it. Where there is
  /// more than one condition, the one that is furthest from being met.
  case reached(amber: Double, red: Double)
  /// Something that it needs to know is not known.
  case unknown(MissingCounter)
  /// This interval tells nothing.
  case skipped

  /// Nothing of it, or it does not apply to this job.
  static let quiet = Measurement.reached(amber: 0, red: 0)

  static func reached(_ amber: Double) -> Measurement { .reached(amber: amber, red: 0) }
}

/// What a rule has to say, and how loud.
struct RuleAccount {
  var account: FindingAccount
  /// There is nothing to be done about it: it is told, not warned of.
  var isNote = false
  /// When it began, where that is not when its threshold was reached.
  var since: Instant?

  init(_ account: FindingAccount, isNote: Bool = false) {
    self.account = account
    self.isNote = isNote
  }

  init(
    _ text: String, _ evidence: [Evidence], suggestion: Suggestion? = nil, waste: Waste? = nil,
    isNote: Bool = false, since: Instant? = nil
  ) {
    account = FindingAccount(text, evidence, suggestion: suggestion, waste: waste)
    self.isNote = isNote
    self.since = since
  }
}

/// For how long a rule's thresholds have to be reached, and for how long not, in seconds.
struct Timing: Sendable, Hashable {
  var amber: Double
  var red: Double
  var leave: Double
  var leaveRed: Double
  /// It knows a level below red.
  var hasAmber: Bool
  var smoothing: Double
  /// A measure that is not known for so long, or for the rule's time, is not waited for; nothing is sure
  /// in less than three times that.
  var patience: Double

  init(_ thresholds: Thresholds, smoothing: Double = 0, scale: Double = 1) {
    func time(_ key: String) -> Double? { thresholds.has(key) ? thresholds[key] : nil }
    amber = time("amber-time") ?? time("note-time") ?? 0
    red = time("red-time") ?? amber
    hasAmber = !thresholds.has("red") || thresholds.has("amber")
    leave = time("leave-time") ?? (hasAmber ? amber : red)
    leaveRed = time("leave-time") ?? red
    self.smoothing = smoothing * scale
    patience = 10 * scale
  }
}
