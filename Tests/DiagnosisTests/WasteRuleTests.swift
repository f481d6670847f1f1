import Diagnosis
import Model
import Testing

@Suite("gpu-idle") struct GPUIdleTests {
  private func idle(_ count: Int = 1) -> Run {
    let run = Run()
    run.addGPUs(count)
    run.gpus(busy: 0)
    return run
  }

  @Test("is amber after 5 min, red after 15, and says what the job does instead")
  func levels() throws {
    let run = idle()
    let began = run.moment.time.advanced(bySeconds: 1)
    run.pass(300)
    #expect(run.finding(.gpuIdle) == nil)
    run.pass(1)
    #expect(run.finding(.gpuIdle)?.level == .amber)
    run.pass(600)
    let finding = try #require(run.finding(.gpuIdle))
    #expect(finding.level == .red)
    #expect(
      finding.text == "GPU 0 has been idle for 15 min; meanwhile the job uses 12 cores.")
    #expect(finding.waste == Waste(gpus: 1))
    #expect(finding.since == began)
    #expect(finding.role == .separate)
  }

  @Test("counts the idle ones of several, each by its own time")
  func several() throws {
    let run = idle(4)
    run.moment.gpus[3].reading.busy = .value(Share(0.9))
    for _ in 0..<20 {
      // One that works now and then is not idle because others are.
      run.moment.gpus[2].reading.busy = .value(Share(0.9))
      run.pass(1)
      run.moment.gpus[2].reading.busy = .value(Share(0))
      run.pass(19)
    }
    let finding = try #require(run.finding(.gpuIdle))
    #expect(finding.text.hasPrefix("GPUs 0 and 1 have been idle"))
    #expect(finding.waste?.gpus == 2)
  }

  @Test("is wasted once where two jobs hold it")
  func shared() throws {
    let run = idle()
    run.moment.gpus[0].holders.append(
      GPUHolder(job: .cgroup(inode: 2), reason: .context))
    run.pass(301)
    #expect(try #require(run.finding(.gpuIdle)).waste?.gpus == 0.5)
  }

  @Test("is over ten seconds after the GPU works again")
  func clears() {
    let run = idle()
    run.pass(400)
    run.gpus(busy: 0.8)
    run.pass(10)
    #expect(run.finding(.gpuIdle) == nil)
  }

  @Test("does not count the warm-up, nor phases in which GPUs are idle")
  func phases() {
    let run = Run(warm: false)
    run.addGPUs(1)
    run.gpus(busy: 0)
    run.pass(120 - 11 + 300)
    #expect(run.finding(.gpuIdle) == nil)
    run.pass(1)
    #expect(run.finding(.gpuIdle) != nil)

    let saving = idle()
    saving.isStepping = true
    saving.pass(100)
    saving.evidence.phase = .checkpoint
    saving.pass(600)
    #expect(saving.finding(.gpuIdle) == nil)
    saving.evidence.phase = .train
    saving.pass(300)
    #expect(saving.finding(.gpuIdle) == nil)
    saving.pass(1)
    #expect(saving.finding(.gpuIdle) != nil)
    saving.evidence.phase = .eval
    saving.pass(1)
    #expect(saving.finding(.gpuIdle) == nil)
  }
}

@Suite("gpu-squat, gpu-outside-budget") struct GPUHoldingTests {
  /// A GPU on which another job computes, and this one holds memory.
  private func squatting(_ memory: Bytes) -> Run {
    let run = Run()
    run.addGPUs(1)
    run.moment.gpus[0].holders[0].memory = memory
    run.moment.gpus[0].holders[0].share = .value(Share(0))
    var other = GPUHolder(job: .cgroup(inode: 2), reason: .context)
    other.share = .value(Share(0.9))
    run.moment.gpus[0].holders.append(other)
    return run
  }

