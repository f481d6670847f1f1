package import Model

/// How far and how fast a job is, by its own reports.
package struct ProgressReading: Sendable, Hashable {
  package var step: UInt64?
  /// Steps there will be.
  package var total: UInt64?
  package var phase: JobPhase?
  /// As the job wrote it: NaN and infinity too.
  package var loss: Double?
  /// When its last step was seen.
  package var lastStep: Instant?
  /// Over the last minute of steps.
  package var stepsPerSecond: Double?
  /// Over ten seconds; nil where the job does not count samples.
  package var samplesPerSecond: Double?
  /// Seconds a step takes: median, 95th and 99th percentile of the last 512 strides.
  package var stepSeconds: Double?
  package var stepSeconds95: Double?
  package var stepSeconds99: Double?
  /// The part of the last minute that steps took beyond three medians.
  package var stalled: Share?
  /// How often its count went back.
  package var restarts = 0

  package init() {}
}
