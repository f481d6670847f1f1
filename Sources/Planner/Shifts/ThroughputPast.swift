import Model

/// What a job says of how far it is, as steps a second in windows of ten seconds or of the first step
/// that takes longer.
struct ThroughputPast: Sendable {
  private var began: (step: UInt64, time: Instant)?
  /// Seconds that the last window took: ten, or as long as its one step.
  private(set) var length = 0.0

  /// The steps a second of the window that ended; nil while none does.
  ///
  /// From the end of one step to the end of another, so that the steps of a window need not be whole.
  mutating func take(_ evidence: JobEvidence?, window: Double) -> Double? {
    guard let step = evidence?.progress?.step, let time = evidence?.progress?.lastStep,
      !(evidence?.phase?.isMuting ?? false)
    else {
      began = nil
      return nil
    }
    guard let (first, start) = began, step >= first else {
      began = (step, time)
      return nil
    }
    let seconds = time.seconds(since: start)
    guard step > first, seconds >= window * 0.99 else { return nil }
    began = (step, time)
    length = seconds
    return Double(step - first) / seconds
  }
}
