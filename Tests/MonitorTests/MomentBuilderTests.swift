import Model
import Testing

@testable import Monitor

/// A sample made by hand at so many seconds, with one job.
struct Hand {
  var seconds: Double
  var job = JobReading(
    job: Job(
      id: .cgroup(inode: 7), name: SafeText("a"), owner: SafeText("alice"), source: .cgroup),
    time: Instant(nanoseconds: 0))
  var box = BoxReading(time: Instant(nanoseconds: 0))
  var other = OtherReading(time: Instant(nanoseconds: 0))
  var cost = SelfReading()
  var hasJob = true

  init(at seconds: Double, _ change: (inout Hand) -> Void = { _ in }) {
    self.seconds = seconds
    box.cores = Cores(4)
    box.memory = .gibi(16)
    change(&self)
  }

  var sample: Sample {
    let time = Instant(nanoseconds: 1_000_000_000 + UInt64(seconds * 1e9))
    var (job, box, other) = (job, box, other)
    job.time = time
    box.time = time
    other.time = time
    return Sample(
      time: time, wallClock: 1000 + seconds, box: box, jobs: hasJob ? [job] : [], other: other,
      cost: cost)
  }
}

@Suite struct MomentBuilderTests {
  private var builder = MomentBuilder(interval: 1)

  @Test mutating func theFirstMomentKnowsNoRates() {
    let moment = builder.moment(
      of: Hand(at: 0) {
        $0.job.cpu.usage = 5_000_000_000
        $0.box.usage = 9_000_000_000
        $0.job.io.read = 100
        $0.job.pressure.cpuSome = 5
        $0.job.cpu.periods = 3
        $0.job.cpu.throttledPeriods = 1
        $0.cost.usage = 7
      }.sample)
    #expect(moment.interval == nil)
    #expect(moment.jobs.first?.cpu == CPUMoment())
    #expect(moment.jobs.first?.io == IOMoment())
    #expect(moment.jobs.first?.pressure == PressureMoment())
    #expect(moment.jobs.first?.states == [])
    #expect(moment.jobs.first?.history.cores == [])
    #expect(moment.box.used == nil)
    #expect(moment.other.used == nil)
    #expect(moment.cost.cpu == nil)
    #expect(moment.idleCores == nil)
  }

  @Test mutating func ratesAreGrowthOverTheTimeOfTheirOwnReadings() {
    _ = builder.moment(
      of: Hand(at: 0) {
        $0.job.cpu.usage = 1_000_000_000
        $0.job.io.read = 1000
        $0.job.io.written = 0
        $0.job.pressure.memorySome = 0
        $0.box.usage = 1_000_000_000
        $0.box.stolen = 0
        $0.box.network.received = 10
        $0.other.usage = 0
        $0.cost.usage = 0
      }.sample)
    let moment = builder.moment(
      of: Hand(at: 2) {
        $0.job.cpu.usage = 4_000_000_000
        $0.job.io.read = 5000
        $0.job.io.written = 600
        $0.job.pressure.memorySome = 500_000
        $0.box.usage = 5_000_000_000
        $0.box.stolen = 100_000_000
        $0.box.network.received = 30
        $0.other.usage = 1_000_000_000
        $0.cost.usage = 4_000_000
      }.sample)
    #expect(moment.interval == 2)
    #expect(moment.jobs.first?.cpu.used == Cores(1.5))
    #expect(moment.jobs.first?.cpu.demand == Cores(1.5))
    #expect(moment.jobs.first?.io.read == ByteRate(2000))
    #expect(moment.jobs.first?.io.written == ByteRate(300))
    #expect(moment.jobs.first?.pressure.memorySome == Share(0.25))
    #expect(moment.jobs.first?.pressure.ioFull == nil)
    #expect(moment.box.used == Cores(2))
    #expect(moment.box.stolen == Cores(0.05))
    #expect(moment.box.received == ByteRate(10))
    #expect(moment.other.used == Cores(0.5))
    #expect(moment.idleCores == Cores(2))
    #expect(moment.cost.cpu == Share(0.002))
  }

