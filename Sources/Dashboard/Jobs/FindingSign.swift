import Drawing
import Model

/// How the levels of findings are told without colour.
extension FindingLevel {
  func mark(_ glyphs: Glyphs) -> String {
    switch self {
    case .red: glyphs.isASCII ? "#" : "▲"
    case .amber: glyphs.isASCII ? "^" : "△"
    case .note: glyphs.isASCII ? "o" : "○"
    }
  }

  func style(_ look: Look) -> Style {
    switch self {
    case .red: look.bad
    case .amber: look.warn
    case .note: look.ok
    }
  }
}

extension Sign {
  /// What was found of a job and asks for something: red before amber, the first cause first.
  static func findings(of job: JobMoment, _ context: Context) -> [Sign] {
    [FindingLevel.red, .amber].flatMap { level in
      job.findings.filter { $0.level == level }.map { Sign($0, of: job, context) }
    }
  }

  init(_ finding: Finding, of job: JobMoment, _ context: Context) {
    let short = finding.rule.short
    self.init(
      finding.level.mark(context.glyphs), short, finding.level.style(context.look))
    brief = finding.rule.brief
    switch finding.rule {
    case .cpuQuota:
      if let demand = job.cpu.demand {
        longer = ["\(short), wants \(Format.decimal(demand.value, places: 1))"]
      }
    case .gpuIdle:
      let isAtLeast = job.gpus?.idleIsSinceBeginning ?? false
      longer = ["\(short) \(context.age(of: finding.since, isAtLeast: isAtLeast))"]
    default: break
    }
  }
}

extension JobState {
  /// Whether a finding says the same, and more of it.
  func isCovered(by findings: [Finding]) -> Bool {
    let rules: [RuleID] =
      switch self {
      case .throttled: [.cpuQuota]
      case .nearMemoryLimit: [.memoryLimit]
      case .reclaiming: [.reclaim, .swap, .pageCache]
      case .ioStalled: [.io, .pageCache]
      case .idle: []
      }
    return findings.contains { rules.contains($0.rule) }
  }
}

extension RuleID {
  /// ``short`` for a column of 13 columns: ten at most.
  var brief: String {
    switch self {
    case .cpuQuota: "throttled"
    case .cpuContention: "CPU wait"
    case .coreSet: "few CPUs"
    case .memoryLimit: "near limit"
    case .oomForecast: "mem grows"
    case .reclaim: "reclaiming"
    case .swap: "swapping"
    case .pageCache: "re-reading"
    case .io: "disk wait"
    case .network: "net wait"
    case .inputPrepare, .inputDisk, .inputRemote: "input"
    case .gpuCompute: "GPU best"
    case .gpuHollow: "GPU hollow"
    case .gpuMemory: "GPU mem"
    case .gpuClocks: "GPU clocks"
    case .numa: "NUMA"
    case .straggler: "GPU lags"
    case .hang: "hangs"
    case .oomKill: "OOM kill"
    case .gpuError: "GPU error"
    case .gpuIdle: "GPU idle"
    case .gpuSquat: "GPU held"
    case .gpuOutsideBudget: "other GPU"
    case .coresUnused: "spare CPUs"
    case .memoryUnused: "spare mem"
    case .loadersWide: "loaders"
    case .leaked: "leaked"
    case .spinning: "spins"
    case .limitDrift: "drift"
    }
  }
}
