import Model
import Planner
import Testing

/// How often each amount was seen, the past counting less and less.
@Suite struct HistogramTests {
  @Test func aQuantileIsNeverBelowTheExactOneAndAtMostATwentiethAbove() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<50 {
      var histogram = DecayingHistogram.cores(halfLife: 1800)
      let values = (0..<500).map { _ in Double.random(in: 0.05...20, using: &random) }
      // All at one time: none counts less than another.
      for value in values { histogram.add(value, at: 0) }
      let sorted = values.sorted()
      for part in [0.5, 0.9, 0.95, 1] {
        let exact = sorted[Int((part * 500).rounded(.up)) - 1]
        let told = histogram.quantile(part) ?? 0
        // The last digit of a Float above.
        #expect(told >= exact && told <= exact * 1.05 + 0.0101)
      }
    }
  }

  @Test func aSteadyAmountIsToldExactly() {
    var histogram = DecayingHistogram.cores(halfLife: 1800)
    for second in 0..<1000 { histogram.add(3.25, at: Double(second) * 10) }
    #expect(histogram.quantile(0.95) == 3.25)
    #expect(abs((histogram.mean ?? 0) - 3.25) < 1e-9)
    #expect(histogram.most == 3.25)
  }

  /// Half-life: what was seen one half-life ago counts half of what is seen now.
  @Test func whatIsPastCountsHalfAfterAHalfLife() {
    var histogram = DecayingHistogram.cores(halfLife: 100)
    histogram.add(1, at: 0)
    histogram.add(4, at: 100)
    #expect(abs((histogram.mean ?? 0) - 3) < 1e-9)
    histogram.add(4, at: 1e6)
    #expect(abs((histogram.mean ?? 0) - 4) < 1e-9)
  }

  @Test func theLargestIsForgottenAfterTenHalfLives() {
    var histogram = DecayingHistogram.memory(halfLife: 100)
    histogram.add(9e9, at: 0)
    for second in stride(from: 10.0, through: 990, by: 10) { histogram.add(1e9, at: second) }
    #expect((histogram.most ?? 0) >= 9e9)
    for second in stride(from: 1000.0, through: 1100, by: 10) { histogram.add(1e9, at: second) }
    #expect((histogram.most ?? 0) < 1.01e9)
  }

  @Test func aQuarterOfThePastIsOutvotedSooner() {
    var histogram = DecayingHistogram.cores(halfLife: 1800)
    for _ in 0..<100 { histogram.add(8, at: 0) }
    histogram.scale(by: 0.25)
    for _ in 0..<30 { histogram.add(2, at: 0) }
    // 25 against 30.
    #expect(histogram.quantile(0.5) == 2)
  }

  @Test func nothingSeenTellsNothing() {
    let histogram = DecayingHistogram.cores(halfLife: 1800)
    #expect(histogram.quantile(0.5) == nil)
    #expect(histogram.mean == nil)
    #expect(histogram.most == nil)
  }
}
