/// Everything known about one instant: rates, grants, states. Screens and JSON show this type.
package struct Moment: Sendable {
  package var time: Instant
  package var wallClock: Double
  /// Seconds since the sample before; nil on the first, or after a gap that would falsify rates.
  package var interval: Double?
  package var box: BoxMoment
  package var jobs: [JobMoment]
  package var other: OtherMoment
  package var opened: OpenedMoment?
  package var cost: CostMoment
  package var notices: [Notice]
  package var gpus: [GPUMoment] = []
  /// Why a driver that is installed tells nothing, in words.
  package var gpuProblem: SafeText?
  /// The GPUs are a script's, not this box's.
  package var gpusAreSimulated: Bool = false
  /// What is wrong with the box rather than with one job.
  package var findings: [Finding] = []

  package init(
    time: Instant, wallClock: Double, interval: Double?, box: BoxMoment, jobs: [JobMoment],
    other: OtherMoment, opened: OpenedMoment? = nil, cost: CostMoment = CostMoment(),
    notices: [Notice] = []
  ) {
    self.time = time
    self.wallClock = wallClock
    self.interval = interval
    self.box = box
    self.jobs = jobs
    self.other = other
    self.opened = opened
    self.cost = cost
    self.notices = notices
  }

  /// The box's cores that nobody used.
  package var idleCores: Cores? {
    box.used.map { max(.zero, box.cores - $0) }
  }

  /// The box's memory that nobody used: free or reclaimable at once.
  package var idleMemory: Bytes? {
    box.memoryUsed.map { (box.memory - $0).orZero }
  }

  /// Cores that are neither granted nor used without a grant; negative when more is granted than
  /// there is.
  ///
  /// Core sets that several jobs share count once; a job without a grant counts what it uses, which
  /// alone can leave nothing but overcommits nothing.
  package var unallocatedCores: Cores? {
    guard let other = other.used else { return nil }
    var granted = 0.0
    var taken = other.value
    var shared = CPUSet()
    for job in jobs {
      switch job.grant.cores {
      case .at(let cores):
        if let cpus = job.grant.cpus, Double(cpus.count) <= cores.value {
          shared = shared.union(cpus)
        } else {
          granted += cores.value
        }
      case .unlimited: taken += job.cpu.used?.value ?? 0
      }
    }
    let rest = box.cores.value - granted - Double(shared.count)
    return Cores(max(rest - taken, min(0, rest)))
  }

  /// Memory that is neither granted nor used without a grant; negative when there is not enough for
  /// both: unlike cores, what others use does not come back when it is wanted.
  package var unallocatedMemory: Bytes? {
    guard let used = other.memory.used else { return nil }
    return jobs.reduce(box.memory - used - (memoryUncharged ?? .zero)) { rest, job in
      rest - (job.grant.memoryLine.amount ?? job.memory.used ?? .zero)
    }
  }

  /// Memory in use that no cgroup is charged with: the kernel's own, mostly.
  package var memoryUncharged: Bytes? {
    guard let box = box.memoryUsed, let other = other.memory.used else { return nil }
    return (jobs.reduce(box - other) { $0 - ($1.memory.used ?? .zero) }).orZero
  }
}

/// The box's rates.
package struct BoxMoment: Sendable {
  package var hostName: SafeText = .empty
  package var cores = Cores(0)
  package var cpus = CPUSet()
  package var topology = Topology()
  /// The busy part of the interval of each CPU, by its number; nil for one that is offline or whose
  /// load is not known.
  package var cpuLoads: [Share?] = []
  package var numaNodes = 1
  package var used: Cores?
  package var stolen: Cores?
  package var memory = Bytes(0)
  package var memoryUsed: Bytes?
  package var memoryReclaimable: Bytes?
  package var swap: Bytes?
  package var swapUsed: Bytes?
  package var io = IOMoment()
  package var received: ByteRate?
  package var sent: ByteRate?
  package var pressure = PressureMoment()
  package var isContainer = false
  package var history = Trends()

  package init() {}
}

