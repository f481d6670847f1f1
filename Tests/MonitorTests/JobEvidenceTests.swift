import Model
import Testing

@testable import Monitor

@Suite struct JobEvidenceTests {
  private var builder = MomentBuilder(interval: 1)

  private mutating func evidence(
    _ before: (inout Hand) -> Void, _ now: (inout Hand) -> Void
  ) -> JobEvidence? {
    _ = builder.moment(of: Hand(at: 0, before).sample)
    return builder.moment(of: Hand(at: 2, now).sample).jobs.first?.evidence
  }

  @Test mutating func whatNeedsNoRateIsThereAtOnce() {
    let moment = builder.moment(
      of: Hand(at: 0) {
        $0.job.started = Instant(nanoseconds: 7)
        $0.job.inherited = [.memory]
        $0.job.cpu.throttlingAncestor = SafeText("/team")
      }.sample)
    let evidence = moment.jobs.first?.evidence
    #expect(evidence?.started == Instant(nanoseconds: 7))
    #expect(evidence?.inherited == [.memory])
    #expect(evidence?.throttlingAncestor == SafeText("/team"))
    #expect(evidence?.fileRefaults == nil)
  }

  @Test mutating func countersAreToldAsRates() {
    let evidence = evidence {
      $0.job.memory.anonymousRefaults = 10
      $0.job.memory.fileRefaults = 100
      $0.job.memory.swapIns = 1
      $0.job.memory.highEvents = 0
      $0.job.io.called = 1000
    } _: {
      $0.job.memory.anonymousRefaults = 14
      $0.job.memory.fileRefaults = 140
      $0.job.memory.swapIns = 7
      $0.job.memory.highEvents = 1
      $0.job.io.called = 9000
    }
    #expect(evidence?.anonymousRefaults == 2)
    #expect(evidence?.fileRefaults == 20)
    #expect(evidence?.swapIns == 3)
    #expect(evidence?.highEvents == 0.5)
    #expect(evidence?.calledReads == ByteRate(4000))
  }

  @Test mutating func whatWasNotReadBothTimesIsUnknown() {
    let evidence = evidence { _ in
    } _: {
      $0.job.memory.fileRefaults = 5
      $0.job.io.called = 5
    }
    #expect(evidence?.fileRefaults == nil)
    #expect(evidence?.calledReads == nil)
  }
}
