import Model
import Testing

@testable import GPU

/// How idle time is counted, on sequences written by hand.
@Suite struct IdleAccountTests {
  /// One device's readings, made one after the other.
  private struct Played {
    var account = IdleAccount()
    var now = Instant(nanoseconds: 5_000_000_000_000)
    var clock: UInt64 = 1_000_000_000

    /// A reading `seconds` after the last one.
    mutating func read(
      after seconds: Double = 1, busy: Double?, power: Double? = nil,
      samples: [Double] = [], condition: GPUCondition = .answering
    ) {
      now = now.advanced(bySeconds: seconds)
      let start = clock
      clock += UInt64(seconds * 1e6)
      var reading = GPUReading(
        identity: GPUIdentity(
          id: GPUID(SafeText("GPU-0")), index: 0, vendor: .nvidia, name: SafeText("GPU")),
        time: now)
      reading.condition = condition
      if let busy { reading.busy = .value(Share(busy)) }
      if let power { reading.power = .value(Watts(power)) }
      reading.powerLimit = .value(Watts(700))
      for (number, sample) in samples.enumerated() {
        let part = seconds * Double(number + 1) / Double(samples.count)
        reading.busySamples.append(
          GPUBusySample(time: start + UInt64(part * 1e6), busy: Share(sample)))
      }
      account.take(reading)
    }
  }

  private func expect(_ a: Double, _ b: Double, _ comment: Comment? = nil) {
    #expect(abs(a - b) < 1e-3, comment ?? "\(a) is not \(b)")
  }

  @Test func nothingIsKnownBeforeTheFirstReading() {
    let account = IdleAccount()
    #expect(account.isIdle == nil)
    #expect(account.idleShareOfHour(at: Instant(nanoseconds: 9)) == nil)
  }

  @Test func anIdleDeviceIsIdleSinceItWasFirstRead() {
    var played = Played()
    played.read(busy: 0)
    let start = played.now
    for _ in 0..<30 { played.read(busy: 0) }
    #expect(played.account.isIdle == true)
    #expect(played.account.idleSince == start)
    expect(played.account.longestGap, 30)
    expect(played.account.idleSeconds, 30)
    expect(played.account.idleShareOfMinute(at: played.now)?.value ?? -1, 1)
  }

  @Test func aBusyDeviceIsNotIdle() {
    var played = Played()
    for _ in 0..<10 { played.read(busy: 0.03) }
    #expect(played.account.isIdle == false)
    #expect(played.account.idleSince == nil)
    #expect(played.account.idleShareOfMinute(at: played.now) == Share(0))
  }

  @Test func gapsBetweenTwoReadingsAreCounted() {
    var played = Played()
    played.read(busy: 0.9)
    // Half of each second, that the gauge does not show.
    for _ in 0..<20 { played.read(busy: 1, samples: [0, 0, 1, 1]) }
    expect(played.account.idleSeconds, 10)
    expect(played.account.longestGap, 0.5)
    #expect(played.account.isIdle == false)
    expect(played.account.idleShareOfMinute(at: played.now)?.value ?? -1, 0.5)
  }

  @Test func aGapThatGoesOnOverReadingsIsOne() {
    var played = Played()
    played.read(busy: 1)
    played.read(busy: 1, samples: [1, 1, 0, 0])
    played.read(busy: 0, samples: [0, 0, 0, 0])
    played.read(busy: 0, samples: [0, 1, 1, 1])
    expect(played.account.longestGap, 1.75)
  }

  @Test func shortGapsCountThoughPowerIsStillFalling() {
    var played = Played()
    played.read(busy: 0, power: 70)
    played.read(busy: 1, power: 600)
    played.read(busy: 0, power: 400)
    played.read(busy: 0, power: 250)
    expect(played.account.idleSeconds, 2)
  }

  @Test func whatDrawsPowerForLongIsNotIdleThoughNothingRuns() {
    var played = Played()
    played.read(busy: 0, power: 70)
    for _ in 0..<60 { played.read(busy: 0, power: 300) }
    #expect(played.account.isIdle == false)
    #expect(played.account.idleSince == nil)
    expect(played.account.idleSeconds, IdleAccount.settling)
  }

