package import Model

/// Counts the time in which a device did nothing, from its readings.
///
/// **Idle** is: no kernel ran (no SM activity), and its power is at its idle level. The driver's own
/// samples show gaps between two readings. Power is a mean of about a second and lags behind, so it
/// decides only once nothing has run for ``settling`` seconds. Its idle level is the lowest that was
/// seen, plus a tenth of it or of what lies between it and the power limit, whichever is more: a
/// device that is held runs at higher clocks than one that is not, and does no more for it.
///
/// Time in which the device was not answered is neither idle nor used.
package struct IdleAccount: Sendable, Equatable {
  /// Seconds for which nothing may run before power decides.
  package static let settling = 5.0
  /// Seconds between two readings after which nothing is known of what was between them.
  package static let longestBlind = 10.0
  /// Seconds that one of the driver's samples lasts at most.
  private static let longestPeriod = 2.0

  /// Since when it is idle; nil while it is used or unknown.
  package var idleSince: Instant? { isIdle == true ? stretchSince : nil }
  /// Whether it is idle; nil where that is unknown.
  package private(set) var isIdle: Bool?
  /// Seconds of the longest idle stretch, the present one included.
  package private(set) var longestGap = 0.0
  /// Seconds that it was idle, and of which it is known what it did, since the first reading.
  package private(set) var idleSeconds = 0.0
  package private(set) var knownSeconds = 0.0
  /// The first reading: before it nothing is known.
  package private(set) var start: Instant?
  /// The lowest power that was seen.
  package private(set) var lowestPower: Watts?

  private var stretchSince: Instant?
  private var last: Instant?
  /// Up to where it is known what it did.
  private var covered: Instant?
  private var lastSample: UInt64?
  private var lastEngineTime: UInt64?
  /// Since when nothing runs, whatever the power.
  private var quietSince: Instant?
  private var minute = IdleWindow(seconds: 60, parts: 60)
  private var hour = IdleWindow(seconds: 3600, parts: 120)
  private var day = IdleWindow(seconds: 86_400, parts: 144)

  package init() {}

  /// GPU-hours that it was idle.
  package var idleHours: Double { idleSeconds / 3600 }

  /// The idle part of what is known of the last minute, hour and day; nil where nothing is.
  package func idleShareOfMinute(at now: Instant) -> Share? { minute.share(at: now) }
  package func idleShareOfHour(at now: Instant) -> Share? { hour.share(at: now) }
  package func idleShareOfDay(at now: Instant) -> Share? { day.share(at: now) }

  /// Takes a reading; one that was taken before changes nothing.
  package mutating func take(_ reading: GPUReading) {
    guard reading.condition == .answering else {
      // The driver's samples may tell of this time when it answers again.
      isIdle = nil
      return
    }
    guard last.map({ $0 < reading.time }) ?? true else { return }
    defer {
      last = reading.time
      lastEngineTime = reading.engineTime.value
    }
    if start == nil { start = reading.time }
    if let power = reading.power.value {
      lowestPower = lowestPower.map { min($0, power) } ?? power
    }
    let stretches = stretches(of: reading)
    if let newest = reading.busySamples.last?.time { lastSample = newest }
    if stretches.isEmpty {
      breakStretch()
      // The first reading: what it says of the last period is all that is known.
      isIdle = last == nil ? isQuiet(reading).map { $0 && isAtIdlePower(reading) } : nil
      covered = reading.time
      if isIdle == true {
        stretchSince = reading.time
        quietSince = reading.time
      }
      return
    }
    for stretch in stretches { take(stretch, isAtIdlePower: isAtIdlePower(reading)) }
  }

  // MARK: What a reading says

  private struct Stretch {
    var from: Instant
    var to: Instant
    var isQuiet: Bool
  }

  /// What happened since the last reading, piece by piece; empty where that is not known.
  private func stretches(of reading: GPUReading) -> [Stretch] {
    guard let last else { return [] }
    let seconds = reading.time.seconds(since: last)
    let fromSamples = sampledStretches(of: reading, since: last)
    if !fromSamples.isEmpty { return fromSamples }
    guard seconds <= Self.longestBlind, let isQuiet = isQuiet(reading) else { return [] }
    return [Stretch(from: last, to: reading.time, isQuiet: isQuiet)]
  }

  /// The driver's samples, laid over the time between the readings so that the newest ends at this
  /// one. Each says what was between the sample before and itself.
  private func sampledStretches(of reading: GPUReading, since last: Instant) -> [Stretch] {
    let samples = reading.busySamples
    guard let newest = samples.last?.time else { return [] }
    var stretches: [Stretch] = []
    // The first one begins where the last one of before ended. The newest ended a little before it
    // was read: so much is no hole.
    var begin = last
    if let lastSample, newest > lastSample {
      let behind = (newest - lastSample) &* 1000
      let from = Instant(
        nanoseconds: reading.time.nanoseconds > behind ? reading.time.nanoseconds - behind : 0)
      if from.seconds(since: last) > Self.longestPeriod { begin = from }
    }
    for sample in samples {
      let behind = UInt64(newest - min(newest, sample.time)) * 1000
      guard reading.time.nanoseconds >= behind else { continue }
      let end = Instant(nanoseconds: reading.time.nanoseconds - behind)
      guard end > begin else { continue }
      if end.seconds(since: begin) <= Self.longestBlind {
        stretches.append(
          Stretch(from: begin, to: end, isQuiet: sample.busy.value == 0))
      }
      begin = end
    }
    return stretches
  }

  /// Whether no kernel ran; nil where the device does not say.
  private func isQuiet(_ reading: GPUReading) -> Bool? {
    if let activity = reading.activity.value, activity.multiprocessors.value >= 0.001 {
      return false
    }
    if let busy = reading.busy.value { return busy.value == 0 }
    if reading.activity.value != nil { return true }
    if let now = reading.engineTime.value, let lastEngineTime { return now <= lastEngineTime }
    return nil
  }

  private func isAtIdlePower(_ reading: GPUReading) -> Bool {
    guard let power = reading.power.value, let level = idleLevel(limit: reading.powerLimit.value)
    else { return true }
    return power <= level
  }

  /// The most power that counts as idle, for a device with this limit; nil where none was told.
  package func idleLevel(limit: Watts?) -> Watts? {
    guard let lowest = lowestPower?.value else { return nil }
    return Watts(lowest + max(lowest, (limit?.value ?? 0) - lowest) / 10)
  }

  // MARK: Counting

  private mutating func take(_ stretch: Stretch, isAtIdlePower: Bool) {
    let seconds = stretch.to.seconds(since: stretch.from)
    // Whoever knows nothing of the time between does not know that it was idle.
    if let covered, stretch.from > covered { breakStretch() }
    covered = stretch.to
    knownSeconds += seconds
    guard stretch.isQuiet else {
      breakStretch()
      isIdle = false
      count(stretch, idle: 0, of: seconds)
      return
    }
    let since = quietSince ?? stretch.from
    quietSince = since
    let isSettled = stretch.to.seconds(since: since) > Self.settling
    guard isAtIdlePower || !isSettled else {
      // Nothing runs that it tells of, and yet it draws power.
      stretchSince = nil
      isIdle = false
      count(stretch, idle: 0, of: seconds)
      return
    }
    let idleFrom = stretchSince ?? stretch.from
    stretchSince = idleFrom
    isIdle = true
    idleSeconds += seconds
    longestGap = max(longestGap, stretch.to.seconds(since: idleFrom))
    count(stretch, idle: seconds, of: seconds)
  }

  private mutating func breakStretch() {
    stretchSince = nil
    quietSince = nil
  }

  private mutating func count(_ stretch: Stretch, idle: Double, of known: Double) {
    minute.add(idle: idle, known: known, at: stretch.to)
    hour.add(idle: idle, known: known, at: stretch.to)
    day.add(idle: idle, known: known, at: stretch.to)
  }
}

/// Idle and known seconds of the recent past, in parts that fall out one by one.
private struct IdleWindow: Sendable, Equatable {
  private struct Part: Sendable, Equatable {
    var number: UInt64
    var idle: Double
    var known: Double
  }

  private let partSeconds: Double
  private let count: Int
  private var parts: [Part] = []

  init(seconds: Double, parts: Int) {
    partSeconds = seconds / Double(parts)
    count = parts
  }

  private func number(_ instant: Instant) -> UInt64 {
    UInt64(Double(instant.nanoseconds) / 1e9 / partSeconds)
  }

  mutating func add(idle: Double, known: Double, at instant: Instant) {
    let number = number(instant)
    if let last = parts.indices.last, parts[last].number >= number {
      parts[last].idle += idle
      parts[last].known += known
    } else {
      parts.append(Part(number: number, idle: idle, known: known))
      if parts.count > count + 1 { parts.removeFirst(parts.count - count - 1) }
    }
  }

  func share(at now: Instant) -> Share? {
    let number = number(now)
    var idle = 0.0
    var known = 0.0
    for part in parts where part.number + UInt64(count) > number {
      idle += part.idle
      known += part.known
    }
    return known > 0 ? Share(min(1, idle / known)) : nil
  }
}
