import Model

/// What a driver's threads know between them, and who of them is being waited for.
///
/// A value with no clock and no thread of its own: every decision takes the time as it is given, so
/// that each can be tested without waiting.
struct DriverBoard {
  struct Patience: Sendable {
    /// Seconds after which a call that has not returned makes its driver silent on the screen.
    var silentAfter = 3.0
    /// Seconds after which its thread is given up, and another started in its place.
    var abandonAfter = 10.0
    /// Threads that may be stuck at a time; the last one is waited for, however long it takes.
    var mostStuck = 3
    /// What does not answer is asked again after so many seconds, then twice as many, up to the most.
    var firstPause = 2.0
    var longestPause = 900.0
  }

  /// One device of the driver, with the instances below it.
  struct Slot {
    var readings: [GPUReading] = []
    /// Samples of each reading that nobody has taken yet.
    var untaken: [GPUID: [GPUBusySample]] = [:]
    var lastAnswer: Instant?
    /// It was asked and the call came back, whatever it said.
    var isAnswered = false
    /// Seconds until it is asked again; 0 while it answers.
    var pause = 0.0
    var nextAsk = Instant(nanoseconds: 0)
  }

  /// A call under way.
  private struct Call {
    /// The device that is asked; nil while the driver is opened.
    var index: Int?
    var since: Instant
  }

  let patience: Patience
  private(set) var slots: [Slot] = []
  private(set) var version: SafeText?
  private(set) var problem: SafeText?
  /// Whether it is known what there is.
  private(set) var isKnown = false
  /// There is no such driver.
  private(set) var isAbsent = false
  /// The thread that may speak; those before it were given up.
  private(set) var generation = 1
  /// Threads that were given up and have not come back.
  private(set) var stuck = 0
  private var call: Call?
  private var time: Instant?
  private var openPause = 0.0
  /// When the driver was last open.
  private var lastOpen: Instant?

  init(patience: Patience = Patience()) { self.patience = patience }

  /// Samples of one device that are kept for a reader who does not come.
  private static let mostUntaken = 600

  // MARK: The thread

  /// Before the driver is opened or counted.
  mutating func beginOpening(_ generation: Int, at now: Instant) -> Bool {
    guard generation == self.generation else { return false }
    call = Call(index: nil, since: now)
    return true
  }

  /// The driver is open and has so many devices.
  mutating func opened(_ generation: Int, count: Int, version: SafeText?, at now: Instant) -> Bool {
    guard generation == self.generation else { return false }
    call = nil
    isKnown = true
    self.version = version
    problem = nil
    openPause = 0
    lastOpen = now
    time = now
    if slots.count > count { slots.removeLast(slots.count - count) }
    while slots.count < count { slots.append(Slot()) }
    return true
  }

  /// The driver cannot be opened; gives the seconds after which to try again, nil for never.
  mutating func failed(
    _ generation: Int, _ problem: GPUDriverProblem, at now: Instant
  ) -> Double? {
    guard generation == self.generation else { return nil }
    call = nil
    isKnown = true
    time = now
    switch problem {
    case .absent:
      isAbsent = true
      return nil
    case .failed(let text):
      self.problem = text
      for index in slots.indices { silence(index, at: now) }
      openPause = min(patience.longestPause, max(patience.firstPause, openPause * 2))
      return openPause
    }
  }

  /// Before a device is asked; false where it is not its turn.
  mutating func begin(_ generation: Int, _ index: Int, at now: Instant) -> Bool {
    guard generation == self.generation, slots.indices.contains(index),
      slots[index].nextAsk <= now
    else { return false }
    call = Call(index: index, since: now)
    return true
  }

  /// What a device answered; false where the thread was given up.
  mutating func end(
    _ generation: Int, _ index: Int, _ readings: [GPUReading], at now: Instant
  ) -> Bool {
    guard generation == self.generation else { return false }
    call = nil
    time = now
    guard slots.indices.contains(index) else { return true }
    slots[index].isAnswered = true
    guard let condition = readings.first?.condition else {
      slots[index].readings = []
      return true
    }
    if case .answering = condition {
      slots[index].pause = 0
      slots[index].nextAsk = now
      slots[index].lastAnswer = readings[0].time
      slots[index].readings = readings
      keepSamples(of: index)
      return true
    }
    postpone(index, at: now)
    // What was known of it stays, marked with what became of it.
    if slots[index].readings.isEmpty { slots[index].readings = readings }
    for reading in slots[index].readings.indices {
      slots[index].readings[reading].condition = condition
    }
    if case .silent = condition { silence(index, at: now) }
    return true
  }

