import Model

/// Counts when and for how long one device did nothing.
struct GPUIdleAccount {
  private var began: Instant?
  private var since: Instant?

  mutating func note(_ reading: GPUReading) {
    if began == nil { began = reading.time }
    let isIdle = reading.busy.value.map { $0.value == 0 } ?? false
    since = isIdle ? since ?? reading.time : nil
  }

  func idleness(at now: Instant) -> GPUIdleness {
    var idleness = GPUIdleness()
    idleness.isIdle = since != nil
    idleness.since = since
    idleness.isSinceBeginning = since == began
    idleness.countedSince = began
    return idleness
  }
}
