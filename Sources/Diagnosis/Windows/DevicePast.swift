import Model

/// What is kept of one device from moment to moment.
struct DevicePast {
  private var readAt: Instant?
  private var times: GPUThrottleTimes?
  private var held = (power: Smoothed(), heat: Smoothed(), brake: Smoothed())
  private var smoothed = (power: Smoothed(), clock: Smoothed(), units: Smoothed())
  private var usual = Histogram(from: 0, octaves: 12)
  private var holders: [JobID] = []

  /// Seconds of the mean over which "busy" is judged, and of the smoothing of everything else.
  static let window = 10
  /// Readings after which it is known what power it usually takes.
  private static let usualAfter = 60.0

  /// Takes in a moment, and says what holds now.
  mutating func take(_ moment: GPUMoment) -> DeviceNow {
    let reading = moment.reading
    let seconds = readAt.map { reading.time.seconds(since: $0) } ?? 0
    if seconds > 0 || readAt == nil {
      follow(moment, reading, seconds)
      readAt = reading.time
    }
    return now(moment, reading)
  }

  private mutating func follow(_ moment: GPUMoment, _ reading: GPUReading, _ seconds: Double) {
    let time = Double(Self.window)
    add(reading.power.value?.value, &smoothed.power, seconds, time)
    add(reading.clock.value.map { Double($0) }, &smoothed.clock, seconds, time)
    add(reading.activity.value?.multiprocessors.value, &smoothed.units, seconds, time)
    let present = moment.holders
    let isSame =
      present.count == holders.count && !zip(present, holders).contains { $0.job != $1 }
    if !isSame {
      // Another job computes something else.
      holders = present.map(\.job)
      usual.forget()
    }
    if let power = reading.power.value?.value, seconds > 0,
      (reading.busy.value?.value ?? 0) >= 0.5,
      // What it takes while it only spins is not what it takes for its work, however long it spins.
      usual.total < Self.usualAfter || power >= (usual.quantile(0.9) ?? 0) / 2
    {
      usual.add(power)
    }
    followThrottles(reading, seconds, time)
  }

  private mutating func followThrottles(
    _ reading: GPUReading, _ seconds: Double, _ time: Double
  ) {
    guard let new = reading.throttleTimes.value else {
      // Without durations, what holds them back at each look.
      guard let flags = reading.throttles.value else { return }
      held.power.add(flags.contains(.power) ? 1 : 0, for: seconds, over: time)
      held.heat.add(flags.contains(.thermal) ? 1 : 0, for: seconds, over: time)
      held.brake.add(flags.contains(.brake) ? 1 : 0, for: seconds, over: time)
      return
    }
    defer { times = new }
    guard let old = times, seconds > 0 else { return }
    func part(_ new: UInt64?, _ old: UInt64?) -> Double? {
      guard let new, let old, new >= old else { return nil }
      return min(1, Double(new - old) / 1e9 / seconds)
    }
    add(part(new.power, old.power), &held.power, seconds, time)
    add(part(new.thermal, old.thermal), &held.heat, seconds, time)
    add(part(new.brake, old.brake), &held.brake, seconds, time)
  }

  private func add(
    _ value: Double?, _ mean: inout Smoothed, _ seconds: Double, _ time: Double
  ) {
    if let value { mean.add(value, for: seconds, over: time) }
  }

  private func now(_ moment: GPUMoment, _ reading: GPUReading) -> DeviceNow {
    var now = DeviceNow()
    now.index = reading.identity.index
    now.isInstance = reading.identity.parent != nil
    now.node = reading.identity.node
    now.isLost = reading.condition == .lost
    now.errorNumber = reading.lastError?.number
    now.errorAt = reading.lastError?.time
    now.answers = reading.condition == .answering
    guard now.answers else { return now }
    now.busy = Self.mean(moment.lastMinute)
    now.units = reading.activity.value == nil ? nil : smoothed.units.value
    now.clock = smoothed.clock.value
    now.clockMost = reading.clockMost.value.map { Double($0) }
    if !now.isInstance {
      now.power = smoothed.power.value
      now.powerLimit = reading.powerLimit.value?.value
      now.powerLimitDefault = reading.powerLimitDefault.value?.value
      now.usualPower = usual.total >= Self.usualAfter ? usual.quantile(0.5) : nil
    }
    if let used = reading.memoryUsed.value, let all = reading.memory.value, all.count > 0 {
      now.filled = Double(used.count) / Double(all.count)
    }
    now.heldByPower = held.power.value
    now.heldByHeat = held.heat.value
    now.heldByBrake = held.brake.value
    now.isIdle = moment.idle.isIdle
    now.idleSince = moment.idle.since
    now.idleIsSinceBeginning = moment.idle.isSinceBeginning
    now.idleHour = moment.idle.lastHour?.value
    now.idleDay = moment.idle.lastDay?.value
    if let rows = reading.remappedRows.value {
      now.rowsFailed = rows.hasFailed
      now.rowsPending = rows.isPending
    }
    return now
  }

  /// Over the last ten seconds, where most of them are known.
  private static func mean(_ minute: [Share?]) -> Double? {
    guard minute.count >= window else { return nil }
    var sum = 0.0
    var count = 0
    for position in minute.count - window..<minute.count {
      guard let value = minute[position] else { continue }
      sum += value.value
      count += 1
    }
    return count > window / 2 ? sum / Double(count) : nil
  }
}