  @Test mutating func theLoadOfACPUIsItsBusyPartOfTheInterval() {
    _ = builder.moment(
      of: Hand(at: 0) { $0.box.cpuUsage = [0, nil, 5_000_000_000, 1_000_000_000] }.sample)
    let moment = builder.moment(
      of: Hand(at: 2) {
        $0.box.cpuUsage = [500_000_000, nil, 9_000_000_000, 0, 7]
      }.sample)
    #expect(moment.box.cpuLoads == [Share(0.25), nil, Share(1), nil, nil])
  }

  @Test mutating func aCounterThatWentBackGivesNoRateForThatInterval() {
    _ = builder.moment(of: Hand(at: 0) { $0.job.cpu.usage = 5_000_000_000 }.sample)
    let back = builder.moment(of: Hand(at: 1) { $0.job.cpu.usage = 1_000_000_000 }.sample)
    #expect(back.jobs.first?.cpu.used == nil)
    #expect(back.jobs.first?.cpu.demand == nil)
    let after = builder.moment(of: Hand(at: 2) { $0.job.cpu.usage = 2_000_000_000 }.sample)
    #expect(after.jobs.first?.cpu.used == Cores(1))
  }

  @Test(arguments: [0, 3.5, 3600])
  mutating func aGapGivesNoRates(seconds: Double) {
    _ = builder.moment(of: Hand(at: 0) { $0.job.cpu.usage = 0 }.sample)
    let moment = builder.moment(of: Hand(at: seconds) { $0.job.cpu.usage = 9_000_000_000 }.sample)
    #expect(moment.interval == nil)
    #expect(moment.jobs.first?.cpu.used == nil)
  }

  @Test mutating func aCounterThatOneReadingLacksGivesNoRate() {
    _ = builder.moment(of: Hand(at: 0) { $0.job.cpu.usage = 0 }.sample)
    let moment = builder.moment(of: Hand(at: 1).sample)
    #expect(moment.jobs.first?.cpu.used == nil)
    #expect(moment.jobs.first?.io.read == nil)
  }

  @Test mutating func aJobThatJustCameKnowsNoRateWhileOthersDo() {
    _ = builder.moment(
      of: Hand(at: 0) {
        $0.hasJob = false; $0.box.usage = 0
      }.sample)
    let moment = builder.moment(
      of: Hand(at: 1) {
        $0.job.cpu.usage = 9_000_000_000
        $0.box.usage = 1_000_000_000
      }.sample)
    #expect(moment.jobs.first?.cpu.used == nil)
    #expect(moment.box.used == Cores(1))
  }

  @Test mutating func demandIsNeverBelowUsage() {
    _ = builder.moment(of: Hand(at: 0) { $0.job.cpu.usage = 0 }.sample)
    let below = builder.moment(
      of: Hand(at: 1) {
        $0.job.cpu.usage = 1_000_000_000
        $0.job.cpu.demand = Cores(0.7)
      }.sample)
    #expect(below.jobs.first?.cpu.demand == Cores(1))
    let above = builder.moment(
      of: Hand(at: 2) {
        $0.job.cpu.usage = 2_000_000_000
        $0.job.cpu.demand = Cores(3)
        $0.job.cpu.demandIsEstimate = true
      }.sample)
    #expect(above.jobs.first?.cpu.demand == Cores(3))
    #expect(above.jobs.first?.cpu.demandIsEstimate == true)
  }

  @Test mutating func pressureIsHeldAtTheWholeInterval() {
    _ = builder.moment(of: Hand(at: 0) { $0.box.pressure.cpuSome = 0 }.sample)
    let moment = builder.moment(of: Hand(at: 1) { $0.box.pressure.cpuSome = 1_010_000 }.sample)
    #expect(moment.box.pressure.cpuSome == Share(1))
  }

