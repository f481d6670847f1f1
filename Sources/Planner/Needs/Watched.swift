/// For how long, and in how many windows, a job was watched.
struct Watched: Sendable, Hashable {
  private(set) var samples = 0
  private(set) var seconds = 0.0
  /// The same, where what came before a shift counts only a part.
  private(set) var countedSamples = 0.0
  private(set) var countedSeconds = 0.0

  mutating func take(samples count: Int, seconds length: Double) {
    samples += count
    seconds += length
    countedSamples += Double(count)
    countedSeconds += length
  }

  mutating func scale(by part: Double, halfLife: Double) {
    // What the histogram has forgotten cannot count: half-life / ln 2 is how long its memory is.
    let most = halfLife / 0.6931 * part
    countedSamples = min(countedSamples * part, most / 10)
    countedSeconds = min(countedSeconds * part, most)
  }

  /// c = min(age / 30 min, samples / 180): the Vertical Pod Autoscaler's, with half an hour for a day.
  func confidence(_ settings: NeedSettings) -> Double {
    min(countedSeconds / settings.confidenceSeconds, countedSamples / settings.confidenceSamples)
  }

  /// What is missing; nil where it is enough.
  func missing(_ settings: NeedSettings, steps: UInt64?) -> MissingPast? {
    let hasSteps = (steps ?? 0) >= settings.leastSteps
    if samples >= settings.leastSamples, seconds >= settings.leastSeconds || hasSteps { return nil }
    return MissingPast(
      samples: samples, leastSamples: settings.leastSamples, seconds: seconds,
      leastSeconds: hasSteps ? 0 : settings.leastSeconds)
  }

  /// (lower, upper) of a target: × (1 + 0.001 / c)⁻² and × (1 + 1 / c).
  static func band(_ target: Double, confidence: Double) -> (lower: Double, upper: Double) {
    let c = max(confidence, 1e-6)
    let below = 1 + 0.001 / c
    return (target / (below * below), target * (1 + 1 / c))
  }
}
