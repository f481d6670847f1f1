/// A rule that cannot say anything of a job, and why.
package struct NotEvaluated: Sendable, Hashable {
  package var rule: RuleID
  package var missing: MissingCounter

  package init(_ rule: RuleID, _ missing: MissingCounter) {
    self.rule = rule
    self.missing = missing
  }

  /// `cpu-contention: the time that its threads wait for a CPU is not known`.
  package var text: String { "\(rule.rawValue): \(missing.text)" }
}

/// What a rule would need to know. The raw value is its word in JSON.
package enum MissingCounter: String, Sendable, Hashable, CaseIterable {
  case throttledPeriods = "throttled-periods"
  case demand
  /// Nothing is missing, but while a quota throttles the job nobody can tell who else it waits for.
  case throttled
  case coreSet = "core-set"
  case memoryUse = "memory-use"
  case memoryPressure = "memory-pressure"
  case ioPressure = "io-pressure"
  case oomKills = "oom-kills"
  case swapIns = "swap-ins"
  case anonymousRefaults = "anonymous-refaults"
  case fileRefaults = "file-refaults"
  case calledReads = "called-reads"
  case deviceReads = "device-reads"
  case threadStates = "thread-states"
  case loaderStates = "loader-states"
  case localMemory = "local-memory"
  case busiestThread = "busiest-thread"
  case progress
  case gpuBusy = "gpu-busy"
  case gpuPower = "gpu-power"
  case gpuMemory = "gpu-memory"
  case gpuIdleness = "gpu-idleness"
  case gpuThrottles = "gpu-throttles"
  case gpuProcesses = "gpu-processes"
  case gpuShares = "gpu-shares"
  /// It is known, but not for long enough.
  case history

  /// What is missing, as a clause.
  package var text: String {
    switch self {
    case .throttledPeriods: "in how many periods its quota ran out is not known"
    case .demand: "how many cores it wants is not known"
    case .throttled: "while its quota throttles it, waiting for others cannot be told apart"
    case .coreSet: "the CPUs it may run on are not known"
    case .memoryUse: "its memory use is not known"
    case .memoryPressure: "its memory pressure (PSI) is not known"
    case .ioPressure: "its IO pressure (PSI) is not known"
    case .oomKills: "its out-of-memory kills are not counted"
    case .swapIns: "pages swapped in for it are not counted"
    case .anonymousRefaults: "refaults of its anonymous memory are not counted"
    case .fileRefaults: "refaults of its page cache are not counted"
    case .calledReads: "what its reads ask for (rchar) is not known"
    case .deviceReads: "what it reads from disks is not known"
    case .threadStates: "what its threads wait for is not known"
    case .loaderStates: "what its loader workers do is not known"
    case .localMemory: "the NUMA nodes of its memory are not known"
    case .busiestThread: "what each of its threads uses is not known"
    case .progress: "it reports no progress"
    case .gpuBusy: "how busy its GPUs are is not known"
    case .gpuPower: "the power of its GPUs is not known"
    case .gpuMemory: "the memory of its GPUs is not known"
    case .gpuIdleness: "whether its GPUs are idle is not known"
    case .gpuThrottles: "what holds back its GPUs' clocks is not known"
    case .gpuProcesses: "which processes are on the GPUs is not known"
    case .gpuShares: "its own part of the GPU's time is not known"
    case .history: "it has not been watched for long enough"
    }
  }
}
