import Model
import Testing

@testable import Monitor

/// Whose each GPU is, and what its last minute was like.
@Suite struct GPUMomentsTests {
  private var moments = GPUMoments()
  private let a = JobID.cgroup(inode: 1)
  private let b = JobID.cgroup(inode: 2)

  private func time(_ seconds: Double) -> Instant { Instant(nanoseconds: UInt64(seconds * 1e9)) }

  private func reading(
    at seconds: Double, busy: Double = 0.5, processes: [GPUProcess] = []
  ) -> GPUReading {
    let identity = GPUIdentity(
      id: GPUID(SafeText("GPU-11112222")), index: 0, vendor: .nvidia, name: SafeText("X"))
    var reading = GPUReading(identity: identity, time: time(seconds))
    reading.busy = .value(Share(busy))
    reading.processes = .value(processes)
    return reading
  }

  private func process(_ pid: Int32, memory: Int64? = 1, share: Double? = nil) -> GPUProcess {
    var process = GPUProcess(pid: pid, memory: memory.map { Bytes.gibi($0) })
    if let share { process.share = .value(Share(share)) }
    return process
  }

  /// Two jobs; the second's budget names these devices.
  private func box(_ owners: [Int32: JobID?], budget: [String]? = nil) -> Sample {
    var jobs = [a, b].map { id in
      JobReading(
        job: Job(id: id, name: SafeText("x"), owner: .empty, source: .cgroup), time: time(0))
    }
    if let budget {
      jobs[1].job.declaration = JobDeclaration(budget: Budget(gpus: budget.map { SafeText($0) }))
    }
    var sample = Sample(
      time: time(0), wallClock: 0, box: BoxReading(time: time(0)), jobs: jobs,
      other: OtherReading(time: time(0)))
    for (pid, job) in owners {
      var owner = GPUOwner(name: SafeText("python3"), user: SafeText("alice"))
      owner.job = job
      sample.gpuOwners[pid] = owner
    }
    return sample
  }