/// One job's rates, states and recent past.
package struct JobMoment: Sendable, Identifiable {
  package var job: Job
  package var processes: Int?
  package var threads: Int?
  package var cpu = CPUMoment()
  package var memory = MemoryMoment()
  package var io = IOMoment()
  package var pressure = PressureMoment()
  package var grant = Grant()
  /// Conditions that hold now, most pressing first.
  package var states: [JobState] = []
  package var history = Trends()
  /// nil where it has none.
  package var gpus: JobGPUs?
  /// What rules need beyond the gauges; nil where nothing of it is known.
  package var evidence: JobEvidence?
  /// What stands now: the first cause first, what it may have led to behind it, waste last.
  package var findings: [Finding] = []
  /// Rules that cannot say anything of it, and why.
  package var notEvaluated: [NotEvaluated] = []

  package init(job: Job) { self.job = job }

  package var id: JobID { job.id }
}

/// A condition of a job that shows on its row. The raw value is its word in JSON.
package enum JobState: String, Sendable, Hashable, CaseIterable {
  /// Its CPU quota ran out in at least 5 % of periods.
  case throttled
  /// Memory that cannot be reclaimed is at 80 % or more of the limit.
  case nearMemoryLimit = "near_memory_limit"
  /// Some of its threads were stalled on memory for at least 5 % of the time.
  case reclaiming
  /// All of its threads were stalled on IO for at least 5 % of the time.
  case ioStalled = "io_stalled"
  /// It used next to no CPU and moved no data for 10 seconds.
  case idle
}

/// A job's use of CPU.
package struct CPUMoment: Sendable, Equatable {
  package var used: Cores?
  /// What it would use if nothing held it back; never less than used.
  package var demand: Cores?
  package var demandIsEstimate = false
  /// The part of the quota's periods in which it ran out.
  package var throttled: Share?

  package init() {}
}

/// A job's memory by kind.
package struct MemoryMoment: Sendable, Equatable {
  /// What cannot be reclaimed: anonymous, shared, kernel, locked. This is what a limit kills for;
  /// page cache is not in it. For a command tree, its proportional set size.
  package var used: Bytes?
  package var charged: Bytes?
  package var anonymous: Bytes?
  package var shared: Bytes?
  package var file: Bytes?
  package var kernel: Bytes?
  package var peak: Bytes?
  package var oomKills: UInt64?
  package var isEstimate = false
  /// Seconds since a proportional set size was read.
  package var age: Double?

  package init() {}
}

/// A flow of data to and from block devices.
package struct IOMoment: Sendable, Equatable {
  package var read: ByteRate?
  package var written: ByteRate?

  package init() {}
}

/// PSI over the interval: the share of time in which some or all tasks stood still.
package struct PressureMoment: Sendable, Equatable {
  package var cpuSome: Share?
  package var cpuFull: Share?
  package var memorySome: Share?
  package var memoryFull: Share?
  package var ioSome: Share?
  package var ioFull: Share?

  package init() {}
}

/// What is in no job.
package struct OtherMoment: Sendable, Equatable {
  package var used: Cores?
  package var memory = MemoryMoment()
  package var processes: Int?

  package init() {}
}

/// The opened job's processes.
package struct OpenedMoment: Sendable {
  package var id: JobID
  package var processes: [ProcessMoment]

  package init(id: JobID, processes: [ProcessMoment]) {
    self.id = id
    self.processes = processes
  }
}

/// One process of the opened job, with rates.
package struct ProcessMoment: Sendable {
  package var reading: ProcessReading
  package var used: Cores?
  package var io = IOMoment()

  package init(reading: ProcessReading) { self.reading = reading }
}

/// What loadline costs.
package struct CostMoment: Sendable, Equatable {
  /// Part of one core.
  package var cpu: Share?
  package var resident = Bytes(0)
  package var descriptors = Bytes(0)

  package init() {}
}
