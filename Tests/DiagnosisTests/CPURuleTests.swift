import Model
import Testing

@Suite("cpu-quota") struct CPUQuotaTests {
  @Test("is amber after 10 s in which the quota ran out in 5 % of periods, and not one before")
  func amber() {
    let run = Run()
    run.job.cpu.throttled = Share(0.06)
    run.pass(9)
    #expect(run.finding(.cpuQuota) == nil)
    run.pass(1)
    #expect(run.finding(.cpuQuota)?.level == .amber)
    run.pass(60)
    #expect(run.finding(.cpuQuota)?.level == .amber)
  }

  @Test("is red after 30 s at 25 %")
  func red() {
    let run = Run()
    run.job.cpu.throttled = Share(0.9)
    run.pass(29)
    #expect(run.finding(.cpuQuota)?.level == .amber)
    run.pass(1)
    #expect(run.finding(.cpuQuota)?.level == .red)
  }

  @Test("stays quiet below 5 %, and for a burst of a few seconds")
  func quiet() {
    let run = Run()
    run.job.cpu.throttled = Share(0.045)
    run.pass(300)
    #expect(run.finding(.cpuQuota) == nil)
    for _ in 0..<10 {
      run.job.cpu.throttled = Share(0.2)
      run.pass(3)
      run.job.cpu.throttled = Share(0)
      run.pass(20)
    }
    #expect(run.finding(.cpuQuota) == nil)
  }

  @Test("clears once it was below 3.5 % for 10 s, not while it is in between")
  func clears() {
    let run = Run()
    run.job.cpu.throttled = Share(0.06)
    run.pass(30)
    run.job.cpu.throttled = Share(0.04)
    run.pass(300)
    #expect(run.finding(.cpuQuota) != nil)
    run.job.cpu.throttled = Share(0)
    run.pass(9)
    #expect(run.finding(.cpuQuota) != nil)
    run.pass(3)
    #expect(run.finding(.cpuQuota) == nil)
  }

  @Test("says for how long, what it wants and what it has")
  func words() throws {
    let run = Run()
    run.job.cpu.throttled = Share(0.38)
    run.job.cpu.used = Cores(16)
    run.job.cpu.demand = Cores(22.4)
    run.pass(720, opened: true)
    let finding = try #require(run.finding(.cpuQuota))
    #expect(
      finding.text
        == "Cores are at the line: throttled in 38 % of periods for 12 min; it wants 22.4 cores and has 16."
    )
    #expect(finding.suggestion?.text == "give it 7 more cores")
    #expect(finding.suggestion?.amount == .cores(Cores(7)))
    #expect(finding.ruledOut.map(\.rule) == [.reclaim, .io])
  }

  @Test("names the group above that throttles it")
  func ancestor() throws {
    let run = Run()
    run.evidence.throttlingAncestor = SafeText("/user.slice/user-1000.slice")
    run.job.cpu.throttled = Share(0.3)
    run.pass(10)
    let finding = try #require(run.finding(.cpuQuota))
    #expect(finding.text.contains("throttled by the quota of /user.slice/user-1000.slice in 30 %"))
    #expect(finding.suggestion?.resource == .groupAbove)
    #expect(
      finding.suggestion?.text == "raise the quota of /user.slice/user-1000.slice by 5 cores")
  }

  @Test("asks for burst where it uses less than 0.7 of its grant on average")
  func burst() throws {
    let run = Run()
    run.job.cpu.used = Cores(6)
    run.pass(120)
    run.job.cpu.throttled = Share(0.3)
    run.pass(10)
    let suggestion = try #require(run.finding(.cpuQuota)?.suggestion)
    #expect(suggestion.resource == .knob(.burst))
    #expect(suggestion.amount == .burst(1.6))
  }

  @Test("does not look at a job without a quota, and says what it misses of one that has")
  func missing() {
    let run = Run()
    run.job.cpu.throttled = nil
    run.pass(1)
    #expect(run.missing(.cpuQuota) == .throttledPeriods)
    run.job.grant.cores = .unlimited
    run.pass(2)
    #expect(run.missing(.cpuQuota) == nil)
  }
}

@Suite("cpu-contention") struct CPUContentionTests {
  @Test("is amber after 30 s of waiting a fifth of the wanted time, red at half")
  func levels() {
    let run = Run()
    run.job.cpu.used = Cores(8)
    run.job.cpu.demand = Cores(10)
    run.pass(29)
    #expect(run.finding(.cpuContention) == nil)
    run.pass(1)
    #expect(run.finding(.cpuContention)?.level == .amber)
    run.job.cpu.demand = Cores(17)
    run.pass(30)
    #expect(run.finding(.cpuContention)?.level == .red)
    run.job.cpu.demand = Cores(8)
    run.pass(45)
    #expect(run.finding(.cpuContention) == nil)
  }

  @Test("is not told while a quota throttles: both look the same")
  func throttled() {
    let run = Run()
    run.job.cpu.used = Cores(8)
    run.job.cpu.demand = Cores(16)
    run.job.cpu.throttled = Share(0.1)
    run.pass(300)
    #expect(run.finding(.cpuContention) == nil)
    #expect(run.missing(.cpuContention) == .throttled)
    #expect(run.standing == [.cpuQuota])
  }

  @Test("does not care for a job that hardly wants a CPU")
  func small() {
    let run = Run()
    run.job.cpu.used = Cores(0.1)
    run.job.cpu.demand = Cores(0.3)
    run.pass(300)
    #expect(run.finding(.cpuContention) == nil)
  }

