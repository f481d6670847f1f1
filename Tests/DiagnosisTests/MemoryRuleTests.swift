import Diagnosis
import Model
import Testing

@Suite("memory-limit") struct MemoryLimitTests {
  @Test("is amber after 10 s at 80 % of the limit, red at 90 %")
  func levels() {
    let run = Run()
    run.job.memory.used = .gibi(52)
    run.pass(9)
    #expect(run.finding(.memoryLimit) == nil)
    run.pass(1)
    #expect(run.finding(.memoryLimit)?.level == .amber)
    run.job.memory.used = .gibi(58)
    run.pass(10)
    #expect(run.finding(.memoryLimit)?.level == .red)
    #expect(
      run.finding(.memoryLimit)?.text
        == "Memory is near the line: 58 GiB that cannot be reclaimed, 91 % of its limit of 64 GiB.")
    #expect(run.finding(.memoryLimit)?.suggestion?.text == "give it 9 GiB more memory")
    run.job.memory.used = .gibi(35)
    run.pass(10)
    #expect(run.finding(.memoryLimit) == nil)
  }

  @Test("never looks at page cache, which fills the limit of a healthy job")
  func cache() {
    let run = Run()
    run.job.memory.charged = .gibi(64)
    run.job.memory.file = .gibi(34)
    run.pass(600)
    #expect(run.finding(.memoryLimit) == nil)
  }

  @Test("holds a job without a limit against the box")
  func box() {
    let run = Run()
    run.job.grant.memory = .unlimited
    run.job.memory.used = .gibi(60)
    run.pass(60)
    #expect(run.finding(.memoryLimit) == nil)
    run.job.memory.used = .gibi(450)
    run.pass(10)
    #expect(run.finding(.memoryLimit)?.text.contains("88 % of the box's 512 GiB") == true)
  }
}

@Suite("oom-forecast") struct OOMForecastTests {
  /// Memory as a function of seconds, for so long.
  private func watch(_ run: Run, _ seconds: Int, _ memory: (Double) -> Double) {
    for second in 0..<seconds {
      run.job.memory.used = Bytes(Int64(memory(Double(second)) * 1_073_741_824))
      run.pass(1)
    }
  }

  @Test("is amber when the limit is less than 30 min away, after ten minutes' maxima, not before")
  func amber() throws {
    let run = Run()
    // 0.02 GiB a second: from 20 GiB it takes 37 min to 64 GiB.
    watch(run, 599) { 20 + 0.02 * $0 }
    #expect(run.finding(.oomForecast) == nil)
    #expect(run.missing(.oomForecast) == .history)
    watch(run, 2) { 20 + 0.02 * (599 + $0) }
    let finding = try #require(run.finding(.oomForecast))
    #expect(finding.level == .amber)
    #expect(
      finding.text
        == "Memory grows by 1.2 GiB a minute and reaches its limit of 64 GiB in 27 min; it holds 32 GiB that cannot be reclaimed."
    )
    watch(run, 1400) { 32 + 0.02 * $0 }
    #expect(run.finding(.oomForecast)?.level == .red)
  }

  @Test("does not take the teeth of epochs and checkpoints for growth")
  func saw() {
    let run = Run()
    watch(run, 3600) { 20 + 0.1 * $0.truncatingRemainder(dividingBy: 290) }
    #expect(run.finding(.oomForecast) == nil)
  }

  @Test("does not take a start that slows down for growth without an end")
  func saturation() {
    let run = Run()
    // Half of the rest in each two minutes.
    var held = 10.0
    for _ in 0..<1200 {
      held += (45 - held) * 0.006
      run.job.memory.used = Bytes(Int64(held * 1_073_741_824))
      run.pass(1)
    }
    #expect(run.finding(.oomForecast) == nil)
  }

  @Test("does not care for growth of less than a hundredth of the limit")
  func slow() {
    let run = Run()
    watch(run, 1200) { 30 + 0.001 * $0 }
    #expect(run.finding(.oomForecast) == nil)
  }

  @Test("is over when the growth is")
  func clears() {
    let run = Run()
    watch(run, 602) { 20 + 0.02 * $0 }
    #expect(run.finding(.oomForecast) != nil)
    watch(run, 600) { _ in 32 }
    #expect(run.finding(.oomForecast) == nil)
  }
}

@Suite("reclaim") struct ReclaimTests {
  @Test("is amber after 30 s with some threads stalled 5 % of the time, red with all 10 %")
  func levels() {
    let run = Run()
    run.job.pressure.memorySome = Share(0.06)
    run.pass(29)
    #expect(run.finding(.reclaim) == nil)
    run.pass(1)
    #expect(run.finding(.reclaim)?.level == .amber)
    run.job.pressure.memorySome = Share(0.3)
    run.job.pressure.memoryFull = Share(0.12)
    run.pass(30)
    #expect(run.finding(.reclaim)?.level == .red)
    run.job.pressure.memorySome = Share(0)
    run.job.pressure.memoryFull = Share(0)
    run.pass(50)
    #expect(run.finding(.reclaim) == nil)
  }

