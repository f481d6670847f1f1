import Model

/// A moment in which everything is known.
enum Full {
  static var moment: Moment {
    var box = BoxMoment()
    box.hostName = SafeText("box")
    box.cores = Cores(4)
    box.used = Cores(1.25)
    box.stolen = Cores(0.001)
    box.memory = .gibi(16)
    box.memoryUsed = .gibi(4)
    box.memoryReclaimable = .gibi(2)
    box.swap = .gibi(1)
    box.swapUsed = Bytes(4096)
    box.io = io
    box.received = ByteRate(10)
    box.sent = ByteRate(20)
    box.pressure = pressure
    var other = OtherMoment()
    other.used = Cores(0.25)
    other.memory = memory
    var cost = CostMoment()
    cost.cpu = Share(0.001234)
    cost.resident = .mebi(9)
    cost.descriptors = Bytes(430_000)
    var moment = Moment(
      time: now, wallClock: 1_763_640_000.1234, interval: 1.0001, box: box,
      jobs: [job], other: other, cost: cost, notices: [.noPressure])
    moment.gpus = [gpu]
    moment.findings = [finding(of: nil)]
    return moment
  }

  static let now = Instant(nanoseconds: 60_000_000_000)

  /// A finding with all that one can have.
  static func finding(of job: JobID?) -> Finding {
    var suggestion = Suggestion(.knob(.cores), .raise, .cores(Cores(2)), "give it 2 more cores")
    suggestion.job = job
    var account = FindingAccount(
      "Its quota ran out in 38 % of periods.",
      [Evidence("throttled", 0.38, .share), Evidence("demand", 2.5, .cores)],
      suggestion: suggestion, waste: Waste(cores: 1.5, memory: 2, gpus: 0.25))
    account.ruledOut = [RuledOut(.io, "not disks: stalled 0.2 % of the time")]
    return Finding(
      job: job, rule: .cpuQuota, level: .amber, since: Instant(nanoseconds: 47_900_000_000),
      asOf: now, account: account)
  }

  static let gpuID = GPUID(SafeText("GPU-1"))

  static var gpu: GPUMoment {
    let identity = GPUIdentity(id: gpuID, index: 0, vendor: .nvidia, name: SafeText("X"))
    var reading = GPUReading(identity: identity, time: now)
    reading.busy = .value(Share(0.5))
    reading.memoryBusy = .value(Share(0.25))
    reading.memory = .value(.gibi(80))
    reading.memoryUsed = .value(.gibi(61))
    reading.memoryReserved = .value(.mebi(550))
    reading.power = .value(Watts(643.25))
    reading.powerLimit = .value(Watts(700))
    reading.powerLimitRange = .value(Watts(200)...Watts(700))
    reading.powerLimitDefault = .value(Watts(700))
    reading.energy = .value(1500)
    reading.clock = .value(1980)
    reading.clockMost = .value(1980)
    reading.memoryClock = .value(2619)
    reading.temperature = .value(64)
    reading.slowdownTemperature = .value(87)
    reading.throttles = .value([.power, .brake])
    reading.throttleTimes = .value(GPUThrottleTimes(power: 2_500_000_000, thermal: nil, brake: 0))
    reading.activity = .value(GPUActivity(multiprocessors: Share(0.4)))
    reading.received = .value(ByteRate(1e9))
    reading.sent = .value(ByteRate(2e9))
    reading.remappedRows = .value(
      GPURemappedRows(correctable: 1, uncorrectable: 0, isPending: true, hasFailed: false))
    var gpu = GPUMoment(reading: reading)
    gpu.idle.isIdle = false
    var holder = GPUHolder(job: .cgroup(inode: 4711), reason: .context)
    holder.processes = 2
    holder.memory = .gibi(60)
    holder.share = .value(Share(0.5))
    gpu.holders = [holder]
    gpu.strangers = [GPUStranger(process: GPUProcess(pid: 7, memory: nil))]
    gpu.strangers[0].process.share = .unknown
    return gpu
  }

  static var job: JobMoment {
    var declaration = JobDeclaration()
    declaration.tags = ["project": SafeText("x")]
    declaration.budget = Budget(
      cores: Cores(3), memory: .gibi(2), read: ByteRate(1e6), write: ByteRate(2e6))
    var job = JobMoment(
      job: Job(
        id: .cgroup(inode: 4711), name: SafeText("train"), owner: SafeText("alice"), source: .run,
        cgroup: "/loadline/train", declaration: declaration))
    job.processes = 3
    job.threads = 9
    job.cpu.used = Cores(1)
    job.cpu.demand = Cores(2.5)
    job.cpu.throttled = Share(0.4)
    job.grant.cores = .at(Cores(1))
    job.grant.cpus = CPUSet([0, 1, 2, 8])
    job.grant.weight = 200
    job.grant.memory = .at(.gibi(1))
    job.grant.memoryHigh = .at(.mebi(900))
    job.grant.read = .at(ByteRate(1e6))
    job.grant.write = .at(ByteRate(5e5))
    job.memory = memory
    job.io = io
    job.pressure = pressure
    var gpus = JobGPUs()
    gpus.held = [gpuID]
    gpus.busy = 0.5
    gpus.memory = .gibi(60)
    job.gpus = gpus
    job.states = [.throttled, .nearMemoryLimit]
    job.findings = [finding(of: job.id)]
    job.notEvaluated = [NotEvaluated(.cpuContention, .throttled)]
    return job
  }

  private static var memory: MemoryMoment {
    var memory = MemoryMoment()
    memory.used = .mebi(700)
    memory.charged = .mebi(800)
    memory.anonymous = .mebi(600)
    memory.shared = .mebi(90)
    memory.file = .mebi(100)
    memory.kernel = .mebi(10)
    memory.peak = .mebi(850)
    memory.oomKills = 1
    memory.age = 12.34
    return memory
  }

  private static var io: IOMoment {
    var io = IOMoment()
    io.read = ByteRate(1234.5)
    io.written = ByteRate(0)
    return io
  }

  private static var pressure: PressureMoment {
    var pressure = PressureMoment()
    pressure.cpuSome = Share(0.5)
    pressure.cpuFull = Share(0.1)
    pressure.memorySome = Share(0.01)
    pressure.memoryFull = Share(0)
    pressure.ioSome = Share(1)
    pressure.ioFull = Share(0.33333)
    return pressure
  }
}
