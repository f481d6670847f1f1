import Model
import Testing

@testable import Control

@Suite struct LimitPlanTests {
  static let box = BoxFacts(online: CPUSet(0...7), memory: .gibi(64))
  static let v2 = ControllerSupport(
    interfaces: [.cpu: .v2, .cpuset: .v2, .memory: .v2, .io: .v2], reason: "r")
  static let v1 = ControllerSupport(
    interfaces: [.cpu: .v1, .cpuset: .v1, .memory: .v1, .io: .v1], reason: "r")
  static let everything = RunLimits(
    cores: Cores(2.5), memory: Bytes(10_000_000), memoryHigh: Bytes(9_000_000), weight: 50,
    cpus: CPUSet(0...3), read: ByteRate(5e6), write: ByteRate(1e6))
  static let disks = [DiskNumber(major: 8, minor: 0), DiskNumber(major: 8, minor: 16)]

  private func plan(
    _ limits: RunLimits, _ support: ControllerSupport, swap: Bool = false,
    claimed: [CPUSet] = [], root: Bool = false
  ) -> LimitPlan {
    LimitPlan(
      limits, allowsSwap: swap,
      in: LimitPlan.Surroundings(
        support: support, box: Self.box, disks: Self.disks, claimed: claimed,
        mayRaisePriority: root))
  }

  private func writes(_ plan: LimitPlan) -> [String] {
    plan.settings.map { "\($0.file) \($0.value)" }
  }

