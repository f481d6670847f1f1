import Model

/// A device with made-up numbers.
struct GPUBuilder {
  var moment: GPUMoment
  private var now: Instant

  init(_ index: Int, name: String = "NVIDIA H100 80GB HBM3", now: Instant) {
    self.now = now
    var identity = GPUIdentity(
      id: GPUID(SafeText("GPU-\(1000 + index)aaaa-bbbb")), index: index, vendor: .nvidia,
      name: SafeText(name))
    identity.node = index / 4
    var reading = GPUReading(identity: identity, time: now)
    reading.memory = .value(gibibytes(79.6))
    reading.memoryUsed = .value(.zero)
    reading.memoryReserved = .value(.mebi(550))
    reading.memoryBusy = .value(Share(0))
    reading.powerLimit = .value(Watts(700))
    reading.power = .value(Watts(72))
    reading.clock = .value(345)
    reading.clockMost = .value(1980)
    reading.temperature = .value(34)
    reading.slowdownTemperature = .value(87)
    reading.throttles = .value([])
    reading.processes = .value([])
    moment = GPUMoment(reading: reading)
    moment.idle.countedSince = Instant(nanoseconds: now.nanoseconds - 7200 * 1_000_000_000)
    moment.idle.lowestPower = Watts(70)
    moment.idle.level = Watts(133)
    moment.idle.lastHour = Share(1)
    moment.idle.lastDay = Share(1)
    moment.idle.hours = 2
    moment.idle.longest = 7200
    self = busy { _ in 0 }
  }

  func with(_ change: (inout GPUMoment) -> Void) -> Self {
    var copy = self
    change(&copy.moment)
    return copy
  }

  /// How busy it was so many seconds ago.
  func busy(idleHour: Double = 1, power: Double = 72, _ share: (Int) -> Double) -> Self {
    with {
      $0.lastMinute = (0..<60).reversed().map { Share(share($0)) }
      $0.reading.busy = .value(Share(share(0)))
      $0.reading.power = .value(Watts(power))
      $0.idle.isIdle = share(0) == 0
      $0.idle.lastMinute = Share(Double((0..<60).count { share($0) == 0 }) / 60)
      $0.idle.lastHour = Share(idleHour)
      var activity = GPUActivity(multiprocessors: Share(share(0) * 0.7))
      activity.tensor = Share(share(0) * 0.4)
      activity.occupancy = Share(share(0) * 0.5)
      $0.reading.activity = .value(activity)
      guard share(0) > 0 else { return }
      $0.reading.clock = .value(1980)
      $0.reading.temperature = .value(Int(30 + power / 15))
      $0.idle.hours = idleHour * 2
      $0.idle.lastDay = Share(idleHour)
      $0.idle.longest = idleHour * 600
    }
  }

  func idle(seconds: UInt64, sinceBeginning: Bool = false) -> Self {
    with {
      $0.idle.isIdle = true
      $0.idle.since = Instant(nanoseconds: now.nanoseconds - seconds * 1_000_000_000)
      $0.idle.isSinceBeginning = sinceBeginning
    }
  }

  /// Held by a job with so much memory.
  func held(by job: JobMoment, gibi: Double, pid: Int32, share: Double? = nil) -> Self {
    with {
      var process = GPUProcess(pid: pid, memory: gibibytes(gibi))
      process.share = share.map { .value(Share($0)) } ?? .unknown
      $0.reading.processes = .value(($0.reading.processes.value ?? []) + [process])
      $0.reading.memoryUsed = $0.reading.memoryUsed.map { $0 + gibibytes(gibi) }
      var holder = GPUHolder(job: job.id, reason: .context)
      holder.processes = 1
      holder.pids = [pid]
      holder.memory = gibibytes(gibi)
      holder.share = share.map { .value(Share($0)) } ?? $0.reading.busy
      $0.holders.append(holder)
    }
  }

  func stranger(_ name: String?, owner: String?, gibi: Double, pid: Int32) -> Self {
    with {
      var process = GPUProcess(pid: pid, memory: gibibytes(gibi))
      process.isHere = name != nil
      $0.reading.processes = .value(($0.reading.processes.value ?? []) + [process])
      $0.reading.memoryUsed = $0.reading.memoryUsed.map { $0 + gibibytes(gibi) }
      var stranger = GPUStranger(process: process)
      stranger.name = name.map { SafeText($0) }
      stranger.owner = owner.map { SafeText($0) }
      $0.strangers.append(stranger)
    }
  }