  @Test mutating func throttlingIsThePartOfThePeriods() {
    _ = builder.moment(
      of: Hand(at: 0) {
        $0.job.cpu.periods = 100
        $0.job.cpu.throttledPeriods = 50
      }.sample)
    let moment = builder.moment(
      of: Hand(at: 1) {
        $0.job.cpu.periods = 110
        $0.job.cpu.throttledPeriods = 54
      }.sample)
    #expect(moment.jobs.first?.cpu.throttled == Share(0.4))
    let idle = builder.moment(
      of: Hand(at: 2) {
        $0.job.cpu.periods = 110
        $0.job.cpu.throttledPeriods = 54
      }.sample)
    #expect(idle.jobs.first?.cpu.throttled == Share(0))
  }

  // MARK: Memory

  @Test(
    arguments: [
      (10, 5, 3, 0, nil, 18), (10, 5, 3, 20, nil, 23), (10, 5, 3, 0, 12, 12),
      (10, nil, nil, nil, 99, 10),
    ] as [(Int64, Int64?, Int64?, Int64?, Int64?, Int64)])
  func usedIsWhatCannotBeReclaimed(
    anonymous: Int64, shared: Int64?, kernel: Int64?, unevictable: Int64?, charged: Int64?,
    used: Int64
  ) {
    var reading = MemoryReading()
    reading.anonymous = Bytes(anonymous)
    reading.shared = shared.map { Bytes($0) }
    reading.kernel = kernel.map { Bytes($0) }
    reading.unevictable = unevictable.map { Bytes($0) }
    reading.charged = charged.map { Bytes($0) }
    #expect(Rates.memory(reading, at: Instant(nanoseconds: 0)).used == Bytes(used))
  }

  @Test func withoutItsPartsMemoryInUseIsUnknown() {
    var reading = MemoryReading()
    reading.charged = Bytes(5)
    #expect(Rates.memory(reading, at: Instant(nanoseconds: 0)).used == nil)
  }

  @Test func aTreesMemoryIsItsProportionalSizeWithItsAge() {
    var reading = MemoryReading()
    reading.proportional = Bytes(7)
    reading.anonymous = Bytes(5)
    reading.isEstimate = true
    reading.readAt = Instant(nanoseconds: 1_000_000_000)
    let memory = Rates.memory(reading, at: Instant(nanoseconds: 13_000_000_000))
    #expect(memory.used == Bytes(7))
    #expect(memory.age == 12)
    #expect(memory.isEstimate)
  }

  /// The root of v2 is counted by ticks of the clock, in a guest with few of them less than its groups.
  @Test(arguments: [(1.7, 2.0), (2.5, 2.5), (6.0, 4.0)])
  mutating func theBoxUsesNoLessThanItsJobsAndTheRest(box: Double, expected: Double) {
    _ = builder.moment(
      of: Hand(at: 0) {
        $0.box.usage = 0
        $0.job.cpu.usage = 0
        $0.other.usage = 0
      }.sample)
    let moment = builder.moment(
      of: Hand(at: 1) {
        $0.box.usage = UInt64(box * 1e9)
        $0.job.cpu.usage = 1_500_000_000
        $0.other.usage = 500_000_000
      }.sample)
    #expect(moment.box.used == Cores(expected))
  }

  @Test mutating func theBoxUsesWhatIsNeitherFreeNorReclaimable() {
    let moment = builder.moment(
      of: Hand(at: 0) {
        $0.box.memoryFree = .gibi(8)
        $0.box.memoryReclaimable = .gibi(3)
      }.sample)
    #expect(moment.box.memoryUsed == .gibi(5))
    #expect(moment.idleMemory == .gibi(11))
    #expect(builder.moment(of: Hand(at: 1).sample).box.memoryUsed == nil)
  }

  // MARK: The past

