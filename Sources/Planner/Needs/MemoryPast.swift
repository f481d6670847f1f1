package import Model

/// What a job held of memory that cannot be reclaimed, and what it needs by that.
package struct MemoryPast: Sendable {
  private let settings: NeedSettings
  private var histogram: DecayingHistogram
  private var watched = Watched()
  private var recent: RecentMost
  /// What a kill has shown that it needs, and when that was.
  private var afterKill: (bytes: Double, time: Double)?
  private var kills: UInt64?
  private var limit: Limit<Bytes> = .unlimited
  private var latest = 0.0

  private var most = 0.0
  private var length = 0.0
  private var wasKilled = false

  package init(_ settings: NeedSettings = NeedSettings()) {
    self.settings = settings
    histogram = .memory(halfLife: settings.memoryHalfLife)
    recent = RecentMost(seconds: settings.recent)
  }

  /// Takes in an interval: what it held at its end, how many of its processes were killed for want of
  /// memory so far, and the limit at its end. True when a window ended with it.
  ///
  /// A peak of a minute counts as the six windows of ten seconds in it.
  package mutating func take(
    _ held: Bytes, kills count: UInt64?, under limit: Limit<Bytes>, over seconds: Double,
    at time: Double
  ) -> Bool {
    latest = time
    noteKills(count, time)
    self.limit = limit
    most = max(most, Double(held.count))
    length += seconds
    guard length >= settings.peakWindow * 0.99 else { return false }
    watched.take(
      samples: max(1, Int((length / settings.window).rounded())), seconds: length)
    // Processes that were killed hold nothing: that says nothing of what they need.
    if !wasKilled || most >= (histogram.most ?? 0) { histogram.add(most, at: time) }
    if let target { recent.take(target, at: time) }
    most = 0
    length = 0
    wasKilled = false
    return true
  }

  private mutating func noteKills(_ count: UInt64?, _ time: Double) {
    guard let count else { return }
    if let before = kills, count > before {
      wasKilled = true
      // On top of the limit, not of what an earlier kill asked for: kills at the same limit do not
      // make it grow and grow.
      let peak = max(most, histogram.most ?? 0)
      let base = max(limit.amount.map { Double($0.count) } ?? 0, peak)
      let wanted = max(base * settings.killFactor, base + Double(settings.killExtra.count))
      afterKill = (max(wanted, afterKill?.bytes ?? 0), time)
    }
    kills = count
  }

  /// Begins anew: what was seen so far counts a quarter.
  package mutating func beginAnew() {
    histogram.scale(by: settings.priorWeight)
    watched.scale(by: settings.priorWeight, halfLife: settings.memoryHalfLife)
  }

  /// What a kill asked for; forgotten after ten half-lives, as a peak is.
  private var killTarget: Double? {
    afterKill.flatMap { latest - $0.time < 10 * settings.memoryHalfLife ? $0.bytes : nil }
  }

  private var target: Double? {
    histogram.most.map { max($0 * settings.memoryMargin, killTarget ?? 0) }
  }

  /// `cache` is the page cache that it reads again and again, where a finding says that it does.
  package func need(cache: Bytes = .zero, steps: UInt64? = nil) -> Need<MemoryNeed> {
    if let missing = watched.missing(settings, steps: steps) { return .unknown(missing) }
    guard let peak = histogram.most, let own = target else {
      return .unknown(
        MissingPast(
          samples: 0, leastSamples: settings.leastSamples, seconds: 0,
          leastSeconds: settings.leastSeconds))
    }
    let target = own + Double(cache.count)
    let confidence = watched.confidence(settings)
    let band = Watched.band(target, confidence: confidence)
    return .known(
      MemoryNeed(
        target: Bytes(whole: target), lower: Bytes(whole: band.lower),
        upper: Bytes(whole: band.upper), confidence: confidence, peak: Bytes(whole: peak),
        cache: cache,
        recentMost: Bytes(whole: max(target, (recent.value ?? 0) + Double(cache.count))),
        isAfterKill: (killTarget ?? 0) > peak * settings.memoryMargin))
  }
}

extension Bytes {
  /// The next whole number of bytes.
  init(whole count: Double) {
    self.init(count.isFinite ? Int64(max(-9e18, min(9e18, count)).rounded(.up)) : 0)
  }
}
