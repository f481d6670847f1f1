import Model

/// Boxes to look at: deterministic moments with everything a screen has to cope with.
enum Boxes {
  /// Friday, 14:03:21 UTC.
  static let wallClock = 1_785_506_601.0

  static func moment(
    cores: Double = 64, memory: Double = 512, jobs: [JobMoment], otherCores: Double? = 2.1,
    otherMemory: Double? = 31, uncharged: Double = 4.2, tick: UInt64 = 120
  ) -> Moment {
    var box = BoxMoment()
    box.hostName = SafeText("trainbox-03")
    box.cores = Cores(cores)
    box.cpus = CPUSet(0..<Int(cores))
    box.used = otherCores.map { other in
      Cores(jobs.reduce(other) { $0 + ($1.cpu.used?.value ?? 0) })
    }
    box.memory = gibibytes(memory)
    box.memoryUsed = otherMemory.map { other in
      jobs.reduce(gibibytes(other + uncharged)) { $0 + ($1.memory.used ?? .zero) }
    }
    box.memoryReclaimable = gibibytes(memory / 10)
    box.swap = gibibytes(8)
    box.swapUsed = gibibytes(1.25)
    box.io.read = ByteRate(1.2e9)
    box.io.written = ByteRate(8.04e7)
    box.received = ByteRate(2.1e8)
    box.sent = ByteRate(1.2e7)
    box.pressure.cpuSome = Share(0.031)
    box.pressure.memorySome = Share(0)
    box.pressure.ioSome = Share(0.12)
    var other = OtherMoment()
    other.used = otherCores.map { Cores($0) }
    other.memory.used = otherMemory.map { gibibytes($0) }
    other.memory.anonymous = otherMemory.map { gibibytes($0 * 0.9) }
    other.memory.kernel = otherMemory.map { gibibytes($0 * 0.1) }
    other.memory.file = gibibytes(6)
    other.processes = 412
    var cost = CostMoment()
    cost.cpu = Share(0.0012)
    cost.resident = .mebi(14)
    return Moment(
      time: Instant(nanoseconds: tick * 1_000_000_000), wallClock: wallClock, interval: 1, box: box,
      jobs: jobs, other: other, cost: cost)
  }

  /// Fourteen jobs with odd values; more is granted than the box has.
  static func busy() -> Moment { moment(jobs: busyJobs().map(\.moment)) }

  static func busyJobs() -> [JobBuilder] {
    [
      JobBuilder("llama-ft", owner: "alice", number: 1)
        .cores(15.9, of: 16, wants: 22.4, throttled: 0.38).memory(
          61, of: 128, cache: 22, shared: 1.2
        )
        .io(read: 212, written: 3.4).states(.throttled).pressure(io: 0.02, cpu: 0.31)
        .budget(cores: 20, memory: 96, tags: ["team": "nlp", "run": "7"])
        .cpus("0-15", weight: 100),
      JobBuilder("vit-b", owner: "bob", number: 2)
        .cores(3.1, of: 16).memory(118, of: 128, cache: 8).io(read: 96, written: 0)
        .states(.nearMemoryLimit).pressure(memory: 0.03),
      JobBuilder("notebook-7", owner: "carol", number: 3)
        .cores(0.02, of: 8).memory(22, of: 64).io(read: 0, written: 0).states(.idle),
      JobBuilder("etl-nightly", owner: "dave", number: 4)
        .cores(6, of: 6, wants: 24, estimated: true, throttled: 0.98).memory(8, of: 10, high: 9)
        .io(read: 812, written: 320).states(.throttled, .nearMemoryLimit, .reclaiming)
        .pressure(memory: 0.22),
      JobBuilder("訓練-大規模-モデル", owner: "ėmilija", number: 5, source: .docker)
        .cores(4.4, of: 8).memory(12.5, of: 32, cache: 19).io(read: 1.4, written: 0.2),
      JobBuilder(
        "pretrain-multilingual-encoder-v2-final-really", owner: "a-very-long-login", number: 6
      )
      .cores(7.2, of: 12, wants: 9).memory(40, of: 48, estimated: true).io(read: 44, written: 12),
      JobBuilder("python train.py#2", owner: "erin", number: 7, source: .process)
        .cores(2.4).memory(3.1, estimated: true).io(read: nil, written: nil)
        .with { $0.memory.age = 4 },
      JobBuilder("no-numbers", owner: "frank", number: 8)
        .cores(nil, of: 4).memory(nil, of: 16).io(read: nil, written: nil),
      JobBuilder("reader", owner: "carol", number: 9)
        .cores(0.4, of: 2).memory(0.7, of: 4, cache: 3.2).io(read: 1450, written: 0)
        .states(.ioStalled).pressure(io: 0.61),
      JobBuilder("tiny", owner: "bob", number: 10).cores(0.25, of: 0.25, wants: 1, throttled: 0.9)
        .memory(0.06, of: 0.0625).io(read: 0, written: 0).states(.throttled, .nearMemoryLimit),
      JobBuilder("over-budget", owner: "alice", number: 11).cores(5).memory(24)
        .io(read: 3, written: 3).budget(cores: 4, memory: 16),
      JobBuilder("hoarder", owner: "dave", number: 12).cores(0.1, of: 4).memory(
        62, of: 64, cache: 1
      )
      .io(read: 0, written: 0).states(.nearMemoryLimit),
      JobBuilder("slurm-8123", owner: "gina", number: 13, source: .slurm)
        .cores(8, of: 8).memory(15, of: 16, high: 12).io(read: 12, written: 0),
      JobBuilder("bench", owner: "bob", number: 14).cores(0.9, of: 1, wants: 1.05).memory(
        1.5, of: 2
      )
      .io(read: 0, written: 0.004),
    ]
  }

