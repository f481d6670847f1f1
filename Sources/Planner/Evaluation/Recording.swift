package import Model

/// What was recorded of one job, in the order of time; a caller makes it of the lines of
/// `snapshot --json`.
package struct RecordedJob: Sendable, Hashable {
  /// Its name, or any other text that is its own.
  package var name: String
  package var kind: NeedKind
  package var gpus: Int
  /// By which else results are told apart: `model=resnet`.
  package var tags: [String]
  package var points: [Point]

  package init(
    name: String, kind: NeedKind, gpus: Int = 0, tags: [String] = [], points: [Point]
  ) {
    self.name = name
    self.kind = kind
    self.gpus = gpus
    self.tags = tags
    self.points = points
  }

  /// One interval.
  package struct Point: Sendable, Hashable {
    /// Its end, in seconds of any clock that does not go back.
    package var time: Double
    /// How long it was, in seconds.
    package var seconds: Double
    /// Cores; nil where it was not known.
    package var demand: Double?
    /// Memory that cannot be reclaimed, in bytes; nil where it was not known.
    package var held: Double?
    /// nil is no limit.
    package var grantedCores: Double?
    package var grantedMemory: Double?
    /// The part of the quota's periods in which it ran out.
    package var throttled: Double
    /// Processes killed for want of memory so far.
    package var kills: UInt64?
    package var phase: JobPhase?

    package init(
      time: Double, seconds: Double, demand: Double?, held: Double?,
      grantedCores: Double? = nil, grantedMemory: Double? = nil, throttled: Double = 0,
      kills: UInt64? = nil, phase: JobPhase? = nil
    ) {
      self.time = time
      self.seconds = seconds
      self.demand = demand
      self.held = held
      self.grantedCores = grantedCores
      self.grantedMemory = grantedMemory
      self.throttled = throttled
      self.kills = kills
      self.phase = phase
    }
  }
}

/// A way to say what a job needs. The raw value is its word in JSON.
package enum NeedMethod: String, Sendable, Hashable, CaseIterable {
  /// What it was granted when it was recorded; all of the box where it had no limit.
  case granted
  /// The most seen so far, and 15 %.
  case most = "most+15%"
  /// The quantile of all that was seen so far, as krr takes it for cores.
  case p95 = "p95"
  /// The same with a margin, as the Vertical Pod Autoscaler has it.
  case p90 = "p90+15%"
  /// The most of the next hour: nobody can know it, and nobody can do better without a risk.
  case hindsight
  case loadline
}

/// What an evaluation is about. The raw value is its word in JSON.
package enum EvaluatedResource: String, Sendable, Hashable, CaseIterable {
  case cores, memory
}
