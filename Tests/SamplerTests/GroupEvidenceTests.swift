import Host
import Model
import Testing

@testable import Sampler

/// What is told of a job beyond its gauges: since when it runs, and whose its limits are.
@Suite struct GroupEvidenceTests {
  private let box = FakeBox()

  init() {
    box.writeBox()
    box.mount(["2"])
    box.group("/", usage: 1000)
    box.group("/team.slice")
  }

  /// A process that began so many seconds ago.
  private func process(_ pid: Int32, secondsAgo: UInt64 = 0) {
    var process = FakeProcess(pid)
    process.start = FakeProcess.now - min(FakeProcess.now, secondsAgo * 100)
    box.write(process)
  }

  private func job(_ files: [String: String] = [:], processes: [Int32] = [100]) -> JobReading? {
    process(100)
    box.group("/team.slice/train.service", processes: processes, files)
    return box.sampler().sample().jobs.first
  }

  @Test func aJobBeganWithItsOldestProcess() throws {
    // Enough processes that not all of them are asked; numbers may begin anew.
    let pids = [900] + (1...20).map(Int32.init) + [500]
    for pid in pids { process(pid, secondsAgo: pid == 900 ? 50 : 5) }
    let job = try #require(self.job(["memory.max": "1048576\n"], processes: pids))
    let age = job.time.seconds(since: try #require(job.started))
    #expect(abs(age - 50) < 1)
  }

  @Test func whereNoProcessCanBeReadNobodyKnowsWhenItBegan() throws {
    let job = try #require(self.job(["memory.max": "1048576\n"], processes: [77]))
    #expect(job.started == nil)
  }

  @Test func aLimitOfItsOwnIsNotInherited() {
    box.group("/team.slice", ["cpu.max": "300000 100000\n", "memory.max": "2097152\n"])
    let job = job(["cpu.max": "200000 100000\n", "memory.max": "1048576\n"])
    #expect(job?.grant.cores == .at(Cores(2)))
    #expect(job?.inherited == [])
  }

  @Test func theTighterLimitOfAGroupAboveIsInherited() {
    box.group("/team.slice", ["cpu.max": "100000 100000\n", "memory.max": "524288\n"])
    let job = job(["cpu.max": "200000 100000\n", "memory.max": "1048576\n"])
    #expect(job?.grant.cores == .at(Cores(1)))
    #expect(job?.inherited == [.cores, .memory])
  }

  @Test func whatIsWiderThanTheBoxIsNobodysLimit() {
    box.group("/team.slice", ["cpu.max": "900000 100000\n", "memory.max": "99179869184\n"])
    let job = job(["memory.high": "1048576\n"])
    #expect(job?.grant.cores == .unlimited)
    #expect(job?.inherited == [])
  }

  @Test(arguments: [("0-1\n", true), ("0-2\n", false)])
  func theCoreSetOfTheGroupAboveIsInherited(above: String, isInherited: Bool) {
    box.group("/team.slice", ["cpuset.cpus.effective": above])
    let job = job(["cpuset.cpus.effective": "0-1\n", "memory.max": "1048576\n"])
    #expect(job?.grant.cores == .at(Cores(2)))
    #expect(job?.inherited == (isInherited ? [.cores] : []))
  }

  @Test func aGroupWithoutTheControllerHasTheCoreSetAboveIt() {
    box.group("/team.slice", ["cpuset.cpus.effective": "0-1\n"])
    #expect(job(["memory.max": "1048576\n"])?.inherited == [.cores])
  }

  // MARK: Throttling

  private func throttled(own: Int, above: Int) -> SafeText? {
    func write(_ path: String, _ periods: Int, _ throttled: Int) {
      let text = "usage_usec 0\nnr_periods \(periods)\nnr_throttled \(throttled)\n"
      box.group(path, processes: [100], ["cpu.max": "200000 100000\n", "cpu.stat": text])
    }
    process(100)
    write("/team.slice", 10, 0)
    write("/team.slice/train.service", 10, 0)
    let sampler = box.sampler()
    _ = sampler.sample()
    _ = sampler.sample()
    write("/team.slice", 20, above)
    write("/team.slice/train.service", 20, own)
    #expect(sampler.sample().jobs.first?.cpu.throttledPeriods == UInt64(max(own, above)))
    // Nothing throttles any more: it is still the one that did.
    return sampler.sample().jobs.first?.cpu.throttlingAncestor
  }

  @Test func theGroupAboveThatThrottlesIsNamed() {
    #expect(throttled(own: 1, above: 4) == SafeText("/team.slice"))
  }

  @Test(arguments: [(4, 1), (3, 3), (0, 0)])
  func aJobThatItsOwnQuotaThrottlesAsMuchHasNoAncestorThatDoes(own: Int, above: Int) {
    #expect(throttled(own: own, above: above) == nil)
  }
}