  /// An instance of a split device.
  func instance(_ index: Int, kind: String) -> Self {
    with {
      let parent = $0.reading.identity
      $0.reading.identity.isSplit = false
      $0.reading.identity.parent = parent.id
      $0.reading.identity.index = index
      $0.reading.identity.id = GPUID(SafeText("MIG-\(parent.index)\(index)aaaa-bbbb"))
      $0.reading.identity.name = SafeText("\(parent.name) MIG \(kind)")
      $0.reading.memory = .value(.gibi(10))
      $0.reading.busy = .unsupported
      $0.reading.power = .unsupported
      $0.reading.powerLimit = .unsupported
      $0.reading.temperature = .unsupported
      $0.lastMinute = []
    }
  }
}

extension Boxes {
  /// The busy box with so many GPUs, of which each is in another state.
  static func gpus(_ count: Int) -> Moment {
    var moment = busy()
    // loadline began two hours before.
    moment.time = Instant(nanoseconds: 20_000 * 1_000_000_000)
    moment.box.numaNodes = 2
    let builders = devices(moment.jobs, now: moment.time)
    moment.gpus = builders.filter {
      let identity = $0.reading.identity
      let parent = identity.parent.flatMap { id in builders.first { $0.id == id } }
      return (parent?.reading.identity.index ?? identity.index) < count
    }
    giveGPUs(to: &moment)
    return moment
  }

  /// What `loadline demo` plays: one trains, one starves, one is held and idle.
  static func simulatedGPUs() -> Moment {
    var moment = moment(
      cores: 8, memory: 32,
      jobs: [
        JobBuilder("demo-train", owner: "ann", number: 1).cores(2.8, of: 3).memory(1.5, of: 2),
        JobBuilder("demo-loader", owner: "ann", number: 2).cores(1, of: 1, wants: 3, throttled: 0.6)
          .memory(0.5, of: 2).states(.throttled),
        JobBuilder("demo-notebook", owner: "ann", number: 3).cores(0.01, of: 2).memory(1, of: 2)
          .states(.idle),
      ].map(\.moment), otherCores: 0.3, otherMemory: 4, uncharged: 1)
    moment.time = Instant(nanoseconds: 20_000 * 1_000_000_000)
    let jobs = moment.jobs
    func device(_ index: Int) -> GPUBuilder {
      GPUBuilder(index, name: "Simulated GPU", now: moment.time).with {
        $0.reading.identity.isSimulated = true
        $0.reading.identity.node = nil
        $0.idle.countedSince = Instant(nanoseconds: 19_700 * 1_000_000_000)
      }
    }
    moment.gpus = [
      device(0).busy(idleHour: 0, power: 640) { $0 % 24 < 20 ? 0.98 : 0.91 }
        .held(by: jobs[0], gibi: 61, pid: 4711),
      device(1).busy(idleHour: 0.5, power: 430) { $0 % 3 == 0 ? 1 : $0 % 3 == 1 ? 0.5 : 0 }
        .held(by: jobs[1], gibi: 22, pid: 4712),
      device(2).held(by: jobs[2], gibi: 34, pid: 4713).idle(seconds: 300, sinceBeginning: true),
    ].map { $0.with { $0.reading.activity = .unsupported }.moment }
    moment.gpusAreSimulated = true
    giveGPUs(to: &moment)
    return moment
  }

