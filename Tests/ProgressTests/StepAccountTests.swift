import Model
import Testing

@testable import Progress

/// How fast a job steps.
@Suite struct StepAccountTests {
  private func second(_ seconds: Double) -> Instant {
    Instant(nanoseconds: UInt64(seconds * 1e9) + 1_000_000_000)
  }

  @Test func stepsASecondAndTheMedianFollowFromArrivals() throws {
    var account = StepAccount()
    for index in 0...20 {
      account.take([ProgressReport(step: UInt64(index * 5))], at: second(Double(index)))
    }
    #expect(account.reading.step == 100)
    #expect(try #require(account.reading.stepSeconds) == 0.2)
    #expect(abs(try #require(account.reading.stepsPerSecond) - 5) < 1e-9)
    #expect(account.reading.stalled == Share(0))
    #expect(account.reading.lastStep == second(20))
  }

  @Test func aJobsOwnTimesCountAndNotWhenTheyWereRead() throws {
    var account = StepAccount()
    let reports = (0...10).map { ProgressReport(step: UInt64($0), time: 1000 + Double($0) * 0.5) }
    account.take(reports, at: second(1))
    #expect(try #require(account.reading.stepSeconds) == 0.5)
  }

  @Test func whatArrivesTogetherTookEqualParts() throws {
    var account = StepAccount()
    account.take([ProgressReport(step: 0)], at: second(0))
    account.take((1...10).map { ProgressReport(step: $0) }, at: second(1))
    #expect(abs(try #require(account.reading.stepSeconds) - 0.1) < 1e-9)
  }

  @Test func aLongStepIsAStallBeyondThreeMedians() throws {
    var account = StepAccount()
    for index in 0...40 {
      account.take([ProgressReport(step: UInt64(index))], at: second(Double(index)))
    }
    account.take([ProgressReport(step: 41)], at: second(40 + 13))
    let reading = account.reading
    #expect(reading.stepSeconds == 1)
    #expect(try #require(reading.stepSeconds99) == 13)
    #expect(abs(try #require(reading.stalled).value - 10.0 / 53) < 1e-9)
  }

  @Test func evaluationIsNoTraining() throws {
    var account = StepAccount()
    for index in 0...9 {
      account.take([ProgressReport(step: UInt64(index), phase: .train)], at: second(Double(index)))
    }
    account.take([ProgressReport(step: 9, phase: .eval)], at: second(10))
    for index in 0...9 {
      account.take([ProgressReport(step: UInt64(index))], at: second(20 + Double(index) * 7))
    }
    #expect(account.reading.phase == .eval)
    #expect(try #require(account.reading.stepSeconds99) == 1)
  }

  @Test func aRestartCountsFromWhereItIs() throws {
    var account = StepAccount()
    for index in 100...110 {
      account.take([ProgressReport(step: UInt64(index))], at: second(Double(index)))
    }
    account.take([ProgressReport(step: 0)], at: second(120))
    account.take([ProgressReport(step: 1)], at: second(121))
    #expect(account.reading.restarts == 1)
    #expect(account.reading.step == 1)
    #expect(try #require(account.reading.stepSeconds) == 1)
  }

  @Test func aClockThatIsSetAndAnHourOfSilenceAreNoSteps() {
    var account = StepAccount()
    account.take([ProgressReport(step: 1, time: 5000)], at: second(0))
    account.take([ProgressReport(step: 2, time: 4000)], at: second(1))
    account.take([ProgressReport(step: 3, time: 9000)], at: second(2))
    #expect(account.reading.stepSeconds == nil)
  }

  @Test func samplesASecondAreOverTenSeconds() throws {
    var account = StepAccount()
    for index in 0...30 {
      account.take(
        [ProgressReport(samples: UInt64(index < 15 ? 0 : (index - 15) * 64))],
        at: second(Double(index)))
    }
    #expect(try #require(account.reading.samplesPerSecond) == 64)
  }
}
