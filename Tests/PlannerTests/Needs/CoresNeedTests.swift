import Model
import Planner
import Testing

/// How many cores a job needs.
@Suite struct CoresNeedTests {
  /// Windows of ten seconds with these means, one after the other.
  private func past(
    _ demands: some Sequence<Double>, kind: NeedKind = .gpu, throttled: Double = 0
  ) -> CoresPast {
    var past = CoresPast()
    feed(demands, to: &past, kind: kind, throttled: throttled)
    return past
  }

  private func feed(
    _ demands: some Sequence<Double>, to past: inout CoresPast, kind: NeedKind = .gpu,
    throttled: Double = 0, from start: Double = 0
  ) {
    for (index, demand) in demands.enumerated() {
      for second in 1...10 {
        _ = past.take(
          demand: demand, throttled: throttled, over: 1,
          at: start + Double(index) * 10 + Double(second), kind: kind)
      }
    }
  }

  /// Nine windows of 2 cores, then one of 6, again and again.
  private var bursts: [Double] { (0..<180).map { $0 % 10 == 9 ? 6 : 2 } }

  @Test func aJobWithGPUsIsGivenWhatItWants95PercentOfTheTime() throws {
    let need = try #require(past(bursts).need(.gpu).estimate)
    #expect(abs(need.target.value - 6.6) < 0.001)
    #expect(need.whole == 7)
  }

  @Test func aJobWithoutGPUsIsGivenWhatItWants90PercentOfTheTime() throws {
    // Its last window is a burst, and what is new counts most: bursts are a little more than a tenth
    // at their end, and a little less before it.
    let need = try #require(past(bursts.dropLast(1), kind: .cpu).need(.cpu).estimate)
    #expect(abs(need.target.value - 2.2) < 0.001)
  }

  @Test func aBestEffortJobIsGivenItsMean() throws {
    let need = try #require(past(bursts, kind: .bestEffort).need(.bestEffort).estimate)
    #expect((2.4 * 1.1...2.5 * 1.1).contains(need.target.value))
  }

  @Test func nothingIsToldBeforeAHundredWindowsAndAQuarterOfAnHour() {
    #expect(
      past(Array(repeating: 2, count: 38)).need(.gpu).missing?.text
        == "38 of 100 samples, 6 of 15 min")
    #expect(
      past(Array(repeating: 2, count: 95)).need(.gpu).missing?.text == "95 of 100 samples")
    #expect(past(Array(repeating: 2, count: 100)).need(.gpu).estimate != nil)
  }

  @Test func twoHundredStepsAreWorthAQuarterOfAnHour() {
    var settings = NeedSettings()
    settings.leastSamples = 10
    var past = CoresPast(settings)
    feed(Array(repeating: 2, count: 20), to: &past)
    #expect(past.need(.gpu, steps: 199).missing?.text == "3 of 15 min")
    #expect(past.need(.gpu, steps: 200).estimate != nil)
  }

  /// After an hour confidence is 2: half as much again at most, and hardly less.
  @Test func theBandNarrowsWithEvidence() throws {
    let half = try #require(past(Array(repeating: 4, count: 180)).need(.gpu).estimate)
    #expect(abs(half.confidence - 1) < 1e-9)
    #expect(abs(half.upper.value - 2 * half.target.value) < 1e-9)
    let hour = try #require(past(Array(repeating: 4, count: 360)).need(.gpu).estimate)
    #expect(abs(hour.confidence - 2) < 1e-9)
    #expect(abs(hour.upper.value - 1.5 * hour.target.value) < 1e-9)
    #expect(hour.lower > half.lower && hour.lower < hour.target)
  }

  @Test func throttledWindowsNeverLowerWhatIsKnown() throws {
    var past = past(Array(repeating: 6, count: 180))
    let before = try #require(past.need(.gpu).estimate)
    feed(Array(repeating: 2, count: 360), to: &past, throttled: 0.5, from: 1800)
    let after = try #require(past.need(.gpu).estimate)
    #expect(after.target == before.target)
    #expect(after.isAtLeast)
    #expect(!before.isAtLeast)
  }

  @Test func throttledWindowsMayRaiseWhatIsKnown() throws {
    var past = past(Array(repeating: 2, count: 180))
    feed(Array(repeating: 6, count: 60), to: &past, throttled: 0.5, from: 1800)
    #expect(try #require(past.need(.gpu).estimate).target.value > 6)
  }

  @Test func afterAShiftWhatWasBeforeCountsAQuarter() throws {
    var kept = past(Array(repeating: 8, count: 360), kind: .bestEffort)
    var begun = kept
    begun.beginAnew()
    feed(Array(repeating: 2, count: 60), to: &kept, kind: .bestEffort, from: 3600)
    feed(Array(repeating: 2, count: 60), to: &begun, kind: .bestEffort, from: 3600)
    let slow = try #require(kept.need(.bestEffort).estimate)
    let quick = try #require(begun.need(.bestEffort).estimate)
    #expect(quick.target < slow.target)
    #expect(quick.confidence < slow.confidence)
  }

  @Test func theLargestNeedOfTheLastHalfHourIsRemembered() throws {
    var past = past(Array(repeating: 8, count: 180), kind: .bestEffort)
    feed(Array(repeating: 0.5, count: 150), to: &past, kind: .bestEffort, from: 1800)
    let soon = try #require(past.need(.bestEffort).estimate)
    #expect(soon.recentMost.value > 8.7)
    feed(Array(repeating: 0.5, count: 400), to: &past, kind: .bestEffort, from: 3300)
    let late = try #require(past.need(.bestEffort).estimate)
    #expect(late.recentMost.value < 3)
    #expect(late.recentMost >= late.target)
  }

  @Test func aRiskIsToldAsARangeOfTheTime() throws {
    let profile = try #require(past(bursts).need(.gpu).estimate).profile
    #expect(profile.shareAbove(6) == 0...0)
    #expect(profile.shareAbove(4) == 0.1...0.5)
    #expect(profile.shareAbove(1) == 0.5...1)
  }

  @Test func smallDifferencesAreNotWorthAChange() throws {
    let need = try #require(past(Array(repeating: 4, count: 180)).need(.gpu).estimate)
    // The target is 4.4, known for half an hour.
    #expect(!need.isWorthChanging(Cores(5)))
    #expect(need.isWorthChanging(Cores(3.3)))
    #expect(need.isWorthChanging(Cores(6)))
    let young = try #require(past(Array(repeating: 4, count: 110)).need(.gpu).estimate)
    // Not yet known well enough for it to be certain that 6 is too much.
    #expect(!young.isWorthChanging(Cores(6)))
    #expect(young.isWorthChanging(Cores(3)))
    #expect(young.isWorthChanging(Cores(12)))
  }
}
