import Model
import Testing

@Suite struct MomentTests {
  private func moment(cores: Double, used: Double?, other: Double?, jobs: [JobMoment]) -> Moment {
    var box = BoxMoment()
    box.cores = Cores(cores)
    box.used = used.map { Cores($0) }
    box.memory = .gibi(16)
    var rest = OtherMoment()
    rest.used = other.map { Cores($0) }
    return Moment(
      time: Instant(nanoseconds: 1), wallClock: 1, interval: 1, box: box, jobs: jobs, other: rest)
  }

  private func job(_ id: UInt64, used: Double, grant: Double? = nil, cpus: CPUSet? = nil)
    -> JobMoment
  {
    var job = JobMoment(
      job: Job(
        id: .cgroup(inode: id), name: SafeText("job\(id)"), owner: .empty, source: .cgroup))
    job.cpu.used = Cores(used)
    job.grant.cores = grant.map { .at(Cores($0)) } ?? .unlimited
    job.grant.cpus = cpus
    return job
  }

  @Test func idleIsWhatNobodyUsed() {
    #expect(moment(cores: 4, used: 1.5, other: 0, jobs: []).idleCores == Cores(2.5))
    #expect(moment(cores: 4, used: 4.2, other: 0, jobs: []).idleCores == .zero)
    #expect(moment(cores: 4, used: nil, other: 0, jobs: []).idleCores == nil)
  }

  @Test func aGrantCountsWholeAndAJobWithoutOneByItsUse() {
    let jobs = [job(1, used: 0.1, grant: 2), job(2, used: 1)]
    let unallocated = moment(cores: 8, used: 2, other: 0.5, jobs: jobs).unallocatedCores
    #expect(unallocated == Cores(8 - 2 - 1 - 0.5))
  }

  @Test func moreGrantedThanThereIsIsNegative() {
    let jobs = [job(1, used: 0, grant: 3), job(2, used: 0, grant: 3)]
    #expect(moment(cores: 4, used: 0, other: 0, jobs: jobs).unallocatedCores == Cores(-2))
  }

  @Test func coreSetsThatJobsShareCountOnce() {
    let jobs = [
      job(1, used: 0, grant: 2, cpus: CPUSet([0, 1])),
      job(2, used: 0, grant: 2, cpus: CPUSet([1, 2])),
      job(3, used: 0, grant: 0.5, cpus: CPUSet([0, 1, 2, 3])),
    ]
    #expect(moment(cores: 8, used: 0, other: 0, jobs: jobs).unallocatedCores == Cores(8 - 3 - 0.5))
  }

  @Test func whatIsUnknownIsNotAddedUp() {
    let moment = moment(cores: 4, used: 1, other: nil, jobs: [])
    #expect(moment.unallocatedCores == nil)
    #expect(moment.unallocatedMemory == nil)
    #expect(moment.memoryUncharged == nil)
    #expect(moment.idleMemory == nil)
  }

  @Test func memoryAddsUp() {
    var first = job(1, used: 0)
    first.memory.used = .gibi(2)
    var second = job(2, used: 0)
    second.memory.used = .gibi(1)
    second.grant.memory = .at(.gibi(4))
    var moment = moment(cores: 4, used: 1, other: 0, jobs: [first, second])
    moment.box.memoryUsed = .gibi(6)
    moment.other.memory.used = .gibi(2)
    #expect(moment.idleMemory == .gibi(10))
    #expect(moment.memoryUncharged == .gibi(1))
    #expect(moment.unallocatedMemory == .gibi(16 - 2 - 4 - 2 - 1))
  }
}
