package import Model

/// How needs are estimated. Times are in seconds.
///
/// Half-lives and quantiles are for one box that is looked at every second, rather than for a fleet
/// that is looked at every minute: there, half-lives are 24 h (Vertical Pod Autoscaler) or 12 h and
/// 48 h (Autopilot). The margin of 15 % and the factor after a kill are those of krr.
package struct NeedSettings: Sendable, Hashable {
  /// Demand is averaged, and memory peaks are looked for, over so long.
  package var window = 10.0
  package var peakWindow = 60.0
  package var coresHalfLife = 1800.0
  package var memoryHalfLife = 14_400.0
  package var coresMargin = 1.10
  package var memoryMargin = 1.15
  /// Nothing is told before so many windows of ten seconds, and so much time or so many steps.
  package var leastSamples = 100
  package var leastSeconds = 900.0
  package var leastSteps: UInt64 = 200
  /// Confidence is 1 after so much time and so many windows.
  package var confidenceSeconds = 1800.0
  package var confidenceSamples = 180.0
  /// A need may be brought down to the largest of so long.
  package var recent = 1800.0
  /// What was seen before a shift or another phase counts so much.
  package var priorWeight = 0.25
  /// A phase is taken for one of its own when it lasted so long.
  package var phaseLasts = 120.0
  /// What a job does while it starts says nothing of what it needs.
  package var warmUp = 120.0
  /// From this part of throttled periods on, a window hides what the job would have wanted.
  package var censoredFrom = 0.05
  /// After a kill: so many times the limit that it was killed at, and at least so much more.
  package var killFactor = 1.25
  package var killExtra = Bytes.gibi(1)

  /// A smaller change is not worth making.
  package static let leastCores = Cores(1)
  package static let leastMemory = Bytes.gibi(1)

  package init() {}
}
