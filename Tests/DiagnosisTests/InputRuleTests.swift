import Model
import Testing

@Suite("input-prepare, input-disk, input-remote") struct InputRuleTests {
  /// A job that trains on GPUs which are busy 41 % of the time.
  private func starving(_ count: Int = 4, busy: Double = 0.41) -> Run {
    let run = Run()
    run.isStepping = true
    run.addGPUs(count, busy: busy)
    return run
  }

  @Test("says that workers which run all the time and want more cores need them")
  func prepare() throws {
    let run = starving()
    run.loaders(14, runnable: 0.97, onQueue: 0.03)
    run.job.cpu.used = Cores(16)
    run.job.cpu.demand = Cores(22.4)
    run.pass(29)
    #expect(run.finding(.inputPrepare) == nil)
    run.pass(1)
    let finding = try #require(run.finding(.inputPrepare))
    #expect(
      finding.text
        == "Its 4 GPUs wait for input 59 % of the time: its 14 loader workers are runnable 97 % of the time and short of cores: it wants 22.4 cores and has 16."
    )
    #expect(finding.suggestion?.text == "give it 7 more cores")
  }

  @Test(
    "says that workers which run all the time on cores to spare need to be more, not more cores")
  func workers() throws {
    let run = starving()
    run.loaders(4, runnable: 0.97)
    run.job.cpu.used = Cores(5)
    run.job.cpu.demand = Cores(5)
    run.pass(30)
    let finding = try #require(run.finding(.inputPrepare))
    #expect(finding.text.hasSuffix("and it has cores to spare: it needs more of them."))
    #expect(finding.suggestion?.resource == .workers)
  }

  @Test("knows a job that loads its data in the thread that trains")
  func serial() throws {
    let run = starving(1)
    run.loaders(0)
    run.evidence.busiestThread = ThreadUse(used: Share(0.99))
    run.pass(30)
    #expect(
      run.finding(.inputPrepare)?.text
        == "Its GPU waits for input 59 % of the time: it has no loader workers, one thread prepares and trains in turn."
    )
  }

  @Test("tells workers that wait for disks from those that wait for somewhere else")
  func kinds() {
    let disk = starving()
    disk.loaders(8, runnable: 0.1, blocked: 0.8)
    disk.pass(30)
    #expect(disk.standing == [.inputDisk])
    let remote = starving()
    remote.loaders(8, runnable: 0.05, remote: 0.9)
    remote.pass(30)
    #expect(remote.standing == [.inputRemote])
    #expect(remote.finding(.inputRemote)?.suggestion?.resource == .workers)
  }

  @Test("does not blame workers that sleep on a full queue")
  func healthy() {
    let run = starving()
    run.loaders(8, runnable: 0.05, onQueue: 0.9)
    run.pass(120)
    #expect(run.standing.isEmpty)
  }

  @Test("stays quiet where the GPUs are busy, where there are no steps, and in other phases")
  func quiet() {
    let busy = starving(busy: 0.75)
    busy.loaders(8, runnable: 1)
    busy.pass(120)
    #expect(busy.standing.isEmpty)
    let still = starving()
    still.loaders(8, runnable: 1)
    still.isStepping = false
    still.evidence.progress?.lastStep = Instant(nanoseconds: 0)
    still.pass(120)
    #expect(still.standing.isEmpty)
    let saving = starving()
    saving.loaders(8, runnable: 1)
    saving.evidence.phase = .checkpoint
    saving.pass(120)
    #expect(saving.standing.isEmpty)
  }

  @Test("clears when the GPUs have what they need")
  func clears() {
    let run = starving()
    run.loaders(8, runnable: 1)
    run.pass(30)
    #expect(run.finding(.inputPrepare) != nil)
    run.gpus(busy: 0.95)
    run.pass(40)
    #expect(run.finding(.inputPrepare) == nil)
  }

  @Test("is red after a minute in which the GPUs do nothing 60 % of the time")
  func red() {
    let run = starving(busy: 0.2)
    run.loaders(8, runnable: 1)
    run.pass(59)
    #expect(run.finding(.inputPrepare)?.level == .amber)
    run.pass(1)
    #expect(run.finding(.inputPrepare)?.level == .red)
  }

  @Test("looks at a job without a GPU whose consumer waits")
  func withoutGPU() {
    let run = Run()
    run.loaders(4, runnable: 0.9)
    run.evidence.loaders?.consumerWaits = Share(0.86)
    run.pass(30)
    #expect(
      run.finding(.inputPrepare)?.text.hasPrefix("It waits for its own input 86 % of the time")
        == true)
  }

  @Test("says what it misses: workers' states of a GPU job, nothing of one without")
  func missing() {
    let run = starving()
    run.pass(1)
    #expect(run.missing(.inputPrepare) == .loaderStates)
    let plain = Run()
    plain.pass(1)
    #expect(plain.missing(.inputPrepare) == nil)
  }
}
