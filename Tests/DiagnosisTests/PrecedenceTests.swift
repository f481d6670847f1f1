import Model
import Testing

@Suite("The first cause") struct PrecedenceTests {
  @Test("is what can bring about the others: quota, reclaim, disks, CPUs, input, GPU")
  func order() {
    let run = Run()
    run.isStepping = true
    run.addGPUs(1, busy: 0.4)
    run.moment.gpus[0].reading.memoryUsed = .value(.gibi(79))
    run.job.cpu.throttled = Share(0.1)
    run.job.pressure.memorySome = Share(0.3)
    run.job.pressure.ioFull = Share(0.3)
    run.job.memory.used = .gibi(53)
    run.loaders(8, runnable: 0.9)
    run.pass(80)
    #expect(
      run.standing == [.cpuQuota, .reclaim, .io, .inputPrepare, .memoryLimit, .gpuMemory])
    #expect(run.job.findings.map(\.role) == [.main] + Array(repeating: .contributing, count: 5))
  }

  @Test("is memory that kills, at red, before anything else")
  func memory() {
    let run = Run()
    run.job.cpu.throttled = Share(0.9)
    run.job.memory.used = .gibi(60)
    run.pass(30)
    #expect(run.standing == [.memoryLimit, .cpuQuota])
  }

  @Test("is never waste, which stands for itself")
  func waste() throws {
    let run = Run()
    run.addGPUs(1)
    run.gpus(busy: 0)
    run.job.pressure.ioFull = Share(0.3)
    run.pass(320)
    #expect(run.standing == [.io, .gpuIdle])
    #expect(run.job.findings.map(\.role) == [.main, .separate])
  }

  @Test("is a GPU at its best only where nothing else stands")
  func note() {
    let run = Run()
    run.addGPUs(1, busy: 1, power: 650)
    run.pass(80)
    #expect(run.job.findings.first?.role == .main)
    run.job.cpu.throttled = Share(0.9)
    run.pass(10)
    #expect(run.standing == [.cpuQuota, .gpuCompute])
  }

  @Test("comes with the causes that were looked at and are not it")
  func ruledOut() throws {
    let run = Run()
    run.job.pressure.ioFull = Share(0.3)
    run.job.pressure.memorySome = Share(0.004)
    run.pass(30)
    let finding = try #require(run.finding(.io))
    #expect(
      finding.ruledOut.map(\.text) == [
        "not its quota: it ran out in 0 % of periods",
        "not memory: some of its threads stalled on it 0.4 % of the time",
      ])
  }
}

@Suite("Thresholds") struct ThresholdTests {
  @Test("are there for every rule, once each, with a positive value")
  func table() {
    for rule in RuleID.allCases {
      #expect(Threshold.all.contains { $0.rule == rule }, "\(rule.rawValue)")
    }
    let names = Threshold.all.map { "\($0.rule.rawValue).\($0.key)" }
    #expect(Set(names).count == names.count)
    for threshold in Threshold.all { #expect(threshold.standard > 0) }
  }

  @Test("belong to rules whose short words fit into a column of 20")
  func words() {
    for rule in RuleID.allCases {
      #expect(rule.short.count <= 20, "\(rule.short)")
      #expect(!rule.formula.isEmpty)
    }
  }

  @Test("are in the documentation, each with its value")
  func documented() throws {
    let page = try Page.text("docs/diagnosis.md")
    for rule in RuleID.allCases {
      #expect(page.contains("`\(rule.rawValue)`"), "\(rule.rawValue)")
    }
    for threshold in Threshold.all {
      let row =
        "| `\(threshold.rule.rawValue)` | `\(threshold.key)` | \(threshold.unit.rawValue) | \(decimalText(threshold.standard, places: 4)) |"
      #expect(page.contains(row), "\(row) \(threshold.meaning)")
    }
  }
}