  @Test("is amber after ten minutes of holding more than 5 % without computing")
  func squat() {
    let run = squatting(.gibi(10))
    run.pass(600)
    #expect(run.finding(.gpuSquat) == nil)
    run.pass(1)
    #expect(
      run.finding(.gpuSquat)?.text
        == "It holds 13 % of GPU 0's memory and has computed nothing on it for 10 min.")
    run.moment.gpus[0].holders[0].share = .value(Share(0.1))
    run.pass(10)
    #expect(run.finding(.gpuSquat) == nil)
  }

  @Test("does not care for little memory, and cannot tell where shares are not told")
  func quiet() {
    let small = squatting(.gibi(3))
    small.pass(700)
    #expect(small.finding(.gpuSquat) == nil)
    let instance = squatting(.gibi(10))
    instance.moment.gpus[0].holders[0].share = .unsupported
    instance.pass(700)
    #expect(instance.finding(.gpuSquat) == nil)
    #expect(instance.missing(.gpuSquat) == .gpuShares)
  }

  @Test("tells of a GPU that the budget does not have, after 30 s, not of one that it has")
  func budget() {
    let run = Run()
    run.moment.jobs[0].job.declaration = JobDeclaration(
      budget: Budget(gpus: [SafeText("0"), SafeText("1")]))
    run.addGPUs(2)
    run.pass(60)
    #expect(run.finding(.gpuOutsideBudget) == nil)
    run.addGPUs(1)
    run.moment.gpus[2].reading.identity = GPUIdentity(
      id: GPUID(SafeText("GPU-7777")), index: 7, vendor: .nvidia, name: .empty)
    run.pass(29)
    #expect(run.finding(.gpuOutsideBudget) == nil)
    run.pass(1)
    #expect(run.finding(.gpuOutsideBudget)?.text == "It uses GPU 7; its budget has 0, 1.")
  }
}

@Suite("cores-unused, memory-unused") struct UnusedTests {
  @Test("is amber after 15 min and one more of wanting at most 6 of 16 cores")
  func cores() throws {
    let run = Run()
    run.job.cpu.used = Cores(6)
    run.job.cpu.demand = Cores(6)
    run.pass(880)
    #expect(run.finding(.coresUnused) == nil)
    #expect(run.missing(.coresUnused) == .history)
    run.pass(90)
    let finding = try #require(run.finding(.coresUnused))
    #expect(finding.suggestion?.text == "give 9 cores back")
    #expect(finding.text.hasPrefix("It does not need 9."))
    #expect(abs((finding.waste?.cores ?? 0) - 10) < 0.4)
  }

  @Test("goes by what it wants at its peaks, not by its mean: a job with a GPU works in bursts")
  func bursts() {
    let run = Run()
    for _ in 0..<20 {
      run.job.cpu.demand = Cores(15)
      run.pass(10)
      run.job.cpu.demand = Cores(2)
      run.pass(90)
    }
    #expect(run.finding(.coresUnused) == nil)
  }

  @Test("stands through the phases in which GPUs are idle: they are in its windows")
  func phases() {
    let run = Run()
    run.job.cpu.demand = Cores(6)
    run.pass(1000)
    run.evidence.phase = .checkpoint
    run.pass(60)
    #expect(run.finding(.coresUnused) != nil)
  }

  @Test("does not call a limit unused that is shared with others")
  func shared() {
    let run = Run()
    run.evidence.inherited = [.cores, .memory]
    run.evidence.calledReads = ByteRate(0)
    run.job.cpu.demand = Cores(1)
    run.pass(1200)
    #expect(run.standing.isEmpty)
  }

  @Test("does not care for a grant of one core, or for no grant")
  func small() {
    let run = Run()
    run.job.cpu.demand = Cores(0.1)
    run.job.grant.cores = .at(Cores(1))
    run.pass(1200)
    #expect(run.finding(.coresUnused) == nil)
  }

