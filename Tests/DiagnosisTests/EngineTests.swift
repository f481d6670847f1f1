import Diagnosis
import Model
import Testing

@Suite("Engine") struct EngineTests {
  private static func throttled(_ run: Run) { run.job.cpu.throttled = Share(0.9) }

  @Test("says nothing in a job's first 120 s, and counts from then on")
  func warmUp() {
    let run = Run(warm: false)
    Self.throttled(run)
    run.pass(129)
    #expect(run.job.findings.isEmpty)
    run.pass(1)
    #expect(run.finding(.cpuQuota) != nil)
  }

  @Test("knows that a job is older than loadline, where it is told")
  func started() {
    let run = Run(warm: false)
    run.evidence.started = Instant(nanoseconds: 1)
    Self.throttled(run)
    run.pass(10)
    #expect(run.finding(.cpuQuota) != nil)
  }

  @Test("knows when a command tree began")
  func treeStarted() {
    for (ticks, isOld) in [(50_000, true), (99_500, false)] {
      let run = Run(warm: false)
      run.moment.jobs = [
        JobMoment(
          job: Job(
            id: .tree(pid: 9, start: UInt64(ticks)), name: SafeText("train.py"),
            owner: SafeText("alice"), source: .process))
      ]
      run.job.cpu.throttled = Share(0.9)
      run.pass(20)
      #expect((run.finding(.cpuQuota) != nil) == isOld)
    }
  }

  @Test("says nothing before the first step of a job that counts its steps")
  func firstStep() {
    let run = Run()
    run.evidence.progress = JobProgress()
    Self.throttled(run)
    run.pass(600)
    #expect(run.job.findings.isEmpty)
    run.evidence.progress?.step = 1
    run.pass(10)
    #expect(run.finding(.cpuQuota) != nil)
  }

  @Test("does not count time that nobody saw")
  func gap() {
    let run = Run()
    Self.throttled(run)
    run.pass(9)
    run.gap(3600)
    #expect(run.job.findings.isEmpty)
    run.pass(9)
    #expect(run.job.findings.isEmpty)
    run.pass(1)
    #expect(run.finding(.cpuQuota) != nil)
    run.gap(3600)
    #expect(run.finding(.cpuQuota) != nil)
  }

  @Test("dates a finding from where its condition began")
  func since() throws {
    let run = Run()
    Self.throttled(run)
    let began = run.moment.time
    run.pass(100)
    #expect(try #require(run.finding(.cpuQuota)).since == began)
  }

  @Test("is sure after three times the rule's time")
  func certainty() {
    let run = Run()
    Self.throttled(run)
    run.pass(29)
    #expect(run.finding(.cpuQuota)?.certainty == .suspected)
    run.pass(1)
    #expect(run.finding(.cpuQuota)?.certainty == .confirmed)
  }

  @Test("gives up a finding whose counter has been missing for the rule's time")
  func counterLost() {
    let run = Run()
    Self.throttled(run)
    run.pass(20)
    run.job.cpu.throttled = nil
    run.pass(9)
    #expect(run.finding(.cpuQuota) != nil)
    run.pass(1)
    #expect(run.finding(.cpuQuota) == nil)
    #expect(run.missing(.cpuQuota) == .throttledPeriods)
  }

  @Test("makes words anew every ten seconds, and of the opened job each time")
  func renewal() throws {
    let run = Run()
    Self.throttled(run)
    run.pass(30)
    let before = try #require(run.finding(.cpuQuota)).text
    run.pass(9)
    #expect(run.finding(.cpuQuota)?.text == before)
    run.pass(1)
    #expect(run.finding(.cpuQuota)?.text.contains("for 40 s") == true)
    run.pass(1, opened: true)
    #expect(run.finding(.cpuQuota)?.text.contains("for 41 s") == true)
  }

  @Test("takes thresholds, times and mutes from its settings")
  func settings() {
    var settings = RuleSettings()
    let accepted = [
      settings.set(.cpuQuota, "amber", to: 0.5), settings.set(.cpuQuota, "amber-time", to: 3),
      settings.set(.cpuQuota, "nonsense", to: 3), settings.set(.cpuQuota, "amber", to: -1),
    ]
    #expect(accepted == [true, true, false, false])
    let run = Run(settings)
    run.job.cpu.throttled = Share(0.4)
    run.pass(20)
    #expect(run.finding(.cpuQuota) == nil)
    run.job.cpu.throttled = Share(0.9)
    #expect(run.secondsUntil(.cpuQuota) == 3)

    settings = RuleSettings()
    settings.muted = [.cpuQuota]
    let muted = Run(settings)
    muted.job.cpu.throttled = Share(0.9)
    muted.pass(60)
    #expect(muted.finding(.cpuQuota) == nil)
  }

  @Test("shortens every time by the scale")
  func scale() {
    var settings = RuleSettings()
    settings.scale = 0.1
    let run = Run(settings, warm: false)
    run.pass(13)
    Self.throttled(run)
    run.pass(1)
    #expect(run.finding(.cpuQuota) != nil)
  }

  @Test("follows jobs that come, go and change places")
  func places() {
    let run = Run()
    var other = Run.job(2, "other")
    other.cpu.throttled = Share(0)
    run.moment.jobs.append(other)
    Self.throttled(run)
    run.pass(20)
    #expect(run.moment.jobs[0].findings.count == 1)
    run.moment.jobs.swapAt(0, 1)
    run.pass(1)
    #expect(run.moment.jobs[0].findings.isEmpty)
    #expect(run.moment.jobs[1].findings.count == 1)
    run.moment.jobs.removeLast()
    run.pass(1)
    #expect(run.moment.jobs[0].findings.isEmpty)
  }
}