  static func idle() -> Moment {
    var moment = moment(jobs: [], otherCores: 0.3, otherMemory: 6)
    moment.box.io.read = ByteRate(0)
    moment.box.pressure.cpuSome = Share(0)
    moment.box.pressure.ioSome = Share(0)
    return moment
  }

  /// The first sample: amounts are known, rates are not.
  static func firstTick() -> Moment {
    var moment = busy()
    moment.interval = nil
    moment.box.used = nil
    moment.box.io = IOMoment()
    moment.box.received = nil
    moment.box.sent = nil
    moment.box.pressure = PressureMoment()
    moment.other.used = nil
    moment.cost.cpu = nil
    moment.jobs = moment.jobs.map { job in
      var job = job
      job.cpu = CPUMoment()
      job.io = IOMoment()
      job.pressure = PressureMoment()
      job.states = []
      job.history = Trends()
      return job
    }
    return moment
  }

  /// So many jobs of very different sizes.
  static func many(_ count: Int) -> Moment {
    // However many they are, together they use less than the box has.
    let share = min(1, 6 / Double(max(1, count)))
    return moment(
      jobs: (0..<count).map { number in
        let grant = number % 3 == 0 ? nil : Double(number % 16 + 1)
        let used = Double((number * 37) % 160) / 10 * share
        return JobBuilder("job-\(number)", owner: "user\(number % 9)", number: UInt64(number))
          .cores(min(used, grant ?? used), of: grant, wants: used > (grant ?? 999) ? used : nil)
          .memory(
            Double((number * 53) % 640) / 10 * share, of: number % 4 == 0 ? nil : 64, cache: 4
          )
          .io(read: Double(number % 1000), written: nil).moment
      }, otherCores: 1)
  }

  /// The busy box with the processes of its first job.
  static func opened(processes count: Int = 40) -> Moment {
    var moment = busy()
    moment.opened = OpenedMoment(
      id: moment.jobs[0].id,
      processes: (0..<count).map { number in
        var reading = ProcessReading(
          pid: Int32(4000 + number * 111), start: UInt64(number), time: moment.time)
        reading.user = SafeText("alice")
        reading.name = SafeText("python")
        reading.command = SafeText(
          number == 0
            ? "python -m torch.distributed.run --nproc-per-node 4 train.py --token=***"
            : "python train.py --worker \(number)")
        reading.state = number % 4 == 0 ? "R" : number % 7 == 0 ? "D" : "S"
        reading.threads = 12
        reading.resident = .mebi(Int64(300 + number * 97))
        reading.waitingOn = number % 4 == 0 ? nil : SafeText("futex_wait_queue")
        var process = ProcessMoment(reading: reading)
        process.used = number == 3 ? nil : Cores(Double((number * 29) % 100) / 100)
        process.io.read = ByteRate(Double(number) * 1e6)
        return process
      })
    return moment
  }
}
