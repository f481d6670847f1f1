extension Threshold {
  /// Every number of every rule. `amber` and `red` are what is reached, `…-time` for how long it has to
  /// be, `leave-time` for how long it has to be below seven tenths where that is not the same.
  package static let all: [Threshold] =
    processor + memory + inputAndOutput + loading + devices + health + waste

  private static let processor = [
    Threshold(.cpuQuota, "amber", .share, 0.05, "of the quota's periods it ran out in"),
    Threshold(.cpuQuota, "amber-time", .seconds, 10, "for how long"),
    Threshold(.cpuQuota, "red", .share, 0.25, "of the quota's periods it ran out in"),
    Threshold(.cpuQuota, "red-time", .seconds, 30, "for how long"),
    Threshold(
      .cpuQuota, "burst-below", .share, 0.7, "of the grant: mean use below it asks for burst"),
    Threshold(.cpuContention, "amber", .share, 0.2, "of the time in which it wanted a CPU"),
    Threshold(.cpuContention, "amber-time", .seconds, 30, "for how long"),
    Threshold(.cpuContention, "red", .share, 0.5, "of the time in which it wanted a CPU"),
    Threshold(.cpuContention, "red-time", .seconds, 30, "for how long"),
    Threshold(.cpuContention, "wants", .cores, 0.5, "demand from which it counts"),
    Threshold(
      .cpuContention, "stolen", .share, 0.1, "of the box's cores: from there the hypervisor does it"
    ),
    Threshold(.coreSet, "amber", .ratio, 1.25, "cores it wants to CPUs it may use"),
    Threshold(.coreSet, "amber-time", .seconds, 30, "for how long"),
    Threshold(.coreSet, "red", .ratio, 2, "cores it wants to CPUs it may use"),
    Threshold(.coreSet, "red-time", .seconds, 30, "for how long"),
    Threshold(.numa, "amber", .share, 0.3, "of its memory, or of its CPUs, on another node"),
    Threshold(.numa, "amber-time", .seconds, 60, "for how long"),
  ]

  private static let memory = [
    Threshold(.memoryLimit, "amber", .share, 0.8, "of the limit that cannot be reclaimed"),
    Threshold(.memoryLimit, "amber-time", .seconds, 10, "for how long"),
    Threshold(.memoryLimit, "red", .share, 0.9, "of the limit that cannot be reclaimed"),
    Threshold(.memoryLimit, "red-time", .seconds, 10, "for how long"),
    Threshold(.oomForecast, "amber", .seconds, 1800, "until the limit is reached"),
    Threshold(.oomForecast, "red", .seconds, 300, "until the limit is reached"),
    Threshold(.oomForecast, "minute", .seconds, 60, "each of whose maxima is one point"),
    Threshold(
      .oomForecast, "growth", .share, 0.01, "of the limit that the points have to grow by"),
    Threshold(.reclaim, "amber", .share, 0.05, "of the time some thread stalls on memory"),
    Threshold(.reclaim, "amber-time", .seconds, 30, "for how long"),
    Threshold(.reclaim, "red", .share, 0.1, "of the time all threads stall on memory"),
    Threshold(.reclaim, "red-time", .seconds, 30, "for how long"),
    Threshold(.swap, "amber", .bytesPerSecond, 1_048_576, "read back from swap"),
    Threshold(.swap, "amber-time", .seconds, 30, "for how long"),
    Threshold(.swap, "red", .bytesPerSecond, 16_777_216, "read back from swap"),
    Threshold(.swap, "red-time", .seconds, 30, "for how long"),
    Threshold(.pageCache, "amber", .share, 0.3, "of what it reads comes from a disk"),
    Threshold(.pageCache, "amber-time", .seconds, 30, "for how long"),
    Threshold(.pageCache, "refaults", .share, 0.5, "of that was in the page cache before"),
    Threshold(.pageCache, "pressure", .share, 0.01, "of the time some thread stalls on memory"),
    Threshold(.pageCache, "least", .bytesPerSecond, 1_048_576, "from disks, from where it counts"),
  ]

  private static let inputAndOutput = [
    Threshold(.io, "amber", .share, 0.05, "of the time all threads stall on IO"),
    Threshold(.io, "amber-time", .seconds, 30, "for how long"),
    Threshold(.io, "red", .share, 0.2, "of the time all threads stall on IO"),
    Threshold(.io, "red-time", .seconds, 30, "for how long"),
    Threshold(.io, "own-limit", .share, 0.9, "of its IO limit: from there it is that"),
    Threshold(.network, "amber", .share, 0.5, "of the time a thread hangs in a remote file system"),
    Threshold(.network, "amber-time", .seconds, 30, "for how long"),
    Threshold(.network, "sockets", .share, 0.5, "of its threads wait in sockets"),
    Threshold(.network, "pressure", .share, 0.05, "of the time: more IO pressure is block devices"),
  ]

  private static let loading: [Threshold] = [RuleID.inputPrepare, .inputDisk, .inputRemote]
    .flatMap { rule in
      [
        Threshold(rule, "amber", .share, 0.3, "of the time its GPUs do nothing, over ten seconds"),
        Threshold(rule, "amber-time", .seconds, 30, "for how long"),
        Threshold(rule, "red", .share, 0.6, "of the time its GPUs do nothing, over ten seconds"),
        Threshold(rule, "red-time", .seconds, 60, "for how long"),
        Threshold(
          rule, "workers", .share, rule == .inputPrepare ? 0.8 : 0.5, "of its workers do the same"),
      ]
    }

  private static let devices = [
    Threshold(.gpuCompute, "note", .share, 0.8, "of its units work"),
    Threshold(.gpuCompute, "note-time", .seconds, 60, "for how long"),
    Threshold(.gpuCompute, "busy", .share, 0.95, "busy, where no activity of units is told"),
    Threshold(.gpuCompute, "power", .share, 0.8, "of its power limit, where none is told"),
    Threshold(.gpuHollow, "amber", .share, 0.95, "busy"),
    Threshold(.gpuHollow, "amber-time", .seconds, 60, "for how long"),
    Threshold(.gpuHollow, "power", .share, 0.4, "of its power limit, that it stays below"),
    Threshold(.gpuMemory, "amber", .share, 0.9, "of a GPU's memory"),
    Threshold(.gpuMemory, "amber-time", .seconds, 60, "for how long"),
    Threshold(.gpuClocks, "amber", .share, 0.05, "of the time its clocks are held back"),
    Threshold(.gpuClocks, "amber-time", .seconds, 60, "for how long"),
    Threshold(.gpuClocks, "red", .share, 0.2, "of the time its clocks are held back"),
    Threshold(.gpuClocks, "red-time", .seconds, 60, "for how long"),
    Threshold(.straggler, "amber", .ratio, 3.5, "robust z of one GPU among those of the job"),
    Threshold(.straggler, "amber-time", .seconds, 60, "for how long"),
    Threshold(.straggler, "least", .share, 0.02, "of the median, the least spread that is assumed"),
  ]

  private static let health = [
    Threshold(.hang, "red", .share, 0.95, "busy"),
    Threshold(.hang, "red-time", .seconds, 10, "for how long"),
    Threshold(.hang, "power", .share, 0.5, "of the power it usually takes, that it stays below"),
    Threshold(.hang, "steps", .count, 5, "steps' time without a step"),
    Threshold(.hang, "least", .seconds, 120, "without a step, at least"),
    Threshold(.oomKill, "lasts", .seconds, 600, "for how long it is told"),
    Threshold(.gpuError, "lasts", .seconds, 600, "for how long it is told"),
  ]

  private static let waste = [
    Threshold(.gpuIdle, "amber", .seconds, 300, "idle"),
    Threshold(.gpuIdle, "red", .seconds, 900, "idle"),
    Threshold(.gpuIdle, "leave-time", .seconds, 10, "in use again"),
    Threshold(.gpuSquat, "amber", .seconds, 600, "without computing"),
    Threshold(.gpuSquat, "leave-time", .seconds, 10, "in use again"),
    Threshold(.gpuSquat, "memory", .share, 0.05, "of the GPU's memory, from where it counts"),
    Threshold(.gpuOutsideBudget, "amber-time", .seconds, 30, "for how long"),
    Threshold(.coresUnused, "amber", .share, 0.35, "of the grant that it does not want"),
    Threshold(.coresUnused, "amber-time", .seconds, 60, "for how long"),
    Threshold(.coresUnused, "least", .cores, 2, "granted, from where it counts"),
    Threshold(.coresUnused, "watched", .seconds, 900, "before anything is said"),
    Threshold(.memoryUnused, "amber", .share, 0.3, "of the grant that it never needed"),
    Threshold(.memoryUnused, "amber-time", .seconds, 60, "for how long"),
    Threshold(.memoryUnused, "least", .bytes, 1_073_741_824, "unused, from where it counts"),
    Threshold(.memoryUnused, "watched", .seconds, 900, "before anything is said"),
    Threshold(.loadersWide, "amber", .share, 0.8, "of its workers wait to be asked"),
    Threshold(.loadersWide, "amber-time", .seconds, 300, "for how long"),
    Threshold(.loadersWide, "least", .count, 3, "workers, from where it counts"),
    Threshold(.leaked, "amber-time", .seconds, 60, "for how long"),
    Threshold(.leaked, "memory", .bytes, 314_572_800, "of a GPU, from where it counts"),
    Threshold(.spinning, "amber", .share, 0.95, "of one core that one thread uses"),
    Threshold(.spinning, "amber-time", .seconds, 120, "for how long"),
    Threshold(.spinning, "switches", .ratio, 1, "times a second that it gives its CPU up"),
    Threshold(.limitDrift, "amber", .share, 0.01, "that the enforced is off the declared"),
    Threshold(.limitDrift, "amber-time", .seconds, 60, "for how long"),
  ]
}