  @Test("tells of memory that it has never needed, where its page cache brings nothing")
  func memory() throws {
    let run = Run()
    run.evidence.calledReads = ByteRate(0)
    run.pass(840)
    #expect(run.finding(.memoryUnused) == nil)
    run.pass(120)
    let finding = try #require(run.finding(.memoryUnused))
    #expect(
      finding.text.hasPrefix(
        "It does not need 34 GiB of its 64 GiB: it held 30 GiB at most, and its page cache brings it nothing"
      ))
    #expect(finding.suggestion?.text == "give 29 GiB back")
    #expect(finding.waste?.memory == 34)
  }

  @Test("counts the page cache as needed where reads are answered from it")
  func cache() {
    let run = Run()
    run.evidence.calledReads = ByteRate(1e9)
    run.job.io.read = ByteRate(1e7)
    run.pass(1200)
    #expect(run.finding(.memoryUnused) == nil)
  }

  @Test("cannot tell of memory that only page cache fills, where reads are not counted")
  func unknown() {
    let run = Run()
    run.pass(1200)
    #expect(run.finding(.memoryUnused) == nil)
    #expect(run.missing(.memoryUnused) == .calledReads)
  }

  @Test("remembers the peak, however long ago")
  func peak() {
    let run = Run()
    run.evidence.calledReads = ByteRate(0)
    run.job.memory.used = .gibi(60)
    run.pass(1)
    run.job.memory.used = .gibi(10)
    run.pass(3000)
    #expect(run.finding(.memoryUnused) == nil)
  }
}

@Suite("loaders-wide, leaked, spinning") struct WorkerTests {
  @Test("is amber after five minutes with workers that wait to be asked")
  func wide() throws {
    let run = Run()
    run.addGPUs(1)
    run.loaders(16, runnable: 0.05, onQueue: 0.93)
    run.evidence.loaders?.used = Cores(1.5)
    run.pass(299)
    #expect(run.finding(.loadersWide) == nil)
    run.pass(1)
    #expect(
      try #require(run.finding(.loadersWide)).text
        == "It has more loader workers than it needs: its 16 wait to be asked 93 % of the time; 3 would do."
    )
  }

  @Test("does not care for two workers, or for a burst at the end of an epoch")
  func notWide() {
    let few = Run()
    few.loaders(2, onQueue: 1)
    few.pass(600)
    #expect(few.finding(.loadersWide) == nil)
    let epochs = Run()
    for _ in 0..<5 {
      epochs.loaders(16, onQueue: 0.95)
      epochs.pass(200)
      epochs.loaders(16, runnable: 0.9, onQueue: 0.1)
      epochs.pass(30)
    }
    #expect(epochs.finding(.loadersWide) == nil)
  }

  @Test("tells of workers without a parent after a minute")
  func orphans() {
    let run = Run()
    run.loaders(3, onQueue: 1)
    run.evidence.loaders?.orphans = 2
    run.pass(59)
    #expect(run.finding(.leaked) == nil)
    run.pass(1)
    #expect(
      run.finding(.leaked)?.text
        == "2 loader workers have lost the process that started them and still hold memory.")
  }

  private func spinning(_ run: Run) {
    run.isStepping = true
    run.addGPUs(1)
    run.pass(20)
    run.isStepping = false
    run.gpus(busy: 0)
    run.evidence.busiestThread = ThreadUse(
      used: Share(0.99), voluntarySwitches: 0, holdsGPU: true)
    run.pass(9)
  }

  @Test("is amber after two minutes of a thread that burns a core beside an idle GPU")
  func spins() {
    let run = Run()
    spinning(run)
    run.pass(119)
    #expect(run.finding(.spinning) == nil)
    run.pass(1)
    #expect(
      run.finding(.spinning)?.text.hasPrefix("A thread spins: it uses 99 % of a core") == true)
  }

  @Test("does not take waiting for a busy GPU, making steps, or a thread that sleeps for it")
  func quiet() {
    let busy = Run()
    spinning(busy)
    busy.gpus(busy: 0.9)
    busy.pass(300)
    #expect(busy.finding(.spinning) == nil)
    let stepping = Run()
    spinning(stepping)
    stepping.isStepping = true
    stepping.pass(300)
    #expect(stepping.finding(.spinning) == nil)
    let reading = Run()
    spinning(reading)
    reading.evidence.busiestThread?.voluntarySwitches = 400
    reading.pass(300)
    #expect(reading.finding(.spinning) == nil)
  }
}

