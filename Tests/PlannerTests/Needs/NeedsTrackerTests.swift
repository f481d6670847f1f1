import Model
import Planner
import Testing

/// Needs of the jobs of a box, from one moment to the next.
@Suite struct NeedsTrackerTests {
  private struct Feed {
    var tracker = NeedsTracker()
    var seconds = 0
    var shifts: [JobShift] = []

    mutating func run(
      _ minutes: Double, _ jobs: [Subject], random: inout SeededGenerator,
      change: (inout JobMoment, Int) -> Void = { _, _ in }
    ) {
      for _ in 0..<Int(minutes * 60) {
        seconds += 1
        var moment = Setting(jobs).moment
        moment.time = Instant(nanoseconds: UInt64(seconds) * 1_000_000_000)
        for index in moment.jobs.indices {
          let noise = Double.random(in: -0.5...0.5, using: &random)
          moment.jobs[index].cpu.demand = moment.jobs[index].cpu.demand.map {
            Cores(max(0, $0.value + noise))
          }
          change(&moment.jobs[index], seconds)
        }
        tracker.take(moment)
        shifts += tracker.shifts
      }
    }
  }

  @Test func needsAreKnownAfterTheWarmUpAndAHundredWindows() throws {
    var random = SeededGenerator(seed: 3)
    var feed = Feed()
    let job = Subject("train", inode: 1, cores: 8, memory: .gibi(8), uses: 3, holds: .gibi(4))
    feed.run(18, [job], random: &random)
    #expect(feed.tracker.need(of: job.id)?.cores.missing?.text == "95 of 100 samples")
    feed.run(3, [job], random: &random)
    let need = try #require(feed.tracker.need(of: job.id))
    #expect((3.2...3.8).contains(need.cores.estimate?.target.value ?? 0))
    #expect(need.cores.estimate?.kind == .cpu)
    #expect(need.memory.estimate.map { $0.target > .gibi(4) } == true)
  }

  @Test func aJobThatIsGoneIsForgotten() {
    var random = SeededGenerator(seed: 3)
    var feed = Feed()
    let (a, b) = (Subject("a", inode: 1, uses: 1), Subject("b", inode: 2, uses: 1))
    feed.run(0.1, [a, b], random: &random)
    #expect(feed.tracker.needs.count == 2)
    feed.run(0.1, [b], random: &random)
    #expect(feed.tracker.needs.count == 1)
    #expect(feed.tracker.need(of: a.id) == nil)
  }

  @Test func aLastingRiseOfDemandIsToldAndStartsAnew() throws {
    var random = SeededGenerator(seed: 5)
    var feed = Feed()
    feed.run(40, [Subject("train", inode: 1, uses: 2)], random: &random)
    #expect(feed.shifts.isEmpty)
    feed.run(10, [Subject("train", inode: 1, uses: 5)], random: &random)
    let shift = try #require(feed.shifts.first)
    #expect(feed.shifts.count == 1)
    #expect(shift.measure == .demand)
    #expect(shift.shift.direction == .up)
    #expect((4.8...5.2).contains(shift.shift.after))
    #expect(shift.noticed.seconds(since: shift.began) < 90)
    #expect(shift.text.hasPrefix("train: demand rose by 1"))
    let need = try #require(feed.tracker.need(of: .cgroup(inode: 1))?.cores.estimate)
    #expect(need.target.value > 5)
  }

  @Test func stepsThatTakeLongerAreTold() throws {
    var random = SeededGenerator(seed: 5)
    var feed = Feed()
    var step = 0.0
    func progress(rate: Double) -> (inout JobMoment, Int) -> Void {
      { job, second in
        step += rate
        var evidence = JobEvidence()
        evidence.progress = JobProgress(
          step: UInt64(step),
          // The last whole step ended a part of a second ago.
          lastStep: Instant(
            nanoseconds: UInt64(
              (Double(second) - (step - step.rounded(.down)) / rate) * 1e9)))
        job.evidence = evidence
      }
    }
    let job = Subject("train", inode: 1, uses: 2)
    feed.run(20, [job], random: &random, change: progress(rate: 4))
    feed.run(5, [job], random: &random, change: progress(rate: 3))
    let shift = try #require(feed.shifts.first { $0.measure == .throughput })
    #expect(shift.text.hasPrefix("train: throughput fell by 2"))
    #expect(shift.text.contains("from 4 to 3"))
  }

  @Test func aPhaseThatLastsCountsThePastAQuarter() throws {
    var random = SeededGenerator(seed: 5)
    func phase(_ phase: JobPhase) -> (inout JobMoment, Int) -> Void {
      { job, _ in
        var evidence = JobEvidence()
        evidence.phase = phase
        job.evidence = evidence
      }
    }
    var feed = Feed()
    let job = Subject("train", inode: 1, uses: 2)
    feed.run(40, [job], random: &random, change: phase(.train))
    let before = try #require(feed.tracker.need(of: job.id)?.cores.estimate)
    feed.run(1, [job], random: &random, change: phase(.checkpoint))
    feed.run(1, [job], random: &random, change: phase(.train))
    let short = try #require(feed.tracker.need(of: job.id)?.cores.estimate)
    #expect(short.confidence >= before.confidence)
    feed.run(3, [job], random: &random, change: phase(.eval))
    let long = try #require(feed.tracker.need(of: job.id)?.cores.estimate)
    #expect(long.confidence < before.confidence / 2)
  }

  /// Measured unoptimised; the release build takes about a tenth of it.
  @Test func aMomentCostsMicrosecondsAJob() {
    var random = SeededGenerator(seed: 9)
    var feed = Feed()
    let jobs = (1...20).map { Subject("job\($0)", inode: UInt64($0), uses: 2) }
    feed.run(3, jobs, random: &random)
    var moment = Setting(jobs).moment
    let clock = ContinuousClock()
    let spent = clock.measure {
      for second in 0..<600 {
        moment.time = Instant(nanoseconds: UInt64(feed.seconds + second) * 1_000_000_000)
        feed.tracker.take(moment)
      }
    }
    let each = spent / (600 * 20)
    print("needs: \(each) a job and moment")
    #expect(each < .microseconds(100))
  }
}
