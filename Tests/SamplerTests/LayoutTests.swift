import Glibc
import Host
import Model
import Testing

@testable import Sampler

/// What is found, granted and said on boxes of different layouts.
@Suite struct LayoutTests {
  private let box = FakeBox()

  /// The session uses more than half a core, whatever time passes between samples.
  private func work() {
    let path = "/cg/user.slice/session-1.scope/cpu.stat"
    box.write(path, "usage_usec \(Clock.now.nanoseconds / 100)\n")
  }

  /// A v2 box with one busy command in a session of alice's.
  private func session() {
    box.writeBox()
    box.mount(["2"])
    box.group("/", processes: [])
    box.group("/user.slice", usage: 500)
    box.group("/user.slice/session-1.scope", processes: [10, 100], usage: 500)
    box.write(FakeProcess(10, "sshd"))
    var train = FakeProcess(100, parent: 10)
    train.arguments = ["python3", "train.py"]
    train.user = 1000
    train.own = FakeProcess.now
    box.write(train)
  }

  // MARK: Hierarchies

  @Test func v2() throws {
    box.writeBox()
    box.mount(["2"])
    box.group("/", usage: 900)
    box.group("/loadline", usage: 500)
    box.group(
      "/loadline/train", processes: [100], usage: 500, anonymous: 4096,
      [
        "cpu.max": "150000 100000\n", "memory.max": "1073741824\n", "memory.high": "max\n",
        "cpu.weight": "200\n", "cpuset.cpus.effective": "0-1\n", "pids.current": "7\n",
        "io.max": "8:0 rbps=1000 wbps=max riops=max wiops=max\n", "memory.peak": "8192\n",
        "memory.events": "low 0\nhigh 0\nmax 2\noom 0\noom_kill 1\noom_group_kill 0\n",
      ])
    box.write(FakeProcess(100))
    let job = try #require(box.sampler().sample().jobs.first)
    #expect(job.job.name.string == "train")
    #expect(job.grant.cores == .at(Cores(1.5)))
    #expect(job.grant.cpus == CPUSet([0, 1]))
    #expect(job.grant.weight == 200)
    #expect(job.grant.memory == .at(.gibi(1)))
    #expect(job.grant.memoryHigh == .unlimited)
    #expect(job.grant.read == .at(ByteRate(1000)))
    #expect(job.grant.write == .unlimited)
    #expect(job.memory.peak == Bytes(8192))
    #expect(job.memory.oomKills == 1)
    #expect(job.memory.limitHits == 2)
    #expect(job.threads == 7)
  }

  @Test func theTightestLimitOnThePathHoldsAndItsGroupThrottles() throws {
    box.writeBox()
    box.mount(["2"])
    box.group("/")
    box.group(
      "/loadline",
      [
        "cpu.max": "50000 100000\n", "memory.max": "1000000\n", "cpuset.cpus.effective": "0-3\n",
      ])
    box.group(
      "/loadline/a", processes: [100],
      ["cpu.max": "max 100000\n", "memory.max": "5000000\n", "memory.high": "900000\n"])
    box.write(FakeProcess(100))
    let sampler = box.sampler(interval: 1)
    _ = sampler.sample()
    box.write("/cg/loadline/cpu.stat", "usage_usec 0\nnr_periods 30\nnr_throttled 18\n")
    box.write("/cg/loadline/a/cpu.stat", "usage_usec 0\nnr_periods 0\nnr_throttled 0\n")
    _ = sampler.sample()
    box.write("/cg/loadline/cpu.stat", "usage_usec 0\nnr_periods 50\nnr_throttled 28\n")
    let job = try #require(sampler.sample().jobs.first)
    #expect(job.grant.cores == .at(Cores(0.5)))
    #expect(job.grant.memory == .at(Bytes(1_000_000)))
    #expect(job.grant.memoryHigh == .at(Bytes(900_000)))
    #expect(job.grant.cpus == CPUSet([0, 1, 2, 3]))
    #expect(job.cpu.periods == 40)
    #expect(job.cpu.throttledPeriods == 25)
  }