@Suite("limit-drift") struct LimitDriftTests {
  @Test("tells after a minute that what was declared is not what is enforced")
  func differs() {
    let run = Run()
    run.moment.jobs[0].job.declaration = JobDeclaration(budget: Budget(cores: Cores(8)))
    run.pass(59)
    #expect(run.finding(.limitDrift) == nil)
    run.pass(1)
    #expect(
      run.finding(.limitDrift)?.text
        == "Cores are not as declared: 8 cores were declared, 16 cores are enforced.")
    run.job.grant.cores = .at(Cores(8))
    run.pass(60)
    #expect(run.finding(.limitDrift) == nil)
  }

  @Test("tells of memory that nothing holds to what was declared")
  func unlimited() {
    let run = Run()
    run.moment.jobs[0].job.declaration = JobDeclaration(budget: Budget(memory: .gibi(32)))
    run.job.grant.memory = .unlimited
    run.pass(60)
    #expect(
      run.finding(.limitDrift)?.text
        == "Memory is not as declared: 32 GiB was declared, nothing holds it to that.")
    #expect(run.finding(.limitDrift)?.level == .note)
    #expect(run.finding(.limitDrift)?.role == .separate)
  }
}

@Suite("Findings about the box") struct BoxFindingTests {
  @Test("tells after a minute of a process in no job that holds much of a GPU")
  func stranger() {
    let run = Run()
    run.addGPUs(1)
    var stranger = GPUStranger(process: GPUProcess(pid: 4711, memory: .gibi(30)))
    run.moment.gpus[0].strangers = [stranger]
    run.moment.gpus[0].reading.memoryUsed = .value(.gibi(40))
    run.pass(59)
    #expect(run.moment.findings.isEmpty)
    run.pass(1)
    #expect(
      run.moment.findings.map(\.text) == [
        "A process that has ended (pid 4711) in no job holds 30 GiB of GPU 0's memory."
      ])
    stranger.name = SafeText("python")
    run.moment.gpus[0].strangers = [stranger]
    run.pass(1)
    #expect(
      run.moment.findings.first?.text
        == "python (pid 4711) in no job holds 30 GiB of GPU 0's memory.")
    run.moment.gpus[0].strangers = []
    run.pass(1)
    #expect(run.moment.findings.isEmpty)
  }

  @Test("does not care for a display's few megabytes, or for pids of another namespace")
  func quiet() {
    let run = Run()
    run.addGPUs(1)
    run.moment.gpus[0].strangers = [
      GPUStranger(process: GPUProcess(pid: 812, memory: .mebi(120)))
    ]
    run.pass(100)
    #expect(run.moment.findings.isEmpty)
    run.moment.gpus[0].strangers[0].process.memory = .gibi(30)
    run.moment.gpus[0].hasForeignPids = true
    run.pass(100)
    #expect(run.moment.findings.isEmpty)
  }

  @Test("tells of GPU memory that no living process accounts for")
  func unowned() {
    let run = Run()
    run.addGPUs(1)
    run.moment.gpus[0].reading.memoryUsed = .value(.gibi(70))
    run.pass(60)
    #expect(
      run.moment.findings.map(\.text) == [
        "30 GiB of GPU 0's memory belongs to no process that is alive."
      ])
    run.moment.gpus[0].reading.memoryReserved = .unsupported
    run.pass(1)
    #expect(run.moment.findings.isEmpty)
  }

  @Test("tells after a minute that more is granted than there is")
  func overcommitted() {
    let run = Run()
    run.evidence.inherited = []
    for inode in 2..<6 {
      var job = Run.job(UInt64(inode), "job\(inode)")
      job.evidence = run.evidence
      run.moment.jobs.append(job)
    }
    run.pass(59)
    #expect(run.moment.findings.isEmpty)
    run.pass(1)
    #expect(
      run.moment.findings.map(\.text) == ["More cores are granted than there are: 80 of 64 cores."])
  }

  @Test("counts a limit that may be that of the group above once")
  func shared() {
    let run = Run()
    for inode in 2..<6 { run.moment.jobs.append(Run.job(UInt64(inode), "job\(inode)")) }
    run.pass(120)
    #expect(run.moment.findings.isEmpty)
  }
}