  private mutating func moment(_ reading: GPUReading, _ box: Sample) throws -> GPUMoment {
    try #require(
      moments.moments(of: GPUSample(time: reading.time, devices: [reading]), box).first)
  }

  @Test mutating func aDeviceBelongsToTheJobWhoseProcessesHoldContexts() throws {
    let device = try moment(
      reading(at: 1, processes: [process(10), process(11, memory: 2)]), box([10: a, 11: a]))
    #expect(device.holders.map(\.job) == [a])
    #expect(device.holders.first?.processes == 2)
    #expect(device.holders.first?.memory == .gibi(3))
    #expect(device.holders.first?.share == .value(Share(0.5)), "all of it is its")
    let job = try #require(GPUMoments.of(a, among: [device]))
    #expect(job.held == [device.id])
    #expect(job.busy == 0.5)
    #expect(GPUMoments.of(b, among: [device]) == nil)
  }

  @Test mutating func whatSeveralJobsShareIsDividedByWhatIsMeasured() throws {
    let device = try moment(
      reading(at: 1, busy: 0.9, processes: [process(10, share: 0.2), process(20, share: 0.6)]),
      box([10: a, 20: b]))
    let job = try #require(GPUMoments.of(b, among: [device]))
    #expect(job.busy == 0.6)
    #expect(job.isShared)
  }

  @Test mutating func whatIsNotMeasuredIsNotDivided() throws {
    let device = try moment(
      reading(at: 1, busy: 0.9, processes: [process(10), process(20)]), box([10: a, 20: b]))
    let job = try #require(GPUMoments.of(a, among: [device]))
    #expect(job.busy == nil)
    #expect(job.isShared)
  }

  @Test mutating func memoryThatOneProcessHidesIsUnknownForTheJob() throws {
    let device = try moment(
      reading(at: 1, processes: [process(10), process(11, memory: nil)]), box([10: a, 11: a]))
    #expect(device.holders.first?.memory == nil)
  }

  @Test(arguments: ["0", "GPU-11112222", "GPU-1111"])
  mutating func aBudgetGivesADeviceThatNobodyUses(name: String) throws {
    let device = try moment(reading(at: 1, busy: 0), box([:], budget: [name]))
    #expect(device.holders.map(\.reason) == [.budget])
    #expect(GPUMoments.of(b, among: [device])?.busy == 0)
  }

  @Test mutating func whatLoadlineRunWasToldIsAStart() throws {
    var box = box([:], budget: ["0"])
    box.jobs[1].job = Job(
      id: b, name: SafeText("x"), owner: .empty, source: .run,
      declaration: box.jobs[1].job.declaration)
    #expect(try moment(reading(at: 1), box).holders.map(\.reason) == [.start])
  }

  @Test mutating func whatASchedulerGaveIsAStartWhateverTheBudgetSays() throws {
    var box = box([:], budget: ["0"])
    box.jobs[1].job.startedWith = [SafeText("0")]
    box.jobs[0].job.startedWith = [SafeText("7")]
    let device = try moment(reading(at: 1), box)
    #expect(device.holders.map(\.job) == [b])
    #expect(device.holders.map(\.reason) == [.start])
  }

  @Test mutating func aContextGoesBeforeAStart() throws {
    var box = box([10: a])
    box.jobs[0].job.startedWith = [SafeText("0")]
    let device = try moment(reading(at: 1, processes: [process(10)]), box)
    #expect(device.holders.map(\.reason) == [.context])
  }

  @Test(arguments: ["1", "GPU-3", "GPU"])
  mutating func anotherDevicesNameGivesNothing(name: String) throws {
    let device = try moment(reading(at: 1), box([:], budget: [name]))
    #expect(device.holders == [])
  }

  @Test mutating func processesInNoJobAreStrangersWithTheirNamesIfTheyLive() throws {
    let device = try moment(
      reading(at: 1, processes: [process(30), process(31)]), box([30: nil]))
    #expect(device.holders == [])
    #expect(device.strangers.map(\.process.pid) == [30, 31])
    #expect(device.strangers.map(\.name) == [SafeText("python3"), nil])
  }

  @Test mutating func theLastMinuteHasAValueASecondWhateverTheInterval() throws {
    for tick in 0..<10 {
      _ = try moment(reading(at: 1 + Double(tick) * 0.5, busy: 0.1), box([:]))
    }
    let device = try moment(reading(at: 9, busy: 0.8), box([:]))
    #expect(device.lastMinute.count == 9)
    #expect(device.lastMinute.last == Share(0.8))
    let later = try moment(reading(at: 500, busy: 0.3), box([:]))
    #expect(later.lastMinute.count == 60)
  }

  @Test mutating func aJobIsIdleSinceTheLastOfItsDevicesIs() throws {
    let holder = box([10: a])
    var device = try moment(reading(at: 1, busy: 0.9, processes: [process(10)]), holder)
    #expect(GPUMoments.of(a, among: [device])?.idleSince == nil)
    for second in 2...20 {
      device = try moment(reading(at: Double(second), busy: 0, processes: [process(10)]), holder)
    }
    #expect(device.idle.isIdle == true)
    #expect(GPUMoments.of(a, among: [device])?.idleSince == device.idle.since)
    #expect(device.idle.since.map { $0 <= time(3) } ?? false)
  }

  @Test mutating func aSecondIsTheMeanOfTheDriversOwnSamples() throws {
    _ = try moment(reading(at: 1, busy: 1), box([:]))
    var next = reading(at: 2, busy: 0)
    next.busySamples = [1, 1, 1, 0, 0, 0].enumerated().map { index, busy in
      GPUBusySample(time: UInt64(1_000_000 + index * 166_000), busy: Share(busy))
    }
    let device = try moment(next, box([:]))
    #expect(device.lastMinute.last == Share(0.5))
    #expect(device.reading.busy == .value(Share(0)))
  }
}
