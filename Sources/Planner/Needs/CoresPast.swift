import Model

/// What a job wanted of cores so far, and what it needs by that.
package struct CoresPast: Sendable {
  private let settings: NeedSettings
  private var histogram: DecayingHistogram
  private var watched = Watched()
  private var recent: RecentMost
  /// The part of windows that were throttled, over about the half-life.
  private var censored = 0.0

  private var sum = 0.0
  private var throttled = 0.0
  private var length = 0.0

  package init(_ settings: NeedSettings = NeedSettings()) {
    self.settings = settings
    histogram = .cores(halfLife: settings.coresHalfLife)
    recent = RecentMost(seconds: settings.recent)
  }

  /// A window of ten seconds.
  package struct Window: Sendable, Hashable {
    /// Its mean of the demand, in cores.
    package var mean: Double
    package var isCensored: Bool
  }

  /// Takes in an interval: demand in cores, the throttled part of its periods (0…1), and its end in
  /// seconds. Returns the window that ended with it.
  package mutating func take(
    demand: Double, throttled part: Double = 0, over seconds: Double, at time: Double,
    kind: NeedKind
  ) -> Window? {
    guard demand.isFinite, demand >= 0, seconds > 0 else { return nil }
    sum += demand * seconds
    throttled += part * seconds
    length += seconds
    guard length >= settings.window * 0.99 else { return nil }
    let window = Window(
      mean: sum / length, isCensored: throttled / length >= settings.censoredFrom)
    count(window, over: length, at: time, kind)
    sum = 0
    throttled = 0
    length = 0
    return window
  }

  private mutating func count(
    _ window: Window, over seconds: Double, at time: Double, _ kind: NeedKind
  ) {
    watched.take(samples: 1, seconds: seconds)
    let weight = min(1, seconds * 0.6931 / settings.coresHalfLife)
    censored += ((window.isCensored ? 1 : 0) - censored) * max(weight, 1 / Double(watched.samples))
    // What was held back wanted at least this: it may raise what is known, and never lower it.
    if !window.isCensored || window.mean >= (wanted(kind) ?? 0) {
      histogram.add(window.mean, at: time)
    }
    if let wanted = wanted(kind) { recent.take(wanted * settings.coresMargin, at: time) }
  }

  private func wanted(_ kind: NeedKind) -> Double? {
    kind.quantile.map { histogram.quantile($0) } ?? histogram.mean
  }

  /// Begins anew: what was seen so far counts a quarter.
  package mutating func beginAnew() {
    histogram.scale(by: settings.priorWeight)
    watched.scale(by: settings.priorWeight, halfLife: settings.coresHalfLife)
  }

  /// `steps` is how many it has reported.
  package func need(_ kind: NeedKind, steps: UInt64? = nil) -> Need<CoresNeed> {
    if let missing = watched.missing(settings, steps: steps) { return .unknown(missing) }
    guard let wanted = wanted(kind), let mean = histogram.mean, let most = histogram.most else {
      return .unknown(
        MissingPast(
          samples: 0, leastSamples: settings.leastSamples, seconds: 0,
          leastSeconds: settings.leastSeconds))
    }
    let target = wanted * settings.coresMargin
    let confidence = watched.confidence(settings)
    let band = Watched.band(target, confidence: confidence)
    let profile = DemandProfile(
      mean: mean, p50: histogram.quantile(0.5) ?? mean, p90: histogram.quantile(0.9) ?? mean,
      p95: histogram.quantile(0.95) ?? mean, p99: histogram.quantile(0.99) ?? most, most: most)
    return .known(
      CoresNeed(
        kind: kind, target: Cores(target), lower: Cores(band.lower), upper: Cores(band.upper),
        confidence: confidence, profile: profile,
        recentMost: Cores(max(target, recent.value ?? target)), isAtLeast: censored > 0.5))
  }
}
