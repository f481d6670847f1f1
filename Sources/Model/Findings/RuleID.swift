/// One rule of the diagnosis. The raw value is its word in JSON, in the configuration
/// (`[rules.cpu-quota]`) and on the command line. `docs/diagnosis.md` says what each looks at.
package enum RuleID: String, Sendable, Hashable, CaseIterable {
  // What holds a job back.
  case cpuQuota = "cpu-quota"
  case cpuContention = "cpu-contention"
  case coreSet = "core-set"
  case memoryLimit = "memory-limit"
  case oomForecast = "oom-forecast"
  case reclaim
  case swap
  case pageCache = "page-cache"
  case io
  case network
  case inputPrepare = "input-prepare"
  case inputDisk = "input-disk"
  case inputRemote = "input-remote"
  case gpuCompute = "gpu-compute"
  case gpuHollow = "gpu-hollow"
  case gpuMemory = "gpu-memory"
  case gpuClocks = "gpu-clocks"
  case numa
  case straggler
  case hang
  case oomKill = "oom-kill"
  case gpuError = "gpu-error"

  // What is held for nothing.
  case gpuIdle = "gpu-idle"
  case gpuSquat = "gpu-squat"
  case gpuOutsideBudget = "gpu-outside-budget"
  case coresUnused = "cores-unused"
  case memoryUnused = "memory-unused"
  case loadersWide = "loaders-wide"
  case leaked
  case spinning
  case limitDrift = "limit-drift"

  /// Its position among all rules.
  package var position: Int { Self.positions[self] ?? 0 }

  private static let positions = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })

  package var kind: FindingKind {
    switch self {
    case .cpuQuota, .cpuContention, .coreSet, .reclaim, .swap, .pageCache, .io, .network,
      .inputPrepare, .inputDisk, .inputRemote, .gpuCompute, .gpuHollow, .gpuClocks, .numa,
      .straggler:
      .bottleneck
    case .memoryLimit, .oomForecast, .gpuMemory, .hang, .oomKill, .gpuError, .limitDrift: .health
    case .gpuIdle, .gpuSquat, .gpuOutsideBudget, .coresUnused, .memoryUnused, .loadersWide,
      .leaked, .spinning:
      .waste
    }
  }
}

/// What a finding is about. The raw value is its word in JSON.
package enum FindingKind: String, Sendable, Hashable, CaseIterable {
  /// It makes the job slower than it could be.
  case bottleneck
  /// Something is held for nothing.
  case waste
  /// It has gone wrong or is about to.
  case health
}
