import Model

/// One rule on one job: whether it stands, since when and how surely.
///
/// It is entered when its measure has reached a threshold for the threshold's time without a break,
/// and left when it was below seven tenths of it for as long.
struct Track: Sendable {
  /// nil while it does not stand.
  private(set) var level: FindingLevel?
  /// When the condition began that it stands for.
  private(set) var since = Instant(nanoseconds: 0)
  /// What it would need to know.
  private(set) var missing: MissingCounter?

  private var amber = Hold()
  private var red = Hold()
  /// Seconds for which its measure has been unknown.
  private var unknown = 0.0
  /// Seconds for which a threshold has been reached since it was entered, and while it was.
  private var reached = 0.0
  /// The time after which it is sure.
  private var sureAfter = 0.0

  /// What is left of a threshold is left below this part of it.
  static let leaving = 0.7
  /// It is confirmed after so many of its times.
  static let windows = 3.0
  /// A measure counts as no more than so many times its threshold: one extreme second is soon over.
  private static let most = 20.0

  var certainty: Certainty {
    level != nil && reached >= sureAfter ? .confirmed : .suspected
  }

  /// Takes in one interval that ended at `time`; true when the level or the certainty changed.
  mutating func take(
    _ measurement: Measurement, at time: Instant, over seconds: Double, _ timing: Timing
  ) -> Bool {
    switch measurement {
    case .skipped: return false
    case .unknown(let counter):
      missing = counter
      unknown += seconds
      guard unknown >= max(timing.patience, timing.amber) else { return false }
      return clear()
    case .reached(let amberRatio, let redRatio):
      missing = nil
      unknown = 0
      amber.add(min(amberRatio, Self.most), seconds, timing.smoothing)
      red.add(min(redRatio, Self.most), seconds, timing.smoothing)
      let wasSure = certainty
      if amber.above > 0 || red.above > 0 { reached += seconds }
      let before = level
      level = next(timing)
      if before == nil, level != nil {
        since = time.earlier(bySeconds: max(amber.above, red.above))
        sureAfter = Self.windows * max(timing.amber, timing.patience)
      }
      if level == nil, before != nil || (amber.above == 0 && red.above == 0) { reached = 0 }
      return before != level || wasSure != certainty
    }
  }

  private func next(_ timing: Timing) -> FindingLevel? {
    if red.isHeld(timing.red) { return .red }
    let isLeft = timing.hasAmber && amber.isLeft(timing.leave)
    switch level {
    case .red:
      if isLeft { return nil }
      guard red.isLeft(timing.leaveRed) else { return .red }
      return timing.hasAmber && amber.below == 0 ? .amber : nil
    case .amber, .note:
      return isLeft ? nil : .amber
    case nil:
      return timing.hasAmber && amber.isHeld(timing.amber) ? .amber : nil
    }
  }

  /// What held before a gap in time did not hold through it: counting begins anew. What stands stays.
  mutating func interrupt() {
    amber = Hold()
    red = Hold()
  }

  /// Forgets everything; true when it stood.
  mutating func clear() -> Bool {
    let stood = level != nil
    let missing = missing
    self = Track()
    self.missing = missing
    return stood
  }
}

/// For how long a measure has been at or above its threshold, or well below it, in seconds.
private struct Hold: Sendable {
  private(set) var above = 0.0
  private(set) var below = 0.0
  private var smoothed = Smoothed()

  mutating func add(_ ratio: Double, _ seconds: Double, _ smoothing: Double) {
    smoothed.add(ratio, for: seconds, over: smoothing)
    // Smoothing bridges the seconds between two that reach it; it does not delay the first.
    let ratio = max(ratio, smoothed.value ?? 0)
    above = ratio >= 1 ? above + seconds : 0
    below = ratio < Track.leaving ? below + seconds : 0
  }

  func isHeld(_ time: Double) -> Bool { above > 0 && above + Self.slack(time) >= time }
  func isLeft(_ time: Double) -> Bool { below > 0 && below + Self.slack(time) >= time }

  /// Ticks are not exactly as long as they are meant: a rule should not wait one more for a
  /// millisecond.
  private static func slack(_ time: Double) -> Double { min(0.3, 0.01 * time) }
}

extension Instant {
  /// This instant less some seconds.
  func earlier(bySeconds seconds: Double) -> Instant {
    let back = UInt64(max(0, seconds) * 1e9)
    return Instant(nanoseconds: nanoseconds > back ? nanoseconds - back : 0)
  }
}