  @Test func aDeviceThatIsHeldAtHigherClocksIsIdle() {
    var played = Played()
    played.read(busy: 0, power: 70)
    for _ in 0..<60 { played.read(busy: 0, power: 118) }
    #expect(played.account.isIdle == true)
    expect(played.account.idleSeconds, 60)
  }

  @Test func timeWithoutAnAnswerIsNeitherIdleNorUsed() {
    var played = Played()
    for _ in 0..<11 { played.read(busy: 0) }
    played.read(busy: 0, condition: .silent(since: played.now))
    #expect(played.account.isIdle == nil)
    played.read(after: 100, busy: 0)
    played.read(busy: 0)
    expect(played.account.knownSeconds, 11)
    expect(played.account.longestGap, 10)
    #expect(played.account.idleSince == played.now.advanced(bySeconds: 0).earlier(by: 1))
  }

  @Test func samplesTellOfTheTimeInWhichTheDriverDidNotAnswer() {
    var played = Played()
    played.read(busy: 0, samples: [0])
    let start = played.now
    for _ in 0..<5 { played.read(busy: 0, samples: [0]) }
    let clock = played.clock
    played.read(busy: 0, condition: .silent(since: played.now))
    #expect(played.account.isIdle == nil)
    #expect(played.account.idleSince == nil)
    // The driver kept what it did not tell.
    played.clock = clock
    played.read(after: 14, busy: 0, samples: [Double](repeating: 0, count: 15))
    played.clock += 1_000_000
    #expect(played.account.idleSince == start)
    expect(played.account.longestGap, 20)
    played.read(after: 15, busy: 1, samples: [Double](repeating: 1, count: 15))
    expect(played.account.idleSeconds, 20)
  }

  @Test func aLongTimeBetweenTwoReadingsIsUnknown() {
    var played = Played()
    played.read(busy: 0)
    played.read(after: 300, busy: 0)
    expect(played.account.knownSeconds, 0)
    #expect(played.account.isIdle == nil)
  }

  @Test func theSameReadingTwiceIsCountedOnce() {
    var played = Played()
    played.read(busy: 0)
    played.read(busy: 0)
    let before = played.account
    played.read(after: 0, busy: 0)
    #expect(played.account == before)
  }

  @Test func aDeviceThatSaysNothingIsUnknown() {
    var played = Played()
    for _ in 0..<5 { played.read(busy: nil) }
    #expect(played.account.isIdle == nil)
    expect(played.account.knownSeconds, 0)
  }

  @Test func windowsForgetWhatIsOlder() {
    var played = Played()
    played.read(busy: 0)
    for _ in 0..<600 { played.read(busy: 0) }
    for _ in 0..<120 { played.read(busy: 1) }
    expect(played.account.idleShareOfMinute(at: played.now)?.value ?? -1, 0)
    expect(played.account.idleShareOfHour(at: played.now)?.value ?? -1, 600.0 / 720)
    expect(played.account.idleHours, 600.0 / 3600)
  }

  @Test(arguments: 0..<40) func idleTimeIsNeverMoreThanKnownTimeNorThanTime(_ seed: Int) {
    var random = Numbers(seed: UInt64(seed))
    var played = Played()
    played.read(busy: 0)
    let start = played.now
    var busyTime = 0.0
    for _ in 0..<300 {
      let seconds = Double(random.next(15) + 1) / 4
      let isBusy = random.next(2) == 0
      let samples = (0..<random.next(6)).map { _ in isBusy ? 1.0 : 0 }
      if isBusy { busyTime += seconds }
      played.read(after: seconds, busy: isBusy ? 1 : 0, samples: samples)
    }
    let all = played.now.seconds(since: start)
    let account = played.account
    expect(account.knownSeconds, all)
    expect(account.idleSeconds, all - busyTime)
    #expect(account.longestGap <= account.idleSeconds + 1e-6)
    if let since = account.idleSince {
      #expect(played.now.seconds(since: since) <= account.longestGap + 1e-6)
    }
  }
}

/// The same numbers in every run.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
}

extension Instant {
  func earlier(by seconds: Double) -> Instant {
    Instant(nanoseconds: nanoseconds - UInt64(seconds * 1e9))
  }
}
