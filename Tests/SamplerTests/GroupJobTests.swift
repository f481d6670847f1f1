import CLinux
import Glibc
import Host
import Model
import Testing

@testable import Sampler

/// Which groups are jobs, and what they are called.
@Suite struct GroupJobTests {
  private let box = FakeBox()
  private static let id = String(repeating: "3fa9c2d1", count: 8)

  init() {
    box.writeBox()
    box.mount(["2"])
    box.group("/", usage: 1000)
  }

  private func process(_ pid: Int32, _ arguments: [String], user: UInt32 = 0) {
    var process = FakeProcess(pid)
    process.arguments = arguments
    process.user = user
    box.write(process)
  }

  @Test func aContainerIsNamedFromItsFirstProcess() {
    process(100, ["python3", "train.py"])
    box.group("/system.slice")
    box.group("/system.slice/docker-\(Self.id).scope", processes: [100])
    let job = box.sampler().sample(untilJob: "train.py@3fa9c2")
    #expect(job?.job.source == .docker)
  }

  @Test func aContainerIsAskedAgainOnceItsRuntimeHasPreparedIt() {
    process(100, ["runc", "init"])
    box.group("/docker/\(Self.id)", processes: [100])
    let sampler = box.sampler()
    for _ in 0..<20 {
      _ = sampler.sample()
      usleep(1000)
    }
    #expect(sampler.sample().names == ["@3fa9c2"])
    process(100, ["python3", "train.py"])
    #expect(sampler.sample(untilJob: "train.py@3fa9c2") != nil)
  }

  @Test func slurmsJobsLieBelowItsScope() {
    process(100, ["python3", "train.py"], user: 1000)
    let scope = "/system.slice/slurmstepd.scope"
    for level in ["/system.slice", scope, "\(scope)/system"] { box.group(level) }
    box.group("\(scope)/job_42", usage: 70)
    box.group("\(scope)/job_42/step_0", usage: 70)
    box.group("\(scope)/job_42/step_0/user", usage: 70)
    box.group("\(scope)/job_42/step_0/user/task_0", processes: [100], usage: 70)
    let job = box.sampler().sample().jobs.first
    #expect(job?.job.name.string == "slurm-42")
    #expect(job?.job.owner.string == "alice")
    #expect(job?.processes == 1)
    #expect(job?.cpu.usage == 70_000)
  }

  @Test func podsAreLevelsAndTheirContainersJobs() {
    process(100, ["sh", "-c", "python3 serve.py"])
    let pod = "/kubepods/burstable/pod1234"
    for level in ["/kubepods", "/kubepods/burstable", pod] { box.group(level) }
    box.group("\(pod)/\(Self.id)", processes: [100])
    let job = box.sampler().sample(untilJob: "serve.py@3fa9c2")
    #expect(job?.job.source == .kubernetes)
  }

