package import Model

/// What one line, or one event, says of how far a job is.
package struct ProgressReport: Sendable, Hashable {
  /// Steps done; counts from the start of the run, or of the epoch for logs that say no more.
  package var step: UInt64?
  /// Steps there will be.
  package var total: UInt64?
  /// Samples seen so far.
  package var samples: UInt64?
  /// As it was written: NaN and infinity are what the job says.
  package var loss: Double?
  package var phase: JobPhase?
  /// Seconds since 1970 by the job's own clock.
  package var time: Double?

  package init(
    step: UInt64? = nil, total: UInt64? = nil, samples: UInt64? = nil, loss: Double? = nil,
    phase: JobPhase? = nil, time: Double? = nil
  ) {
    self.step = step
    self.total = total
    self.samples = samples
    self.loss = loss
    self.phase = phase
    self.time = time
  }

  /// It says nothing.
  var isEmpty: Bool { step == nil && samples == nil && loss == nil && phase == nil }
}