  @Test func v2FilesGetWholePagesAndRatesForEveryDisk() {
    let plan = plan(Self.everything, Self.v2)
    #expect(
      writes(plan) == [
        "cpuset.cpus 0-3", "cpu.max 250000 100000", "cpu.weight 50", "memory.max 9998336",
        "memory.swap.max 0", "memory.high 8998912", "io.max 8:0 rbps=5000000",
        "io.max 8:16 rbps=5000000", "io.max 8:0 wbps=1000000", "io.max 8:16 wbps=1000000",
      ])
    #expect(plan.unenforced == [])
    #expect(plan.notes == [])
    #expect(plan.pinned == nil)
  }

  @Test func v1FilesGetTheSameLimitsAsFarAsTheyExist() {
    let plan = plan(Self.everything, Self.v1)
    #expect(
      writes(plan) == [
        "cpuset.cpus 0-3", "cpu.cfs_period_us 100000", "cpu.cfs_quota_us 250000",
        "cpu.shares 512", "memory.limit_in_bytes 9998336", "memory.memsw.limit_in_bytes 9998336",
        "blkio.throttle.read_bps_device 8:0 5000000", "blkio.throttle.read_bps_device 8:16 5000000",
        "blkio.throttle.write_bps_device 8:0 1000000",
        "blkio.throttle.write_bps_device 8:16 1000000",
      ])
    #expect(plan.unenforced == [.memoryHigh])
    #expect(
      plan.notes == [
        "not enforced: --memory-high (cgroup v1 has no memory.high).",
        "--io-write on cgroup v1 holds for direct and synchronous writes only: buffered ones pass unthrottled.",
      ])
  }

  @Test func swapStaysOnlyWhereItIsAskedFor() {
    let limits = RunLimits(memory: .gibi(1))
    #expect(writes(plan(limits, Self.v2, swap: true)) == ["memory.max 1073741824"])
    #expect(writes(plan(limits, Self.v1, swap: true)) == ["memory.limit_in_bytes 1073741824"])
  }

  @Test func withoutACgroupCoresAndWeightBecomeWhatAProcessCanDoAndTheRestIsSaid() {
    let limits = RunLimits(
      cores: Cores(1.5), memory: .gibi(1), weight: 50, read: ByteRate(5e6))
    let plan = plan(limits, .none("no cgroups here"))
    #expect(plan.settings == [])
    #expect(plan.pinned == CPUSet([0, 1]))
    #expect(plan.nice == 3)
    #expect(plan.unenforced == [.memory, .read])
    #expect(
      plan.notes == [
        "not enforced: --memory, --io-read (no cgroups here); --cores 1.5 is an affinity to CPU 0-1, --weight 50 is nice 3."
      ])
  }

  @Test func pinnedJobsAreSpreadOverTheirOwnCPUs() {
    let limits = RunLimits(cores: Cores(2), cpus: CPUSet(0...3))
    let plan = plan(limits, .none("r"), claimed: [CPUSet([0, 1]), CPUSet([0])])
    #expect(plan.pinned == CPUSet([2, 3]))
  }

  @Test func asManyCoresAsThereAreNeedNoAffinity() {
    let plan = plan(RunLimits(cores: Cores(8)), .none("r"))
    #expect(plan.pinned == nil)
    #expect(plan.notes == [])
  }

  @Test func aPartOfTheLastCoreCannotBeAnAffinity() {
    let whole = plan(RunLimits(cores: Cores(7.5)), .none("r"))
    #expect(whole.pinned == nil)
    #expect(whole.notes == ["not enforced: --cores (r)."])
    let within = plan(RunLimits(cores: Cores(0.5), cpus: CPUSet([3])), .none("r"))
    #expect(within.pinned == CPUSet([3]))
    #expect(within.unenforced == [.cores])
  }

  @Test func onlyRootRaisesAPriority() {
    let limits = RunLimits(weight: 200)
    #expect(plan(limits, .none("r")).unenforced == [.weight])
    #expect(plan(limits, .none("r"), root: true).nice == -3)
    #expect(plan(RunLimits(weight: 100), .none("r")).notes == [])
  }

  @Test(arguments: [(1, 10), (100, 1024), (10_000, 102_400)])
  func weightsBecomeShares(weight: Int, shares: Int) {
    #expect(writes(plan(RunLimits(weight: weight), Self.v1)) == ["cpu.shares \(shares)"])
  }

  @Test(arguments: [(0.01, 1000), (0.3333, 33_330), (0.33333, 33_330), (1, 100_000)])
  func quotasAreWhatSystemdCanSayToo(cores: Double, quota: Int64) {
    #expect(LimitPlan.quota(Cores(cores)) == quota)
  }

  @Test func whatIsMissingInOnePlaceIsStillLimitedInAnother() {
    let support = ControllerSupport(interfaces: [.memory: .v2], reason: "not delegated")
    let plan = plan(RunLimits(cores: Cores(1), memory: .gibi(1)), support)
    #expect(writes(plan) == ["memory.max 1073741824", "memory.swap.max 0"])
    #expect(plan.pinned == CPUSet([0]))
    #expect(plan.notes == ["--cores 1 is an affinity to CPU 0 (not delegated)."])
  }
}

@Suite struct SettingTests {
  private func setting(_ check: Setting.Check) -> Setting {
    Setting(kind: .cores, controller: "c", file: "f", value: "v", check: check)
  }

  @Test func aValueMustBeReadBackExactly() {
    #expect(setting(.equals("250000 100000")).holds(in: "250000 100000\n"))
    #expect(!setting(.equals("250000 100000")).holds(in: "max 100000\n"))
    #expect(!setting(.equals("25")).holds(in: "250\n"))
  }

  @Test func aCoreSetIsComparedAsASet() {
    let setting = setting(.cpus(CPUSet([0, 1]), file: "cpuset.cpus.effective"))
    #expect(setting.checkedFile == "cpuset.cpus.effective")
    #expect(setting.holds(in: "0-1\n"))
    #expect(!setting.holds(in: "0-3\n"))
    #expect(!setting.holds(in: ""))
  }

  @Test func aRateIsLookedForOnItsOwnDisk() {
    let setting = setting(.disk(DiskNumber(major: 8, minor: 0), "rbps=5"))
    #expect(setting.holds(in: "8:16 rbps=7\n8:0 rbps=5 wbps=max\n"))
    #expect(!setting.holds(in: "8:16 rbps=5 wbps=max\n"))
    #expect(!setting.holds(in: "8:0 rbps=50 wbps=max\n"))
  }
}
