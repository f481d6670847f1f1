import Model

/// Which finding of a job is the first cause.
///
/// What comes first can bring about what comes later, not the other way round: a quota's throttling
/// shows as waiting for CPUs, reclaim as IO, either as a GPU that waits for input.
enum Precedence {
  /// Lower is earlier; nil for what never is the cause of others.
  static func rank(_ finding: Finding) -> Int? {
    cause(finding).map { finding.level == .note ? 90 : $0 }
  }

  private static func cause(_ finding: Finding) -> Int? {
    switch finding.rule {
    case .oomKill: 0
    case .gpuError: 1
    case .hang: 2
    case .memoryLimit: finding.level == .red ? 3 : 80
    case .oomForecast: finding.level == .red ? 3 : 79
    case .cpuQuota: 10
    case .reclaim: 20
    case .swap: 21
    case .pageCache: 22
    case .io: 30
    case .network: 31
    case .coreSet: 40
    case .cpuContention: 41
    case .numa: 42
    case .inputPrepare: 50
    case .inputDisk: 51
    case .inputRemote: 52
    case .straggler: 60
    case .gpuClocks: 61
    case .gpuHollow: 62
    case .gpuMemory: 81
    case .gpuCompute: 85
    default: nil
    }
  }

  /// Sorts a job's findings and gives each its part.
  static func order(_ findings: inout [Finding]) {
    findings.sort { a, b in
      let (left, right) = (rank(a) ?? 100, rank(b) ?? 100)
      if left != right { return left < right }
      if a.level != b.level { return a.level > b.level }
      return a.rule.position < b.rule.position
    }
    for position in findings.indices {
      let isRanked = rank(findings[position]) != nil
      findings[position].role = !isRanked ? .separate : position == 0 ? .main : .contributing
    }
  }
}
