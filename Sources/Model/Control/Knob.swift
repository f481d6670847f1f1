/// One thing that can be set on a running job. The raw value is its word on the command line, in the
/// journal and in JSON.
package enum Knob: String, Sendable, Hashable, CaseIterable {
  /// CPU time per time: the quota (`cpu.max`, v1 `cpu.cfs_quota_us`).
  case cores
  /// The core set: the CPUs its threads may run on (`cpuset.cpus`, else every thread's affinity).
  case cpus
  /// Its share of CPU time where it is short (`cpu.weight`, v1 `cpu.shares`); 100 is ordinary.
  case weight
  /// Unused quota that may be used later (`cpu.max.burst`, v1 `cpu.cfs_burst_us`), in core-seconds
  /// a period.
  case burst
  /// Usage beyond it is reclaimed and slowed (`memory.high`).
  case memoryHigh = "memory-high"
  /// Usage beyond it is killed (`memory.max`, v1 `memory.limit_in_bytes`).
  case memory
  /// Bytes a second from each disk (`io.max` rbps, v1 `blkio.throttle.read_bps_device`).
  case read = "io-read"
  case write = "io-write"
  /// Tasks, threads included (`pids.max`).
  case pids
  /// Whether it stands still (`cgroup.freeze`, v1 `freezer.state`).
  case frozen
  /// Nice value of every thread, -20…19; for jobs without a cgroup of their own.
  case nice
  /// IO priority of every thread; for jobs without a cgroup of their own.
  case ioPriority = "io-priority"
  /// What a GPU may draw at most; the device's, not a job's.
  case power

  /// The most tasks that ``pids`` takes: the kernel's PID_MAX_LIMIT on 64 bits
  /// (include/linux/threads.h).
  package static let mostTasks = 4_194_304
}

/// What a knob is, or is to be, set to.
package enum KnobValue: Sendable, Hashable {
  case cores(Limit<Cores>)
  /// The empty set is "no set of its own": all that the group above may use.
  case cpus(CPUSet)
  /// As v2 counts, 1…10,000; 100 is ordinary.
  case weight(Int)
  /// Core-seconds of quota that may be saved up; 0 is none.
  case burst(Double)
  case memoryHigh(Limit<Bytes>)
  case memory(Limit<Bytes>)
  case read(Limit<ByteRate>)
  case write(Limit<ByteRate>)
  case pids(Limit<Int>)
  case frozen(Bool)
  case nice(Int)
  case ioPriority(IOPriority)
  case power(Watts)

  package var knob: Knob {
    switch self {
    case .cores: .cores
    case .cpus: .cpus
    case .weight: .weight
    case .burst: .burst
    case .memoryHigh: .memoryHigh
    case .memory: .memory
    case .read: .read
    case .write: .write
    case .pids: .pids
    case .frozen: .frozen
    case .nice: .nice
    case .ioPriority: .ioPriority
    case .power: .power
    }
  }
}

/// The IO scheduling class of a thread and its level in it (ioprio_set(2)): 0 is the highest of the
/// eight, `idle` has none.
package enum IOPriority: Sendable, Hashable {
  /// Derived from the nice value.
  case none
  case realTime(Int)
  case bestEffort(Int)
  case idle
}
