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
    return Moment(
      time: Instant(nanoseconds: 5), wallClock: 1_763_640_000.1234, interval: 1.0001, box: box,
      jobs: [job], other: other, cost: cost, notices: [.noPressure])
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
    job.states = [.throttled, .nearMemoryLimit]
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
