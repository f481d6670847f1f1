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