  @Test mutating func trendsAreBoundedAndKeepTheNewest() {
    for second in 0...300 {
      let moment = builder.moment(
        of: Hand(at: Double(second)) {
          $0.job.cpu.usage = UInt64(second * second) * 1_000_000
          $0.job.memory.anonymous = Bytes(Int64(second))
        }.sample)
      #expect(moment.jobs.first?.history.cores.count == min(second, MomentBuilder.trendLength))
      #expect(moment.box.history.cores.count == min(second, MomentBuilder.trendLength))
    }
    let last = builder.moment(of: Hand(at: 301).sample).jobs.first?.history
    #expect(last?.memory.dropLast().last == 300)
    #expect(last?.memory.last?.isNaN == true)
    #expect(last?.cores.dropLast().last == Float(2 * 300 - 1) / 1000)
    #expect(last?.io.last?.isNaN == true)
  }

  @Test mutating func whatIsKeptOfAJobGoesWithIt() {
    for second in 0..<5 {
      _ = builder.moment(of: Hand(at: Double(second)) { $0.job.cpu.usage = 0 }.sample)
    }
    _ = builder.moment(of: Hand(at: 5) { $0.hasJob = false }.sample)
    let again = builder.moment(of: Hand(at: 6) { $0.job.cpu.usage = 0 }.sample)
    #expect(again.jobs.first?.history.cores == [])
  }

  // MARK: The opened job

  private func opened(
    _ job: UInt64 = 7, start: UInt64 = 100, usage: UInt64, at seconds: Double
  ) -> OpenedJob {
    var process = ProcessReading(
      pid: 9, start: start, time: Instant(nanoseconds: UInt64(seconds * 1e9)))
    process.usage = usage
    return OpenedJob(id: .cgroup(inode: job), processes: [process])
  }

  private func used(_ moment: OpenedMoment) -> Cores? { moment.processes.first?.used }

  @Test func processesOfTheOpenedJobAreMatchedByIdentity() {
    var rates = OpenedRates()
    #expect(used(rates.rates(of: opened(usage: 0, at: 1))) == nil)
    #expect(used(rates.rates(of: opened(usage: 500_000_000, at: 2))) == Cores(0.5))
    #expect(used(rates.rates(of: opened(start: 101, usage: 500_000_000, at: 3))) == nil)
    #expect(used(rates.rates(of: opened(8, start: 101, usage: 900_000_000, at: 4))) == nil)
  }

  @Test func aReadingThatComesTooSoonKeepsTheRatesOfTheOneBefore() {
    var rates = OpenedRates()
    _ = rates.rates(of: opened(usage: 0, at: 1))
    #expect(used(rates.rates(of: opened(usage: 10_000_000, at: 1.05))) == nil)
    #expect(used(rates.rates(of: opened(usage: 500_000_000, at: 2))) == Cores(0.5))
    #expect(used(rates.rates(of: opened(usage: 500_000_000, at: 2.1))) == Cores(0.5))
    #expect(used(rates.rates(of: opened(usage: 1_500_000_000, at: 3))) == Cores(1))
  }

  @Test mutating func aSampleCountsOnFromTheReadingThatOpenedTheJob() {
    let builder = MomentBuilder(interval: 1)
    self.builder = builder
    _ = self.builder.moment(of: Hand(at: 1).sample)
    _ = self.builder.moment(of: opened(usage: 0, at: 1.5))
    var sample = Hand(at: 2).sample
    sample.opened = opened(usage: 250_000_000, at: 2)
    #expect(self.builder.moment(of: sample).opened?.processes.first?.used == Cores(0.5))
  }

  // MARK: Estimates

  @Test mutating func estimatedMemoryIsKeptApartFromWhatWasRead() {
    for (second, isEstimate) in [(1, false), (2, false), (3, true), (4, false)] {
      let hand = Hand(at: Double(second)) { hand in
        hand.job.memory.proportional = Bytes(Int64(second * 100))
        hand.job.memory.isEstimate = isEstimate
      }
      _ = builder.moment(of: hand.sample)
    }
    let hand = Hand(at: 5) { $0.job.memory.proportional = Bytes(500) }
    let history = builder.moment(of: hand.sample).jobs.first?.history
    #expect(history?.memory.map { $0.isNaN ? -1 : $0 } == [200, -1, 400, 500])
    #expect(history?.memoryEstimates.map { $0.isNaN ? -1 : $0 } == [-1, 300, -1, -1])
  }
}