  private static func devices(_ jobs: [JobMoment], now: Instant) -> [GPUMoment] {
    func gpu(_ index: Int) -> GPUBuilder { GPUBuilder(index, now: now) }
    func job(_ name: String) -> JobMoment {
      jobs.first { $0.job.name.string == name } ?? jobs[0]
    }
    let before = Instant(nanoseconds: now.nanoseconds - 12 * 1_000_000_000)
    let split = gpu(6).with {
      $0.reading.identity.isSplit = true
      $0.reading.busy = .unsupported
      $0.reading.activity = .unsupported
      $0.reading.processes = .unsupported
      $0.lastMinute = []
      $0.idle = GPUIdleness()
    }
    var builders: [GPUBuilder] = [
      gpu(0).busy(idleHour: 0.02, power: 640) { $0 % 20 == 7 ? 0.4 : 0.98 }
        .held(by: job("llama-ft"), gibi: 61, pid: 4711, share: 0.97),
      gpu(1).held(by: job("notebook-7"), gibi: 34, pid: 20_113).idle(seconds: 42 * 60),
      gpu(2).busy(idleHour: 0.5, power: 430) { $0 % 4 < 2 ? 1 : 0 }
        .held(by: job("vit-b"), gibi: 22, pid: 901),
      gpu(3).busy(idleHour: 0.05, power: 699) { _ in 1 }.with {
        $0.reading.throttles = .value([.power])
        $0.reading.received = .value(ByteRate(12.4e9))
        $0.reading.sent = .value(ByteRate(3.1e8))
      }.held(by: job("llama-ft"), gibi: 60.2, pid: 4712, share: 0.99),
      gpu(4).busy(idleHour: 0.3, power: 350) { $0 % 7 == 3 ? 0 : 0.6 }
        .held(by: job("etl-nightly"), gibi: 40, pid: 77, share: 0.4)
        .held(by: job("vit-b"), gibi: 12.5, pid: 902, share: 0.2),
      gpu(5).busy(idleHour: 0.9, power: 180) { $0 < 9 ? 0.2 : 0 }
        .stranger("python3", owner: "eve", gibi: 3.5, pid: 31_337),
      split,
      split.instance(0, kind: "1g.10gb").with {
        $0.reading.processes = .value([])
        $0.reading.activity = .value(GPUActivity(multiprocessors: Share(0.63)))
        $0.idle.isIdle = false
      }.held(by: job("bench"), gibi: 6.5, pid: 1404),
      split.instance(1, kind: "1g.10gb").with { $0.reading.processes = .value([]) },
      gpu(7).busy(power: 510) { _ in 0.8 }.held(by: job("slurm-8123"), gibi: 70, pid: 8123).with {
        $0.reading.condition = .silent(since: before)
        $0.reading.time = before
        $0.idle.isIdle = nil
      },
      gpu(8).held(by: job("tiny"), gibi: 2, pid: 55).with {
        $0.reading.condition = .lost
        $0.reading.busy = .unknown
        $0.reading.power = .unknown
        $0.reading.temperature = .unknown
        $0.reading.memoryUsed = .unknown
        $0.lastMinute = (0..<60).map { $0 < 40 ? Share(0.7) : nil }
        $0.idle.isIdle = nil
      },
      gpu(9).busy(power: 300) { _ in 0.5 }.held(by: job("reader"), gibi: 9, pid: 56).with {
        $0.reading.time = before
      },
      gpu(10).busy(idleHour: 0.1, power: 520) { _ in 0.97 }.with {
        $0.reading.throttles = .value([.thermal, .power])
        $0.reading.temperature = .value(88)
        $0.reading.lastError = GPUError(number: 79, time: before)
        $0.reading.remappedRows = .value(
          GPURemappedRows(correctable: 2, uncorrectable: 1, isPending: true, hasFailed: false))
      }.held(by: job("hoarder"), gibi: 79, pid: 57),
      gpu(11).held(by: job("no-numbers"), gibi: 1, pid: 58).idle(
        seconds: 7200, sinceBeginning: true),
      gpu(12).stranger(nil, owner: nil, gibi: 12, pid: 60_001).idle(seconds: 30),
      gpu(13).idle(seconds: 5400),
    ]
    builders += [
      GPUBuilder(14, name: "AMD Instinct MI300A", now: now).with {
        $0.reading.identity.vendor = .amd
        $0.reading.memory = .value(.zero)
        $0.reading.memoryUsed = .value(gibibytes(22))
        $0.reading.powerLimit = .unsupported
        $0.reading.activity = .unsupported
        $0.reading.throttles = .unsupported
        $0.reading.processes = .unsupported
        $0.idle.level = nil
      },
      gpu(15).with {
        $0 = GPUMoment(reading: GPUReading(identity: $0.reading.identity, time: now))
        $0.reading.condition = .refused
      },
    ]
    return builders.map(\.moment)
  }

  private static func giveGPUs(to moment: inout Moment) {
    for index in moment.jobs.indices {
      let id = moment.jobs[index].id
      let held = moment.gpus.filter { $0.holders.contains { $0.job == id } }
      guard !held.isEmpty else { continue }
      let own = held.compactMap { device in device.holders.first { $0.job == id } }
      var gpus = JobGPUs()
      gpus.held = held.map(\.id)
      gpus.isShared = held.contains { $0.holders.count > 1 }
      let shares = own.map(\.share.value?.value)
      gpus.busy = shares.contains(nil) ? nil : shares.compactMap { $0 }.reduce(0, +)
      gpus.memory = own.compactMap(\.memory).reduce(.zero, +)
      let since = held.map(\.idle.since)
      if !since.contains(nil) {
        gpus.idleSince = since.compactMap { $0 }.max()
        gpus.idleIsSinceBeginning = held.contains { $0.idle.isSinceBeginning }
      }
      moment.jobs[index].gpus = gpus
    }
  }
}