  @Test("blames the job itself where it wants more than its own CPUs")
  func itself() throws {
    let run = Run()
    run.job.grant.cpus = CPUSet(0..<8)
    run.job.grant.cores = .at(Cores(8))
    run.job.cpu.used = Cores(8)
    run.job.cpu.demand = Cores(14)
    run.pass(30)
    let finding = try #require(run.finding(.cpuContention))
    #expect(
      finding.text
        == "It waits for CPUs: its threads got none in 43 % of the time in which they wanted one; it wants 14 cores itself and its core set has 8."
    )
    #expect(run.standing == [.coreSet, .cpuContention])
    #expect(finding.role == .contributing)
  }

  @Test("names the neighbour that uses most on the same CPUs")
  func neighbour() throws {
    let run = Run()
    for (inode, name, cores, cpus) in [
      (2, "vit-b", 30.0, 0..<64), (3, "elsewhere", 50.0, 16..<64), (4, "small", 2, 0..<64),
    ] {
      var other = Run.job(UInt64(inode), name)
      other.cpu.used = Cores(cores)
      other.cpu.demand = other.cpu.used
      other.grant.cpus = CPUSet(cpus)
      run.moment.jobs.append(other)
    }
    run.job.grant.cpus = CPUSet(0..<16)
    run.job.cpu.used = Cores(8)
    run.job.cpu.demand = Cores(12)
    run.pass(30)
    let finding = try #require(run.finding(.cpuContention))
    #expect(finding.text.hasSuffix("vit-b uses 30 cores on the same CPUs."))
    #expect(finding.suggestion?.resource == .knob(.cpus))
  }

  @Test("does not blame a job that would have enough without its neighbour")
  func enough() throws {
    let run = Run()
    var other = Run.job(2, "vit-b")
    other.cpu.used = Cores(50)
    run.moment.jobs.append(other)
    run.job.cpu.used = Cores(14)
    run.job.cpu.demand = Cores(64.5)
    run.pass(30)
    #expect(try #require(run.finding(.cpuContention)).text.hasSuffix("on the same CPUs."))
  }

  @Test("blames the hypervisor where it takes a tenth of the box")
  func hypervisor() throws {
    let run = Run()
    run.moment.box.stolen = Cores(7)
    run.job.cpu.used = Cores(8)
    run.job.cpu.demand = Cores(12)
    run.pass(30)
    let finding = try #require(run.finding(.cpuContention))
    #expect(finding.text.hasSuffix("the hypervisor takes 7 of the box's 64 cores."))
    #expect(finding.suggestion == nil)
  }
}

@Suite("core-set") struct CoreSetTests {
  private func narrow(_ demand: Double) -> Run {
    let run = Run()
    run.job.grant.cpus = CPUSet(0..<8)
    run.job.cpu.used = Cores(8)
    run.job.cpu.demand = Cores(demand)
    return run
  }

  @Test("is amber after 30 s of wanting more than 1.25 times its CPUs")
  func amber() {
    let run = narrow(10.5)
    run.pass(29)
    #expect(run.finding(.coreSet) == nil)
    run.pass(1)
    #expect(
      run.finding(.coreSet)?.text == "Its core set is too small: it wants 10.5 cores and has 8.")
    #expect(run.finding(.coreSet)?.suggestion?.text == "give it 3 more CPUs")
    run.job.cpu.demand = Cores(6)
    run.pass(45)
    #expect(run.finding(.coreSet) == nil)
  }

  @Test("stays quiet at 1.2 times, and for a job that may use every CPU")
  func quiet() {
    let run = narrow(9.6)
    run.pass(120)
    #expect(run.finding(.coreSet) == nil)
    let wide = Run()
    wide.job.cpu.demand = Cores(200)
    wide.pass(120)
    #expect(wide.finding(.coreSet) == nil)
  }

  @Test("says that more cores will not help threads that confine themselves")
  func affinity() throws {
    let run = narrow(9)
    run.evidence.affinity = CPUSet(0..<4)
    run.pass(30)
    let finding = try #require(run.finding(.coreSet))
    #expect(
      finding.text
        == "Its threads confine themselves to 4 of the 8 CPUs that they may use and want 9 cores: more cores will not help."
    )
    #expect(finding.suggestion?.resource == .code)
  }
}

@Suite("numa") struct RemoteMemoryTests {
  private func twoNodes() -> Run {
    let run = Run()
    run.moment.box.numaNodes = 2
    run.moment.box.topology = Topology((0..<64).map { Topology.CPU($0, node: $0 / 32) })
    return run
  }

  @Test("is amber after a minute with less than 0.7 of its memory near")
  func memory() {
    let run = twoNodes()
    run.evidence.localMemory = Share(0.69)
    run.pass(59)
    #expect(run.finding(.numa) == nil)
    run.pass(1)
    #expect(
      run.finding(.numa)?.text
        == "It reaches across NUMA nodes: 31 % of its memory is on another node than its CPUs.")
    run.evidence.localMemory = Share(0.95)
    run.pass(60)
    #expect(run.finding(.numa) == nil)
  }

  @Test("tells of a core set that is away from the GPU, and not of one beside it")
  func gpu() throws {
    let run = twoNodes()
    run.evidence.localMemory = Share(1)
    run.addGPUs(1)
    run.job.grant.cpus = CPUSet(0..<16)
    run.pass(120)
    #expect(run.finding(.numa) == nil)
    run.job.grant.cpus = CPUSet(32..<48)
    run.pass(60)
    #expect(
      try #require(run.finding(.numa)).text
        == "It reaches across NUMA nodes: 100 % of its CPUs are not on its GPU's node 0.")
  }

  @Test("does not look where there is one node")
  func oneNode() {
    let run = Run()
    run.evidence.localMemory = Share(0.1)
    run.pass(120)
    #expect(run.finding(.numa) == nil)
    #expect(run.missing(.numa) == nil)
  }
}