  private mutating func keepSamples(of index: Int) {
    for reading in slots[index].readings.indices {
      let samples = slots[index].readings[reading].busySamples
      slots[index].readings[reading].busySamples = []
      guard !samples.isEmpty else { continue }
      let id = slots[index].readings[reading].identity.id
      var kept = slots[index].untaken[id] ?? []
      kept += samples
      if kept.count > Self.mostUntaken { kept.removeFirst(kept.count - Self.mostUntaken) }
      slots[index].untaken[id] = kept
    }
  }

  private mutating func silence(_ index: Int, at now: Instant) {
    let since = slots[index].lastAnswer ?? now
    for reading in slots[index].readings.indices {
      switch slots[index].readings[reading].condition {
      case .lost, .refused: continue
      case .silent(let known) where known <= since: continue
      default: slots[index].readings[reading].condition = .silent(since: since)
      }
    }
    if slots[index].lastAnswer == nil { slots[index].lastAnswer = now }
  }

  private mutating func postpone(_ index: Int, at now: Instant) {
    let pause = slots[index].pause
    slots[index].pause = min(patience.longestPause, max(patience.firstPause, pause * 2))
    slots[index].nextAsk = now.advanced(bySeconds: slots[index].pause)
  }

  /// A thread that was given up has come back and ends.
  mutating func returned(_ generation: Int) {
    if generation < self.generation { stuck = max(0, stuck - 1) }
  }

  /// No thread could be started in the place of the one that was given up: it is waited for.
  mutating func keepStuckThread() {
    generation -= 1
    stuck -= 1
  }

  // MARK: The reader

  /// Gives a thread up that has been in one call for too long; true where another is to be started.
  mutating func giveUp(at now: Instant) -> Bool {
    guard let call, now.seconds(since: call.since) >= patience.abandonAfter,
      stuck + 1 < patience.mostStuck
    else { return false }
    if let index = call.index, slots.indices.contains(index) {
      postpone(index, at: now)
      silence(index, at: now)
    }
    self.call = nil
    stuck += 1
    generation += 1
    return true
  }

  /// Everything that is known, with what is being waited for; samples are given once.
  mutating func take(at now: Instant) -> GPUSample? {
    guard isKnown || isWaiting(at: now), !isAbsent else { return nil }
    // Devices that are about to be read for the first time are not "no devices".
    if !slots.isEmpty, !slots.contains(where: \.isAnswered), problem == nil, !isWaiting(at: now),
      stuck == 0
    {
      return nil
    }
    var sample = GPUSample(time: time ?? now)
    sample.driver = version
    sample.problem = problem
    for index in slots.indices {
      for var reading in slots[index].readings {
        reading.busySamples = slots[index].untaken[reading.identity.id] ?? []
        sample.devices.append(reading)
      }
      slots[index].untaken = [:]
    }
    let missing = slots.count { !$0.isAnswered && $0.pause > 0 }
    if missing > 0, sample.problem == nil {
      sample.problem = SafeText("no answer from \(missing) of \(slots.count) devices")
    }
    guard isWaiting(at: now), let call else { return sample }
    // One thread asks all of them: while it waits for one, none is answered.
    for index in sample.devices.indices where sample.devices[index].condition == .answering {
      sample.devices[index].condition = .silent(since: sample.devices[index].time)
    }
    if sample.devices.isEmpty {
      let seconds = Int(now.seconds(since: call.since))
      sample.problem = SafeText("no answer from the driver for \(seconds) s")
    }
    return sample
  }

  /// Everything has been asked once, or it is known why not: there is nothing to wait for.
  var isComplete: Bool {
    isAbsent || problem != nil || (isKnown && slots.allSatisfy { $0.isAnswered || $0.pause > 0 })
  }

  private func isWaiting(at now: Instant) -> Bool {
    call.map { now.seconds(since: $0.since) >= patience.silentAfter } ?? false
  }
}