  @Test func aLimitThatIsNotNarrowerThanTheBoxIsNone() throws {
    box.writeBox(cpus: 4)
    box.mount(["2"])
    box.group("/")
    box.group(
      "/loadline/a",
      [
        "cpu.max": "400000 100000\n", "memory.max": "17179869184\n",
        "memory.high": "99179869184\n", "cpuset.cpus.effective": "0-3\n",
      ])
    let job = try #require(box.sampler().sample().jobs.first)
    #expect(job.grant.cores == .unlimited)
    #expect(job.grant.memory == .unlimited)
    #expect(job.grant.memoryHigh == .unlimited)
  }

  @Test func v1Joined() throws {
    box.writeBox()
    box.mount(["cpu,cpuacct", "memory", "pids"])
    for (name, text) in [
      ("cpu,cpuacct/cpuacct.usage", "9000"), ("cpu,cpuacct/loadline/a/cpuacct.usage", "5000"),
      ("cpu,cpuacct/loadline/a/cgroup.procs", "100"),
      ("cpu,cpuacct/loadline/a/cpu.cfs_quota_us", "-1"),
      ("cpu,cpuacct/loadline/a/cpu.cfs_period_us", "100000"),
      ("cpu,cpuacct/loadline/a/cpu.shares", "2048"),
      ("cpu,cpuacct/loadline/a/cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 0"),
      ("memory/loadline/a/memory.usage_in_bytes", "8192"),
      ("memory/loadline/a/memory.limit_in_bytes", "9223372036854771712"),
      ("memory/loadline/a/memory.stat", "total_cache 0\ntotal_rss 4096\ntotal_shmem 0"),
    ] {
      box.write("/cg/\(name)", text + "\n")
    }
    box.write(FakeProcess(100))
    let sample = box.sampler().sample()
    let job = try #require(sample.jobs.first)
    #expect(job.cpu.usage == 5000)
    #expect(job.grant.cores == .unlimited)
    #expect(job.grant.memory == .unlimited)
    #expect(job.grant.weight == 200)
    #expect(job.memory.anonymous == Bytes(4096))
    #expect(job.threads == nil)
    #expect(job.io == IOReading())
    #expect(job.pressure == PressureReading())
    #expect(sample.notices == [])
  }

  @Test func v1WithoutCPUAccountingButWithV2FindsJobsThere() {
    box.writeBox()
    box.mount(["cpu", "2"])
    box.write("/cg/2/cpu.stat", "usage_usec 10\n")
    box.write("/cg/2/loadline/a/cpu.stat", "usage_usec 5\n")
    box.write("/cg/cpu/loadline/a/cpu.cfs_quota_us", "50000\n")
    box.write("/cg/cpu/loadline/a/cpu.cfs_period_us", "100000\n")
    let job = box.sampler().sample().jobs.first
    #expect(job?.cpu.usage == 5000)
    #expect(job?.grant.cores == .at(Cores(0.5)))
  }

  // MARK: What may be missing

  @Test(arguments: ["memory", "pids", "blkio", "cpuset", "cpu"])
  func eachV1ControllerAloneMayBeMissing(missing: String) {
    let box = FakeBox(fixture: "host-v1-split")
    let text = ["cpu", "cpuacct", "cpuset", "memory", "blkio", "pids"].filter { $0 != missing }
      .map { "30 23 0:30 / /sys/fs/cgroup/\($0) rw - cgroup cgroup rw,\($0)\n" }.joined()
    box.write("/proc/self/mountinfo", text)
    let job = box.sampler().sample().jobs.first
    #expect(job?.cpu.usage == 976_634_436)
    #expect((job?.memory.charged == nil) == (missing == "memory"))
    #expect((job?.grant.memory == .unlimited) == (missing == "memory"))
    #expect((job?.threads == nil) == (missing == "pids"))
    #expect((job?.io.read == nil) == (missing == "blkio"))
    #expect((job?.grant.cpus == nil) == (missing == "cpuset"))
    #expect((job?.grant.weight == nil) == (missing == "cpu"))
  }

  @Test func withoutAMemoryControllerMemoryIsUnknownAndNotZero() {
    box.writeBox()
    box.mount(["2"])
    box.group("/", anonymous: nil)
    box.group("/loadline/a", anonymous: nil)
    let sample = box.sampler().sample()
    #expect(sample.jobs.first?.memory == MemoryReading())
    #expect(sample.other.memory == MemoryReading())
  }

