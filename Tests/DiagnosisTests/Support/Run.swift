import Diagnosis
import Model

/// A box whose moments are written by hand, one a second, and diagnosed.
final class Run {
  var moment: Moment
  private var engine: DiagnosisEngine
  /// Seconds since the first moment.
  private(set) var seconds = 0.0

  /// What the job is called in ``job``.
  static let id = JobID.cgroup(inode: 1)

  /// A box of 64 cores and 512 GiB with one job of 16 cores and 64 GiB, beyond its warm-up.
  init(_ settings: RuleSettings = RuleSettings(), warm: Bool = true) {
    engine = DiagnosisEngine(settings)
    var box = BoxMoment()
    box.cores = Cores(64)
    box.cpus = CPUSet(0..<64)
    box.topology = Topology(flat: box.cpus)
    box.memory = .gibi(512)
    box.used = Cores(10)
    box.stolen = Cores(0)
    box.swap = .zero
    moment = Moment(
      time: Instant(nanoseconds: 1_000_000_000_000), wallClock: 0, interval: nil, box: box,
      jobs: [Self.job(1, "llama-ft")], other: OtherMoment())
    engine.diagnose(&moment)
    if warm { pass(121) }
  }

  /// A job that works without anything in its way, on a kernel that tells everything.
  static func job(_ inode: UInt64, _ name: String) -> JobMoment {
    var job = JobMoment(
      job: Job(
        id: .cgroup(inode: inode), name: SafeText(name), owner: SafeText("alice"), source: .run,
        cgroup: "/loadline/\(name)"))
    job.grant.cores = .at(Cores(16))
    job.grant.cpus = CPUSet(0..<64)
    job.grant.memory = .at(.gibi(64))
    job.threads = 40
    job.cpu.used = Cores(12)
    job.cpu.demand = Cores(12)
    job.cpu.throttled = Share(0)
    job.memory.used = .gibi(30)
    job.memory.file = .gibi(20)
    job.memory.oomKills = 0
    job.io.read = ByteRate(0)
    job.io.written = ByteRate(0)
    job.pressure.cpuSome = Share(0)
    job.pressure.cpuFull = Share(0)
    job.pressure.memorySome = Share(0)
    job.pressure.memoryFull = Share(0)
    job.pressure.ioSome = Share(0)
    job.pressure.ioFull = Share(0)
    return job
  }

  /// The job that most tests are about.
  var job: JobMoment {
    get { moment.jobs[0] }
    set { moment.jobs[0] = newValue }
  }

  /// What nobody has counted yet.
  var evidence: JobEvidence {
    get { job.evidence ?? JobEvidence() }
    set { job.evidence = newValue }
  }

  /// Lets so many seconds pass in which nothing changes.
  func pass(_ count: Int, every interval: Double = 1, opened: Bool = false) {
    for _ in 0..<count {
      next(interval)
      engine.diagnose(&moment, opened: opened ? Self.id : nil)
    }
  }

  /// Lets time pass that nobody has seen.
  func gap(_ interval: Double) {
    next(interval)
    moment.interval = nil
    engine.diagnose(&moment)
  }

  /// Lets seconds pass until the rule stands, at most so many; returns how many it took.
  func secondsUntil(_ rule: RuleID, atMost most: Int = 3000) -> Int? {
    for second in 1...most {
      pass(1)
      if finding(rule) != nil { return second }
    }
    return nil
  }

  /// The same until it is at this level.
  func secondsUntil(
    _ rule: RuleID, is level: FindingLevel?, atMost most: Int = 3000
  ) -> Int? {
    for second in 1...most {
      pass(1)
      if finding(rule)?.level == level { return second }
    }
    return nil
  }

  func finding(_ rule: RuleID) -> Finding? { job.findings.first { $0.rule == rule } }

  func missing(_ rule: RuleID) -> MissingCounter? {
    job.notEvaluated.first { $0.rule == rule }?.missing
  }

  private func next(_ interval: Double) {
    seconds += interval
    moment.time = moment.time.advanced(bySeconds: interval)
    moment.interval = interval
    follow(interval)
  }