  @Test func aServiceIsAJobOnceItUsesSomethingAndStaysOne() {
    process(100, ["python3", "train.py"])
    box.group("/system.slice")
    box.group("/system.slice/train.service", processes: [100])
    let sampler = box.sampler()
    for _ in 0..<3 { #expect(sampler.sample().names == []) }
    let sample = sampler.sample(
      changing: {
        let usage = Clock.now.nanoseconds / 100
        box.group("/system.slice/train.service", processes: [100], usage: usage)
      }, until: { $0.names == ["train"] })
    #expect(sample.names == ["train"])
    for _ in 0..<10 { #expect(sampler.sample().names == ["train"]) }
  }

  @Test(arguments: [
    ["cpu.max": "200000 100000\n"], ["memory.max": "1073741824\n"], ["memory.high": "1048576\n"],
  ])
  func aGroupWithALimitOfItsOwnIsAJobAtOnce(files: [String: String]) {
    process(100, ["python3", "train.py"])
    box.group("/train.service", processes: [100], files)
    #expect(box.sampler().sample().names == ["train"])
  }

  @Test func jobsBelowOneQuotaAreAllSeenToBeThrottledByIt() {
    func slice(periods: Int, throttled: Int) {
      let text = "usage_usec 0\nnr_periods \(periods)\nnr_throttled \(throttled)\n"
      box.group("/team.slice", ["cpu.max": "200000 100000\n", "cpu.stat": text])
    }
    slice(periods: 10, throttled: 0)
    for name in ["a", "b"] {
      box.group("/team.slice/\(name).service", processes: [100], ["memory.max": "1048576\n"])
    }
    process(100, ["python3", "train.py"])
    let sampler = box.sampler()
    _ = sampler.sample()
    _ = sampler.sample()
    slice(periods: 20, throttled: 4)
    let jobs = sampler.sample().jobs
    #expect(jobs.map(\.cpu.throttledPeriods) == [4, 4])
    #expect(jobs.map(\.grant.cores) == [.at(Cores(2)), .at(Cores(2))])
  }

  @Test func aLimitThatIsSetLaterIsSeenToo() {
    process(100, ["python3", "train.py"])
    box.group("/train.service", processes: [100], ["cpu.max": "max 100000\n"])
    let sampler = box.sampler()
    for _ in 0..<4 { #expect(sampler.sample().names == []) }
    box.group("/train.service", processes: [100], ["cpu.max": "50000 100000\n"])
    _ = sampler.sample()
    #expect(sampler.sample().names == ["train"])
  }

  @Test func afterAChangeTheLimitsOfAllJobsAreReadWithOneSample() {
    for (index, name) in ["a", "b", "c"].enumerated() {
      process(100 + Int32(index), ["python3", "train.py"])
      box.group("/\(name).service", processes: [100 + Int32(index)], ["cpu.max": "100000 100000\n"])
    }
    // Everybody's turn comes every fifth sample.
    let sampler = box.sampler(interval: 1)
    _ = sampler.sample()
    for name in ["a", "b", "c"] { box.write("/cg/\(name).service/cpu.max", "250000 100000\n") }
    let jobs = sampler.sample(limitsAnew: true).jobs
    #expect(jobs.map(\.grant.cores) == Array(repeating: .at(Cores(2.5)), count: 3))
  }

  @Test func aLimitForNobodyIsNoJob() {
    box.group("/train.service", ["cpu.max": "200000 100000\n", "memory.max": "max\n"])
    let sampler = box.sampler()
    for _ in 0..<3 { #expect(sampler.sample().names == []) }
  }

  @Test func limitsOfVersion1CountAsWell() {
    box.mount(["cpu,cpuacct", "memory"])
    process(100, ["python3", "train.py"])
    for path in ["/cg/cpu,cpuacct", "/cg/cpu,cpuacct/a.service"] {
      box.write("\(path)/cgroup.procs", "100\n")
      box.write("\(path)/cpuacct.usage", "5\n")
      box.write("\(path)/cpu.cfs_quota_us", "-1\n")
    }
    box.write("/cg/memory/a.service/memory.limit_in_bytes", "9223372036854771712\n")
    #expect(box.sampler().sample().names == [])
    box.write("/cg/memory/a.service/memory.limit_in_bytes", "1073741824\n")
    #expect(box.sampler().sample().names == ["a"])
  }

  @Test func aServiceThatHoldsAGibibyteIsAJob() {
    process(100, ["python3", "train.py"])
    box.group("/train.service", processes: [100], anonymous: 1 << 30)
    let sampler = box.sampler()
    _ = sampler.sample()
    #expect(sampler.sample().names == ["train"])
  }

  @Test func pageCacheAloneMakesNoJob() {
    process(100, ["dd"])
    box.group(
      "/copy.service", processes: [100],
      [
        "memory.current": "8589934592\n", "memory.stat": "anon 4096\nfile 8589930496\nshmem 0\n",
      ])
    let sampler = box.sampler()
    for _ in 0..<3 { _ = sampler.sample() }
    #expect(sampler.sample().names == [])
  }

  @Test func aGroupThatIsMadeAgainIsAnotherJobOfTheSameName() throws {
    box.group("/loadline/a", usage: 100)
    let sampler = box.sampler()
    let first = try #require(sampler.sample().jobs.first)
    box.write("/cg/loadline/a/cpu.stat", "")
    // Made before the other is gone, so that it cannot get the same inode.
    box.make("/cg/loadline/b")
    box.remove("/cg/loadline/a")
    rename("\(box.directory)/cg/loadline/b", "\(box.directory)/cg/loadline/a")
    box.group("/loadline/a", usage: 5)
    let second = try #require(sampler.sample(untilJob: "a"))
    #expect(second.job.id != first.job.id)
    #expect(second.cpu.usage == 5000)
  }

  @Test func aGroupThatGoesTakesItsJobWithIt() {
    box.group("/loadline/a", usage: 100)
    box.group("/loadline/b", usage: 100)
    let sampler = box.sampler()
    #expect(sampler.sample().names == ["a", "b"])
    // Read as gone before its directory is: as a group that is removed while it is read.
    box.write("/cg/loadline/a/cpu.stat", "")
    box.remove("/cg/loadline/a")
    #expect(sampler.sample().names == ["b"])
  }

  @Test func aNewGroupIsFoundInTheNextSample() {
    box.group("/loadline")
    let sampler = box.sampler(interval: 1)
    #expect(sampler.sample().names == [])
    box.group("/loadline/a")
    box.group("/loadline/@1000/b")
    #expect(sampler.sample().names == ["a", "b"])
  }

  @Test func namesOfGroupsAreMadeSafe() {
    box.group("/loadline/\u{1B}[2Jtrain\u{202E}")
    let sample = box.sampler().sample()
    #expect(sample.names == ["·[2Jtrain"])
  }

  @Test func aNameThatIsNoTextDoesNotStopTheRest() {
    mkdir("\(box.directory)/cg/loadline", 0o755)
    let bytes = Array("\(box.directory)/cg/loadline/".utf8CString.dropLast()) + [-1, -2, 0]
    mkdir(bytes, 0o755)
    box.group("/loadline/a")
    let sampler = box.sampler()
    for _ in 0..<3 { #expect(sampler.sample().names == ["a"]) }
    rmdir(bytes)
  }

  @Test func groupsNestedByTheHundredAreWalkedToADepth() {
    let path = String(repeating: "/n", count: 200)
    box.group(path)
    let sampler = box.sampler()
    for _ in 0..<3 { _ = sampler.sample() }
    #expect(sampler.tree.nodes.count < 50)
  }

  // MARK: Records

  @Test func aRunsRecordNamesItsOwnerAndBudget() throws {
    box.group("/loadline/train")
    let sampler = box.sampler()
    let before = try #require(sampler.sample().jobs.first)
    #expect(before.job.declaration == nil)
    // The record is written after the group was seen.
    guard try record(on: "/loadline/train") else { return }
    let after = try #require(sampler.sample().jobs.first)
    #expect(after.job.owner.string == "alice")
    #expect(after.job.budget.cores == Cores(2))
    #expect(after.job.id == before.job.id)
  }

  /// False where the file system has no attributes.
  private func record(on group: String) throws -> Bool {
    var record = RunRecord(
      name: try #require(RunName("train")), uid: 1000, pid: 1, start: 1, time: 1)
    record.limits.cores = Cores(2)
    let bytes = try #require(record.encoded())
    return setxattr("\(box.directory)/cg\(group)", RunRecord.attribute, bytes, bytes.count, 0) == 0
  }

  @Test(.enabled(if: getuid() == 0, "only root may give files to others"))
  func aUsersRecordFileSpeaksOnlyForProcessesOfTheirOwn() throws {
    box.group("/", processes: [1, 100, 200])
    box.write(FakeProcess(1, "init", parent: 0))
    process(100, ["python3", "a.py"], user: 1000)
    process(200, ["python3", "b.py"], user: 0)
    for pid in [Int32(100), 200] {
      let record = RunRecord(
        name: try #require(RunName("mine-\(pid)")), uid: 1000, pid: pid, start: 1000, time: 1)
      let path = "/run/user/1000/loadline/\(RunRecord.fileName(pid: pid, start: 1000))"
      box.write(path, try #require(record.encoded()))
      chown(box.directory + path, 1000, 1000)
    }
    chown("\(box.directory)/run/user/1000/loadline", 1000, 1000)
    let sampler = box.sampler()
    #expect(sampler.sample(untilJob: "mine-100")?.job.owner.string == "alice")
    #expect(sampler.sample().names == ["mine-100"])
  }

  @Test(.enabled(if: getuid() == 0, "only root may give files to others"))
  func aDirectoryOfAStrangerIsNotRead() throws {
    box.group("/", processes: [1, 100])
    box.write(FakeProcess(1, "init", parent: 0))
    process(100, ["python3", "a.py"], user: 0)
    let record = RunRecord(
      name: try #require(RunName("root-job")), uid: 0, pid: 100, start: 1000, time: 1)
    let path = "/tmp/loadline-0/\(RunRecord.fileName(pid: 100, start: 1000))"
    box.write(path, try #require(record.encoded()))
    chown("\(box.directory)/tmp/loadline-0", 1000, 1000)
    let sampler = box.sampler()
    for _ in 0..<3 { _ = sampler.sample() }
    #expect(sampler.sample().names == [])
  }

  @Test func aProcessThatHoldsAGPUIsTheJobsWhoseGroupItIsIn() {
    process(100, ["python3", "train.py"])
    box.group("/train.service", processes: [100], ["memory.max": "1048576\n"])
    box.write("/proc/100/cgroup", "0::/train.service/worker\n")
    let sampler = box.sampler()
    let sample = sampler.sample(gpuHolders: [100, 4711])
    #expect(sample.gpuOwners[100]?.job == sample.jobs.first?.job.id)
    #expect(sample.jobs.first?.job.id != nil)
    #expect(sample.gpuOwners[4711] == nil, "there is no such process")
  }

  @Test func aCommandThatHoldsAGPUIsAJobHoweverLittleElseItUses() {
    process(100, ["python3", "train.py"])
    box.group("/user.slice")
    box.group("/user.slice/session-1.scope", processes: [100])
    box.write("/proc/100/cgroup", "0::/user.slice/session-1.scope\n")
    let sampler = box.sampler()
    for _ in 0..<5 { #expect(sampler.sample().names == []) }
    var sample = sampler.sample(gpuHolders: [100])
    for _ in 0..<500 where sample.names.isEmpty {
      usleep(1000)
      sample = sampler.sample(gpuHolders: [100])
    }
    #expect(sample.names == ["train.py"])
    sample = sampler.sample(gpuHolders: [100])
    #expect(sample.gpuOwners[100]?.job == sample.jobs.first?.job.id)
  }

  @Test func aServiceThatHoldsAGPUIsAJobHoweverLittleElseItUses() {
    process(100, ["tritonserver"])
    box.group("/system.slice")
    box.group("/system.slice/triton.service", processes: [100])
    box.write("/proc/100/cgroup", "0::/system.slice/triton.service\n")
    let sampler = box.sampler()
    #expect(sampler.sample().names == [])
    _ = sampler.sample(gpuHolders: [100])
    #expect(sampler.sample(gpuHolders: [100]).names == ["triton"])
  }
}
