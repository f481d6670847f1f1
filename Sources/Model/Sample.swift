/// Raw counters read at one instant. Rates are made of two of them (``Rates``).
///
/// In every reading, nil is "could not be read"; it is never 0.
package struct Sample: Sendable {
  /// When the sample began.
  package var time: Instant
  /// The wall clock at the same moment, in seconds since 1970.
  package var wallClock: Double
  package var box: BoxReading
  /// One entry a job, in the order in which the jobs were found.
  package var jobs: [JobReading]
  /// Everything in no job, summed from the groups and processes themselves, not as a difference.
  package var other: OtherReading
  /// The processes of the job opened on the screen; nil when none is.
  package var opened: OpenedJob?
  package var cost: SelfReading
  package var notices: [Notice]
  /// The processes that hold GPUs, by pid; those that cannot be seen are missing.
  package var gpuOwners: [Int32: GPUOwner] = [:]

  package init(
    time: Instant, wallClock: Double, box: BoxReading, jobs: [JobReading], other: OtherReading,
    opened: OpenedJob? = nil, cost: SelfReading = SelfReading(), notices: [Notice] = []
  ) {
    self.time = time
    self.wallClock = wallClock
    self.box = box
    self.jobs = jobs
    self.other = other
    self.opened = opened
    self.cost = cost
    self.notices = notices
  }
}

/// One job's counters and limits.
package struct JobReading: Sendable {
  package var job: Job
  /// When these counters were read.
  package var time: Instant
  package var cpu = CPUReading()
  package var memory = MemoryReading()
  package var io = IOReading()
  package var pressure = PressureReading()
  package var grant = Grant()
  package var processes: Int?
  package var threads: Int?
  /// When its oldest process began, of those that were there when it was found.
  package var started: Instant?
  /// Limits of its grant that a group above it sets; nil for a command tree, whose cgroup is not its own.
  package var inherited: InheritedLimits?

  package init(job: Job, time: Instant) {
    self.job = job
    self.time = time
  }
}

/// CPU time consumed and withheld, as counters that only grow.
package struct CPUReading: Sendable, Equatable {
  /// Nanoseconds of CPU time (v2 `cpu.stat` usage_usec, v1 `cpuacct.usage`, or utime + stime).
  package var usage: UInt64?
  /// Periods of the quota, and those in which it ran out, on the group of the path that throttles
  /// most (the fields are per group: a throttling parent leaves the child's at 0).
  package var periods: UInt64?
  package var throttledPeriods: UInt64?
  /// The group above the job that throttled it last; nil where it is the job's own.
  package var throttlingAncestor: SafeText?
  /// Running plus waiting for a CPU, over this sample's interval; nil where it equals usage
  /// because nothing holds the job back, or where it could not be read.
  package var demand: Cores?
  /// Not every thread was read in this sample: the demand is scaled up from those that were.
  package var demandIsEstimate = false

  package init() {}
}

/// Memory charged to a job, by kind.
package struct MemoryReading: Sendable, Equatable {
  /// All that is charged, page cache included (`memory.current`).
  package var charged: Bytes?
  package var anonymous: Bytes?
  package var shared: Bytes?
  /// Page cache without shared memory.
  package var file: Bytes?
  /// Kernel memory that cannot be reclaimed.
  package var kernel: Bytes?
  /// Locked or otherwise unreclaimable pages; overlaps ``anonymous`` and ``shared``.
  package var unevictable: Bytes?
  package var peak: Bytes?
  package var oomKills: UInt64?
  /// How often usage met the limit or `memory.high` (v2 `memory.events`, v1 `memory.failcnt`).
  package var limitHits: UInt64?
  /// How often it was held at `memory.high` (v2 `memory.events`).
  package var highEvents: UInt64?
  /// Pages that had been reclaimed and were wanted again (`workingset_refault_anon`, `_file`).
  package var anonymousRefaults: UInt64?
  package var fileRefaults: UInt64?
  /// Pages read back from swap (v2 `pswpin`; v1 and older kernels do not count them for groups).
  package var swapIns: UInt64?
  /// For a command tree: the proportional set size, and whether it was carried on since by
  /// the change of resident sizes.
  package var proportional: Bytes?
  package var isEstimate = false
  /// When the proportional set size was read.
  package var readAt: Instant?

  package init() {}
}

/// Bytes moved to and from block devices, counted once at the lowest device.
package struct IOReading: Sendable, Equatable {
  package var read: UInt64?
  package var written: UInt64?
  /// What read calls asked for (`rchar`), page cache, pipes and sockets included; only where
  /// processes were read.
  package var called: UInt64?

  package init() {}
}

