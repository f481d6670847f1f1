import Model
import Testing

@testable import Sampler

/// The whole sampler on trees captured from real systems; each file says from which.
@Suite struct CapturedBoxTests {
  @Test func aRunOnAHostWithV1ControllersApart() throws {
    let box = FakeBox(fixture: "host-v1-split")
    box.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
    for name in ["cpu", "cpuacct"] { box.write("/sys/fs/cgroup/\(name)/release_agent", "\n") }
    let sample = box.sampler().sample()
    #expect(sample.notices == [])
    #expect(sample.box.cores == Cores(2))
    #expect(!sample.box.isContainer)
    #expect(sample.box.hostName.string == "vm")
    #expect(sample.jobs.count == 1)
    let job = try #require(sample.jobs.first)
    #expect(job.job.name.string == "test-fixture")
    #expect(job.job.owner.string == "root")
    #expect(job.job.source == .run)
    #expect(job.cpu.usage == 976_634_436)
    #expect(job.grant.cores == .at(Cores(0.25)))
    #expect(job.grant.cpus == CPUSet([0]))
    #expect(job.grant.weight == 50)
    #expect(job.grant.memory == .at(.mebi(300)))
    #expect(job.grant.memoryHigh == .unlimited)
    #expect(job.grant.read == .unlimited)
    #expect(job.grant.write == .at(ByteRate(8_388_608)))
    #expect(job.memory.charged == Bytes(28_762_112))
    #expect(job.memory.anonymous == Bytes(28_004_352))
    #expect(job.memory.file == Bytes(471_040))
    #expect(job.memory.kernel == Bytes(172_032))
    #expect(job.memory.peak == Bytes(28_766_208))
    #expect(job.memory.oomKills == 0)
    #expect(job.io.read == 471_040)
    #expect(job.io.written == 4_194_304)
    #expect(job.pressure.cpuSome == 3_377_475)
    #expect(job.pressure.ioFull == 448_253)
    #expect(job.processes == 1)
    #expect(job.threads == 1)
    #expect(sample.other.memory.anonymous == Bytes(1_168_474_112 - 28_004_352))
    #expect(sample.other.memory.kernel == Bytes(437_153_792 - 172_032 - 255_056 * 1024))
  }

  @Test func servicesAndSessionsOfSystemdOnV2() throws {
    let box = FakeBox(fixture: "guest-v2-systemd")
    box.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\ndev:x:1000:1000::/home/dev:/bin/sh\n")
    let sampler = box.sampler()
    let first = sampler.sample()
    #expect(first.notices == [])
    // Nothing has been seen to use anything yet: only what has a limit of its own is a job, and none of
    // systemd's own groups has.
    #expect(first.names == ["train"])
    let train = "/sys/fs/cgroup/system.slice/train.service"
    let scope =
      "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/"
      + "run-r7f4bd892cc27402ebce0f52a474673ee.scope"
    for group in [train, scope] {
      box.write("\(group)/cpu.stat", "usage_usec 999999999999\nnr_periods 9\nnr_throttled 4\n")
    }
    let names = sampler.sample { $0.names == ["python3@7f4bd8", "train"] }
    #expect(names.names == ["python3@7f4bd8", "train"])
    let job = try #require(names.jobs.first { $0.job.name.string == "train" })
    #expect(job.job.source == .systemd)
    #expect(job.job.owner.string == "root")
    #expect(job.job.cgroup == "/system.slice/train.service")
    #expect(job.grant.cores == .at(Cores(0.5)))
    #expect(job.grant.memory == .at(.mebi(300)))
    #expect(job.cpu.usage == 999_999_999_999_000)
    #expect(job.processes == 1)
    let other = try #require(names.jobs.first { $0.job.name.string != "train" })
    #expect(other.job.owner.string == "dev")
    #expect(other.grant.cores == .unlimited)
  }

  @Test func aCommandInASessionOnV2IsAJobOfItsUser() throws {
    let box = FakeBox(fixture: "guest-v2-systemd")
    box.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\ndev:x:1000:1000::/home/dev:/bin/sh\n")
    // Started by a configuration's wish, so that it need not be busy.
    let sampler = box.sampler([
      JobDeclaration(match: JobMatch(user: "dev"), budget: Budget(cores: Cores(1)))
    ])
    let job = try #require(sampler.sample(untilJob: "python3"))
    #expect(job.job.owner.string == "dev")
    #expect(job.job.source == .config)
    #expect(job.job.cgroup == nil)
    #expect(job.job.budget.cores == Cores(1))
    #expect(job.grant.cpus == CPUSet([0, 1, 2, 3]))
    #expect(job.grant.cores == .unlimited)
    #expect(job.processes == 1)
  }

  @Test func servicesOfSystemdOnV1() throws {
    let box = FakeBox(fixture: "guest-v1-systemd")
    box.write("/sys/fs/cgroup/cpu,cpuacct/release_agent", "\n")
    let sampler = box.sampler()
    #expect(sampler.sample().names == ["train"])
    box.write(
      "/sys/fs/cgroup/cpu,cpuacct/system.slice/train.service/cpuacct.usage", "999999999999999\n")
    let job = try #require(sampler.sample(untilJob: "train"))
    #expect(job.grant.cores == .at(Cores(0.5)))
    #expect(job.grant.memory == .at(.mebi(300)))
    #expect(job.memory.anonymous.map { $0 > .mebi(20) } == true)
    #expect(job.cpu.usage == 999_999_999_999_999)
  }
}