  /// It ends a step in each moment.
  var isStepping = false

  private func follow(_ interval: Double) {
    if isStepping {
      let step = (evidence.progress?.step ?? 0) + 1
      evidence.progress = JobProgress(
        step: step, lastStep: moment.time, stepSeconds: interval)
    }
    let now = moment.time
    for index in moment.gpus.indices { Self.follow(&moment.gpus[index], now, interval) }
  }

  /// Devices are read with each moment, and their idle time passes.
  private static func follow(_ gpu: inout GPUMoment, _ now: Instant, _ interval: Double) {
    gpu.reading.time = now
    let busy = gpu.reading.busy.value
    for _ in 0..<max(1, Int(interval)) { gpu.lastMinute.append(busy) }
    gpu.lastMinute.removeFirst(max(0, gpu.lastMinute.count - 60))
    gpu.idle.isIdle = busy.map { $0.value == 0 }
    if gpu.idle.isIdle == true {
      gpu.idle.since = gpu.idle.since ?? now
    } else {
      gpu.idle.since = nil
    }
    if gpu.holders.count == 1, gpu.holders[0].share != .unsupported {
      gpu.holders[0].share = gpu.reading.busy
    }
  }

  /// Gives the job so many GPUs of 700 W and 80 GiB that work as hard as they mostly do.
  func addGPUs(_ count: Int, busy: Double = 0.9, power: Double = 450) {
    for index in 0..<count {
      var identity = GPUIdentity(
        id: GPUID(SafeText("GPU-\(index)")), index: index, vendor: .nvidia, name: SafeText("H100"))
      identity.node = 0
      var reading = GPUReading(identity: identity, time: moment.time)
      reading.busy = .value(Share(busy))
      reading.power = .value(Watts(power))
      reading.powerLimit = .value(Watts(700))
      reading.powerLimitDefault = .value(Watts(700))
      reading.clock = .value(1980)
      reading.clockMost = .value(1980)
      reading.memory = .value(.gibi(80))
      reading.memoryUsed = .value(.gibi(40))
      reading.memoryReserved = .value(.mebi(600))
      reading.throttleTimes = .value(GPUThrottleTimes(power: 0, thermal: 0, brake: 0))
      reading.processes = .value([GPUProcess(pid: Int32(100 + index), memory: .gibi(40))])
      var gpu = GPUMoment(reading: reading)
      var holder = GPUHolder(job: Self.id, reason: .context)
      holder.processes = 1
      holder.memory = .gibi(40)
      holder.share = reading.busy
      gpu.holders = [holder]
      moment.gpus.append(gpu)
    }
    pass(11)
  }

  /// Changes what every GPU tells.
  func gpus(busy: Double? = nil, power: Double? = nil) {
    for index in moment.gpus.indices {
      if let busy { moment.gpus[index].reading.busy = .value(Share(busy)) }
      if let power { moment.gpus[index].reading.power = .value(Watts(power)) }
    }
  }

  /// Lets the clocks of one GPU be held back for a part of so many seconds.
  func hold(
    _ gpu: Int, seconds: Int, power: Double = 0, heat: Double = 0, brake: Double = 0
  ) {
    for _ in 0..<seconds {
      guard let old = moment.gpus[gpu].reading.throttleTimes.value else { return }
      moment.gpus[gpu].reading.throttleTimes = .value(
        GPUThrottleTimes(
          power: (old.power ?? 0) + UInt64(power * 1e9),
          thermal: (old.thermal ?? 0) + UInt64(heat * 1e9),
          brake: (old.brake ?? 0) + UInt64(brake * 1e9)))
      pass(1)
    }
  }

  /// Loader workers that spend their time so.
  func loaders(
    _ count: Int, runnable: Double = 0, blocked: Double = 0, remote: Double = 0,
    onQueue: Double = 0
  ) {
    evidence.loaders = LoaderStates(
      count: count, runnable: Share(runnable), blocked: Share(blocked), remote: Share(remote),
      onQueue: Share(onQueue))
  }

  /// Rules that stand, the first cause first.
  var standing: [RuleID] { job.findings.map(\.rule) }
}