  @Test func withoutPSIThatIsSaidAndNothingElseChanges() throws {
    box.writeBox(hasPressure: false)
    box.mount(["2"])
    box.group("/")
    box.group("/loadline/a")
    let sample = box.sampler().sample()
    #expect(sample.notices == [.noPressure])
    #expect(sample.box.pressure == PressureReading())
    #expect(sample.jobs.count == 1)
  }

  @Test func withoutSysDevicesStillCount() {
    box.writeBox()
    box.remove("/sys")
    box.mount(["2"])
    box.group("/")
    box.write("/proc/diskstats", " 259 0 nvme0n1 1 0 8 0 1 0 16 0 0 0 0\n")
    let sample = box.sampler().sample()
    #expect(sample.box.io.read == 4096)
    #expect(sample.box.numaNodes == 1)
  }

  @Test func withoutCgroupsCommandsAreFoundInProc() throws {
    box.writeBox(usage: 700)
    box.write("/proc/self/mountinfo", "27 1 254:0 / / rw - ext4 /dev/vda rw\n")
    box.write(FakeProcess(1, "init", parent: 0))
    var train = FakeProcess(100)
    train.arguments = ["python3", "train.py"]
    train.own = FakeProcess.now
    box.write(train)
    let sampler = box.sampler(interval: 1)
    #expect(sampler.sample(untilJob: "train.py") != nil)
    let sample = sampler.sample()
    #expect(sample.notices == [.noCgroups])
    #expect(sample.other.usage != nil)
  }

  @Test func anEmptyBoxIsNoError() {
    let sample = box.sampler().sample()
    #expect(sample.jobs.isEmpty)
    #expect(sample.box.usage == nil)
    #expect(sample.box.memoryFree == nil)
    #expect(sample.notices.contains(.noCgroups))
  }

  // MARK: Containers

  @Test func inAContainerItsLimitsAreTheBox() {
    box.writeBox(cpus: 8, usage: 99999)
    box.mount(["2"])
    box.group(
      "/", processes: [1], usage: 500, anonymous: 1 << 30,
      [
        "cgroup.type": "domain\n", "cpu.max": "250000 100000\n", "memory.max": "4294967296\n",
        "cpuset.cpus.effective": "0-3\n",
      ])
    box.write(FakeProcess(1, "python3", parent: 0))
    let sample = box.sampler().sample()
    #expect(sample.notices == [.insideContainer])
    #expect(sample.box.cores == Cores(2.5))
    #expect(sample.box.cpus == CPUSet([0, 1, 2, 3]))
    #expect(sample.box.memory == .gibi(4))
    #expect(sample.box.memoryFree == .gibi(3))
    #expect(sample.box.usage == 500_000)
    #expect(sample.box.stolen == nil)
  }

  @Test func aCoreSetAloneNarrowsTheBoxToo() {
    box.writeBox(cpus: 8)
    box.mount(["2"])
    box.group(
      "/", usage: 500,
      ["cgroup.type": "domain\n", "cpu.max": "max 100000\n", "cpuset.cpus.effective": "2-3\n"])
    let sample = box.sampler().sample()
    #expect(sample.box.cores == Cores(2))
    #expect(sample.box.isContainer)
  }

  @Test func atARealRootPartitionsDoNotNarrowTheBox() {
    box.writeBox(cpus: 8)
    box.mount(["2"])
    box.group("/", ["cpuset.cpus.effective": "0-3\n"])
    let sample = box.sampler().sample()
    #expect(sample.box.cores == Cores(8))
    #expect(!sample.box.isContainer)
  }

  @Test func inAContainerWithoutLimitsOtherIsTheRestOfTheMachine() {
    box.writeBox(usage: 1000)
    box.mount(["2"])
    box.group("/", usage: 10, ["cgroup.type": "domain\n", "cpu.max": "max 100000\n"])
    let sampler = box.sampler()
    _ = sampler.sample()
    box.writeBox(usage: 1500)
    #expect(sampler.sample().other.usage == 500 * Clock.tick)
  }

