import Model
import Testing

/// Memory has two limits; the line that a job is held at is the tighter one.
struct MemoryLineTests {
  private func grant(max: Int64?, high: Int64?) -> Grant {
    var grant = Grant()
    grant.memory = max.map { .at(.gibi($0)) } ?? .unlimited
    grant.memoryHigh = high.map { .at(.gibi($0)) } ?? .unlimited
    return grant
  }

  @Test("the line is at whichever limit is tighter, or at none")
  func tighter() {
    #expect(grant(max: 8, high: nil).memoryLine == .at(.gibi(8)))
    #expect(grant(max: nil, high: 6).memoryLine == .at(.gibi(6)))
    #expect(grant(max: 8, high: 6).memoryLine == .at(.gibi(6)))
    #expect(grant(max: nil, high: nil).memoryLine == .unlimited)
  }

  @Test("what a job is reclaimed at is what it takes of the box, as its row shows it")
  func unallocated() {
    var job = JobMoment(
      job: Job(id: .cgroup(inode: 1), name: .empty, owner: .empty, source: .process))
    job.memory.used = .gibi(2)
    job.grant = grant(max: nil, high: 6)
    var box = BoxMoment()
    box.memory = .gibi(16)
    box.memoryUsed = .gibi(3)
    var other = OtherMoment()
    other.memory.used = .gibi(1)
    let moment = Moment(
      time: Instant(nanoseconds: 1), wallClock: 1, interval: 1, box: box, jobs: [job], other: other)
    #expect(moment.unallocatedMemory == .gibi(16 - 6 - 1))
  }
}