/// PSI totals in microseconds. `full` for CPU does not exist for a whole machine.
package struct PressureReading: Sendable, Equatable {
  package var cpuSome: UInt64?
  package var cpuFull: UInt64?
  package var memorySome: UInt64?
  package var memoryFull: UInt64?
  package var ioSome: UInt64?
  package var ioFull: UInt64?

  package init() {}
}

/// The box: this machine, or the container that loadline runs in.
package struct BoxReading: Sendable {
  package var time: Instant
  package var hostName: SafeText = .empty
  /// CPUs online, or the container's quota.
  package var cores = Cores(0)
  package var cpus = CPUSet()
  package var topology = Topology()
  /// Nanoseconds of CPU time used by each CPU since boot, by its number; nil for one that is offline.
  package var cpuUsage: [UInt64?] = []
  package var numaNodes = 1
  /// Nanoseconds of CPU time used since boot: user, nice, system, irq and softirq, guests in user.
  package var usage: UInt64?
  /// Nanoseconds taken by the hypervisor.
  package var stolen: UInt64?
  /// Processes and threads started since boot.
  package var forks: UInt64?
  package var memory = Bytes(0)
  package var memoryFree: Bytes?
  /// Page cache, buffers and slab that can be reclaimed; shared memory is not among it.
  package var memoryReclaimable: Bytes?
  /// The part of it that is the kernel's: slab that can be reclaimed.
  package var reclaimableSlab: Bytes?
  package var swap: Bytes?
  package var swapUsed: Bytes?
  package var io = IOReading()
  package var network = NetworkReading()
  package var pressure = PressureReading()
  /// The box is a container's limits rather than the host.
  package var isContainer = false

  package init(time: Instant) { self.time = time }
}

/// Bytes over all network interfaces but the loopback.
package struct NetworkReading: Sendable, Equatable {
  package var received: UInt64?
  package var sent: UInt64?

  package init() {}
}

/// Everything on the box that is in no job.
package struct OtherReading: Sendable, Equatable {
  package var time: Instant
  package var usage: UInt64?
  package var memory = MemoryReading()
  package var processes: Int?

  package init(time: Instant) { self.time = time }
}

/// What a process that holds a GPU is.
package struct GPUOwner: Sendable, Equatable {
  package var job: JobID?
  package var name: SafeText
  package var user: SafeText

  package init(name: SafeText, user: SafeText) {
    self.name = name
    self.user = user
  }
}

/// What loadline itself has used.
package struct SelfReading: Sendable, Equatable {
  /// Nanoseconds of CPU time of the whole process.
  package var usage: UInt64 = 0
  package var resident = Bytes(0)
  /// Kernel memory behind the descriptors it keeps open (about 4.3 KB each).
  package var descriptors = Bytes(0)

  package init() {}
}

/// The processes of one job, read only while it is open on the screen.
package struct OpenedJob: Sendable {
  package var id: JobID
  package var processes: [ProcessReading]

  package init(id: JobID, processes: [ProcessReading]) {
    self.id = id
    self.processes = processes
  }
}

/// One process of the opened job.
package struct ProcessReading: Sendable {
  package var pid: Int32
  /// Start time in clock ticks after boot; with the pid it is the process's identity.
  package var start: UInt64
  package var time: Instant
  package var parent: Int32 = 0
  package var user: SafeText = .empty
  package var name: SafeText = .empty
  /// The command line with secrets blanked out; nil until it was read.
  package var command: SafeText?
  /// R, S, D, Z, T, … of the main thread, as in proc(5).
  package var state: Character = "?"
  package var threads: Int = 0
  package var usage: UInt64?
  package var resident: Bytes?
  package var io = IOReading()
  /// The kernel function it sleeps in; nil when running or not permitted.
  package var waitingOn: SafeText?

  package init(pid: Int32, start: UInt64, time: Instant) {
    self.pid = pid
    self.start = start
    self.time = time
  }
}

/// Something the operator should know about how far the numbers reach.
package enum Notice: Sendable, Hashable {
  case othersHidden
  case insideContainer
  case noCgroups
  case noPressure
  case descriptorsShort(SafeText)

  package var text: String {
    switch self {
    case .othersHidden: "others' processes hidden"
    case .insideContainer: "box = this container's limits"
    case .noCgroups: "no cgroup hierarchy readable"
    case .noPressure: "no PSI in this kernel"
    case .descriptorsShort(let what): "too few file descriptors for \(what)"
    }
  }
}
