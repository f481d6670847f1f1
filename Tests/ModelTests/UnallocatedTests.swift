import Model
import Testing

/// What is left of a box after what was granted and what is used without a grant.
@Suite struct UnallocatedTests {
  private func moment(
    granted: [Double] = [], used: [Double] = [], other: Double = 0
  ) -> Moment {
    var box = BoxMoment()
    box.cores = Cores(4)
    box.memory = .gibi(4)
    var rest = OtherMoment()
    rest.used = Cores(other)
    rest.memory.used = gibibytes(other)
    var jobs: [JobMoment] = []
    for (amount, isGranted) in granted.map({ ($0, true) }) + used.map({ ($0, false) }) {
      var job = JobMoment(
        job: Job(
          id: .cgroup(inode: UInt64(jobs.count)), name: SafeText("a"), owner: SafeText("b"),
          source: .cgroup))
      if isGranted {
        job.grant.cores = .at(Cores(amount))
        job.grant.memory = .at(gibibytes(amount))
      } else {
        job.cpu.used = Cores(amount)
        job.memory.used = gibibytes(amount)
      }
      jobs.append(job)
    }
    return Moment(
      time: Instant(nanoseconds: 0), wallClock: 0, interval: 1, box: box, jobs: jobs, other: rest)
  }

  private func gibibytes(_ count: Double) -> Bytes { Bytes(Int64(count * 1_073_741_824)) }

  private func expect(_ moment: Moment, leaves amount: Double, ofMemory memory: Double) {
    #expect(moment.unallocatedCores == Cores(amount))
    #expect(moment.unallocatedMemory == gibibytes(memory))
  }

  @Test func grantsAndWhatIsUsedWithoutOneAreTaken() {
    expect(moment(granted: [1], used: [0.5], other: 0.25), leaves: 2.25, ofMemory: 2.25)
  }

  @Test func coresOfOthersThatAreUsedMeanwhileAreNotOvercommittedButMemoryIs() {
    expect(moment(granted: [3], used: [3.5], other: 0.5), leaves: 0, ofMemory: -3)
  }

  @Test func moreGrantsThanThereIsAreOvercommitted() {
    expect(moment(granted: [3, 2], used: [2], other: 1), leaves: -1, ofMemory: -4)
  }
}
