import Model
import Planner
import Testing

/// Lasting changes, and noise that is none.
@Suite struct ShiftTests {
  /// A normal distribution, by twelve uniform ones: good to some 3 σ and beyond, and quick.
  private struct Noise {
    var random: SeededGenerator
    /// How much of each value stays in the next.
    var correlation: Double
    private var last = 0.0

    init(seed: UInt64, correlation: Double) {
      random = SeededGenerator(seed: seed)
      self.correlation = correlation
    }

    /// Of spread 1, whatever the correlation.
    mutating func next() -> Double {
      // Box and Muller need a logarithm; the polar sum of uniforms does not.
      var sum = -6.0
      for _ in 0..<6 {
        let bits = random.next()
        sum += Double(bits & 0xFFFF_FFFF) / 4_294_967_296 + Double(bits >> 32) / 4_294_967_296
      }
      last =
        correlation * last + (1 - correlation * correlation).squareRoot() * sum
      return last
    }
  }

  // MARK: The sums alone, knowing mean and spread

  /// Siegmund: 19,100 in one direction for h = 8, 938 for h = 5; half of it in either direction.
  @Test(arguments: [(5.0, 465.0), (8.0, 9560.0)])
  func falseAlarmsAreAsRareAsTheTextbookSays(_ threshold: Double, _ expected: Double) {
    var noise = Noise(seed: 11, correlation: 0)
    var sums = CumulativeSums(mean: 0, spread: 1, threshold: threshold)
    var alarms = 0
    let count = 600_000
    for _ in 0..<count where sums.take(noise.next()) != nil {
      alarms += 1
      sums = CumulativeSums(mean: 0, spread: 1, threshold: threshold)
    }
    let between = Double(count) / Double(max(1, alarms))
    print("h = \(threshold): \(Int(between)) windows between false alarms, \(alarms) of them")
    #expect((expected * 0.6...expected * 1.6).contains(between))
  }

  /// Siegmund: 16.3, 5.9 and 3.6 windows.
  @Test(arguments: [(1.0, 14.0...18.0), (2.0, 5.2...7.0), (3.0, 3.2...4.4)])
  func aChangeIsNoticedAsSoonAsTheTextbookSays(_ size: Double, _ expected: ClosedRange<Double>) {
    var noise = Noise(seed: 12, correlation: 0)
    var windows = 0
    for _ in 0..<2000 {
      var sums = CumulativeSums(mean: 0, spread: 1)
      while true {
        windows += 1
        if let alarm = sums.take(noise.next() - size) {
          #expect(alarm.direction == .down)
          break
        }
      }
    }
    let delay = Double(windows) / 2000
    print("−\(size) σ: noticed after \(delay) windows")
    #expect(expected.contains(delay))
  }

  // MARK: The watch, which has to learn them

  /// Windows between false alarms of a watch that is left alone for a day (8,640 windows) each time.
  private func falseAlarms(correlation: Double) -> (between: Double, width: Double) {
    var alarms = 0
    var windows = 0
    var widths = 0
    let series = 60
    for seed in 0..<series {
      var noise = Noise(seed: UInt64(100 + seed), correlation: correlation)
      var watch = LevelWatch()
      for _ in 0..<8640 {
        windows += 1
        if watch.take(20 + noise.next()) != nil { alarms += 1 }
      }
      widths += watch.width
    }
    return (Double(windows) / Double(max(1, alarms)), Double(widths) / Double(series))
  }

  @Test func independentNoiseIsRarelyTakenForAChange() {
    let (between, width) = falseAlarms(correlation: 0)
    print("independent: \(Int(between)) windows between false alarms, joined by \(width)")
    #expect(between > 2500)
    #expect(width < 1.5)
  }

  /// Without joining windows it is one false alarm in some hundred.
  @Test func noiseThatResemblesItselfIsRarelyTakenForAChange() {
    let (between, width) = falseAlarms(correlation: 0.5)
    print("AR(1) 0.5: \(Int(between)) windows between false alarms, joined by \(width)")
    #expect(between > 2500)
    #expect(width >= 4)
  }