  @Test("says that its own memory.high does it")
  func ownHigh() throws {
    let run = Run()
    run.job.grant.memoryHigh = .at(.gibi(40))
    run.evidence.highEvents = 12
    run.job.pressure.memorySome = Share(0.12)
    run.pass(30)
    let finding = try #require(run.finding(.reclaim))
    #expect(
      finding.text
        == "Its own memory.high of 40 GiB holds it back: some of its threads stalled on memory 12 % of the time, all of them 0 %."
    )
    #expect(finding.suggestion?.resource == .knob(.memoryHigh))
  }

  @Test("does not blame a memory.high that it does not meet")
  func otherHigh() throws {
    let run = Run()
    run.job.grant.memoryHigh = .at(.gibi(60))
    run.evidence.highEvents = 0
    run.job.pressure.memorySome = Share(0.12)
    run.pass(30)
    #expect(try #require(run.finding(.reclaim)).text.hasPrefix("It has to reclaim memory:"))
  }
}

@Suite("swap") struct SwapTests {
  @Test("is amber after 30 s of reading back what is still needed")
  func amber() {
    let run = Run()
    run.moment.box.swap = .gibi(8)
    run.evidence.swapIns = 1000
    run.evidence.anonymousRefaults = 900
    run.pass(29)
    #expect(run.finding(.swap) == nil)
    run.pass(1)
    #expect(
      run.finding(.swap)?.text
        == "It waits for swap: it reads 4.1 MB/s back that it still needs.")
    run.evidence.swapIns = 0
    run.evidence.anonymousRefaults = 0
    run.pass(60)
    #expect(run.finding(.swap) == nil)
  }

  @Test("does not count what is only read ahead, and nothing on a box without swap")
  func quiet() {
    let run = Run()
    run.evidence.swapIns = 1000
    run.evidence.anonymousRefaults = 1000
    run.pass(60)
    #expect(run.finding(.swap) == nil)
    run.moment.box.swap = .gibi(8)
    run.evidence.anonymousRefaults = 100
    run.pass(60)
    #expect(run.finding(.swap) == nil)
  }
}

@Suite("page-cache") struct PageCacheTests {
  /// Measured with 400 MiB read in a loop under a limit of 250 MiB.
  private func starved() -> Run {
    let run = Run()
    run.evidence.calledReads = ByteRate(1.821e9)
    run.job.io.read = ByteRate(1.44e9)
    run.evidence.fileRefaults = 352_716
    run.job.pressure.memorySome = Share(0.11)
    run.job.pressure.ioFull = Share(0.22)
    return run
  }

  @Test("is amber after 30 s of reading again what was in memory")
  func amber() {
    let run = starved()
    run.job.pressure.memorySome = Share(0.04)
    run.pass(29)
    #expect(run.finding(.pageCache) == nil)
    run.pass(1)
    #expect(
      run.finding(.pageCache)?.text
        == "Its data no longer fits in the page cache: 79 % of what it reads comes from disks (1.44 GB/s), and 100 % of that was in memory before."
    )
    #expect(run.standing == [.pageCache, .io])
    run.evidence.fileRefaults = 100
    run.pass(60)
    #expect(run.finding(.pageCache) == nil)
  }

  @Test("does not take a first reading for it, whatever the IO pressure: memory would not help")
  func cold() {
    let run = starved()
    run.evidence.fileRefaults = 0
    run.pass(60)
    #expect(run.finding(.pageCache) == nil)
    #expect(
      run.finding(.io)?.text.contains("was not in memory before: more memory would not help")
        == true)
  }

  @Test("says which counter it misses")
  func missing() {
    let run = Run()
    run.pass(1)
    #expect(run.missing(.pageCache) == .calledReads)
    run.evidence.calledReads = ByteRate(0)
    run.pass(1)
    #expect(run.missing(.pageCache) == .fileRefaults)
  }
}

@Suite("oom-kill") struct OOMKillTests {
  @Test("is told at once, even of a job that has just begun, and for ten minutes")
  func told() throws {
    let run = Run(warm: false)
    run.pass(5)
    run.job.memory.oomKills = 1
    run.pass(1)
    #expect(run.finding(.oomKill)?.level == .red)
    run.pass(599)
    #expect(run.finding(.oomKill) != nil)
    run.pass(2)
    #expect(run.finding(.oomKill) == nil)
  }

  @Test("does not count kills from before it looked")
  func before() {
    let run = Run()
    run.moment.jobs = [Run.job(9, "other")]
    run.moment.jobs[0].memory.oomKills = 3
    run.pass(200)
    #expect(run.moment.jobs[0].findings.isEmpty)
  }
}