  @Test func whatTheContainerCannotReadOfItsMemoryIsUnknown() {
    box.writeBox()
    box.mount(["2"])
    box.group("/", anonymous: nil, ["cgroup.type": "domain\n", "memory.max": "4294967296\n"])
    let sample = box.sampler().sample()
    #expect(sample.box.memory == .gibi(4))
    #expect(sample.box.memoryFree == nil)
    #expect(sample.box.memoryReclaimable == nil)
  }

  // MARK: Changes

  @Test func cpusThatComeAndGoAreFollowed() {
    box.writeBox(cpus: 4)
    box.mount(["2"])
    box.group("/")
    let sampler = box.sampler()
    #expect(sampler.sample().box.cores == Cores(4))
    box.writeBox(cpus: 130)
    #expect(sampler.sample().box.cpus.count == 130)
    box.writeBox(cpus: 1)
    #expect(sampler.sample().box.cpus.description == "0")
  }

  @Test func jobsAndOtherAreTheRoot() {
    box.writeBox()
    box.mount(["2"])
    box.group("/", usage: 1000, anonymous: 9000)
    box.group("/loadline/a", usage: 300, anonymous: 2000)
    box.group("/loadline/b", usage: 100, anonymous: 1000)
    let sampler = box.sampler()
    #expect(sampler.sample().other.usage == 0)
    box.group("/", usage: 1900, anonymous: 9000)
    box.group("/loadline/a", usage: 800, anonymous: 2000)
    box.group("/loadline/b", usage: 150, anonymous: 1000)
    let sample = sampler.sample()
    #expect(sample.other.usage == (900 - 500 - 50) * 1000)
    #expect(sample.other.memory.anonymous == Bytes(6000))
  }

  @Test func whatJobsGrowBeyondTheRootIsMadeGoodLater() {
    box.writeBox()
    box.mount(["2"])
    func write(root: UInt64, job: UInt64) {
      box.group("/", usage: root)
      box.group("/loadline/a", usage: job)
    }
    write(root: 1000, job: 100)
    let sampler = box.sampler()
    _ = sampler.sample()
    write(root: 1100, job: 250)
    #expect(sampler.sample().other.usage == 0)
    write(root: 1200, job: 270)
    #expect(sampler.sample().other.usage == (100 - 20 - 50) * 1000)
  }

  @Test func aJobThatComesDoesNotTakeItsPastFromOther() {
    box.writeBox()
    box.mount(["2"])
    box.group("/", usage: 1000)
    let sampler = box.sampler()
    _ = sampler.sample()
    box.group("/", usage: 1600)
    box.group("/loadline/a", usage: 500)
    #expect(sampler.sample().other.usage == 600_000)
    box.group("/", usage: 1700)
    box.group("/loadline/a", usage: 580)
    #expect(sampler.sample().other.usage == 620_000)
  }

  @Test func aCommandInASessionIsNamedAndOwned() throws {
    session()
    let job = try #require(box.sampler().sample(changing: work, untilJob: "train.py"))
    #expect(job.job.owner.string == "alice")
    #expect(job.job.source == .process)
    #expect(job.processes == 1)
  }

  @Test func aQuietSessionKeepsItsJob() throws {
    session()
    let sampler = box.sampler()
    _ = try #require(sampler.sample(changing: work, untilJob: "train.py"))
    for _ in 0..<10 { _ = sampler.sample() }
    #expect(sampler.sample().names == ["train.py"])
  }

  @Test func aQuietSessionWithoutMemoryCountersIsStillLookedAt() throws {
    box.writeBox()
    box.mount(["2"])
    box.group("/")
    box.group("/user.slice", usage: 500)
    box.group("/user.slice/session-1.scope", processes: [100], usage: 500, anonymous: nil)
    var train = FakeProcess(100, parent: 1)
    train.arguments = ["python3", "train.py"]
    box.write(train)
    let sampler = box.sampler()
    for _ in 0..<5 { _ = sampler.sample() }
    let job = sampler.sample(
      changing: {
        // No rate is made of looks that are too close.
        usleep(60_000)
        train.own += 100
        box.write(train)
      }, untilJob: "train.py")
    #expect(job != nil)
  }
}