  /// A loader that works in bursts: a tenth of the windows want three times as much.
  @Test func burstsThatComeAgainAndAgainAreNoChange() {
    var alarms = 0
    for seed in 0..<40 {
      var noise = Noise(seed: UInt64(300 + seed), correlation: 0)
      var watch = LevelWatch(.demand)
      for _ in 0..<8640 {
        let isBurst = noise.random.next() % 10 == 0
        if watch.take((isBurst ? 6 : 2) + 0.1 * noise.next()) != nil { alarms += 1 }
      }
    }
    print("bursts: \(40 * 8640 / max(1, alarms)) windows between false alarms")
    #expect(40 * 8640 / max(1, alarms) > 1000)
  }

  /// Every ten minutes a checkpoint holds it up for a window.
  @Test func checkpointsAreNoChangeOfThroughput() {
    var alarms = 0
    for seed in 0..<20 {
      var noise = Noise(seed: UInt64(500 + seed), correlation: 0)
      var watch = LevelWatch()
      for window in 0..<8640
      where watch.take(
        (window % 60 == 59 ? 5 : 20) + 0.2 * noise.next()) != nil
      {
        alarms += 1
      }
    }
    print("checkpoints: \(20 * 8640 / max(1, alarms)) windows between false alarms")
    #expect(20 * 8640 / max(1, alarms) > 2500)
  }

  private func delay(_ size: Double, correlation: Double) -> (mean: Double, missed: Int) {
    var windows = 0
    var noticed = 0
    var missed = 0
    for seed in 0..<200 {
      var noise = Noise(seed: UInt64(1000 + seed), correlation: correlation)
      var watch = LevelWatch()
      var hasAlarm = false
      for _ in 0..<480 where watch.take(20 + noise.next()) != nil { hasAlarm = true }
      // One that has cried wolf is learning.
      if hasAlarm { continue }
      var count = 0
      while count < 400 {
        count += 1
        if let shift = watch.take(20 + noise.next() - size) {
          if shift.direction == .down { noticed += 1 } else { missed += 1 }
          break
        }
      }
      windows += count
    }
    return (Double(windows) / Double(max(1, noticed)), missed)
  }

  @Test(
    arguments: [
      (0, 1, 13.0...24.0), (0, 2, 5.0...8.0), (0, 3, 3.0...5.0),
      (0.5, 1, 18.0...70.0), (0.5, 2, 9.0...28.0), (0.5, 3, 7.0...22.0),
    ] as [(Double, Double, ClosedRange<Double>)])
  func aFallIsNoticed(_ correlation: Double, _ size: Double, _ expected: ClosedRange<Double>) {
    let (delay, missed) = delay(size, correlation: correlation)
    print("AR(1) \(correlation), −\(size) σ: noticed after \(delay) windows of 10 s")
    #expect(expected.contains(delay))
    #expect(missed <= 2)
  }

  @Test func oneBurstIsNoChange() {
    var noise = Noise(seed: 3, correlation: 0)
    var watch = LevelWatch()
    for _ in 0..<480 { _ = watch.take(20 + 0.2 * noise.next()) }
    #expect(watch.take(400) == nil)
    for _ in 0..<20 { #expect(watch.take(20) == nil) }
  }

  /// Steady to the last digit: the spread is a hundredth of the mean.
  @Test func aChangeOfAThousandthIsNone() {
    var watch = LevelWatch()
    for _ in 0..<480 { _ = watch.take(20) }
    for _ in 0..<1000 { #expect(watch.take(20.02) == nil) }
  }

  @Test func aChangeSaysWhereFromAndWhereTo() throws {
    var noise = Noise(seed: 4, correlation: 0)
    var watch = LevelWatch()
    for _ in 0..<480 { _ = watch.take(412 + 4 * noise.next()) }
    var found: LevelShift?
    for _ in 0..<20 where found == nil { found = watch.take(284 + 4 * noise.next()) }
    let shift = try #require(found)
    let told = JobShift(
      job: .cgroup(inode: 1), name: SafeText("train"), measure: .throughput, shift: shift,
      began: Instant(nanoseconds: 0), noticed: Instant(nanoseconds: 130_000_000_000))
    #expect(told.text.hasPrefix("train: throughput fell by 3"))
    #expect(told.text.contains(" %, from 412 to 28"))
    #expect(told.text.hasSuffix(" steps/s, about 2 min ago"))
    #expect(!watch.isWatching)
  }
}
