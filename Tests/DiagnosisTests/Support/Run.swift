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

  /// Devices are read with each moment, and their idle time passes.
  private func follow(_ interval: Double) {
    for index in moment.gpus.indices {
      moment.gpus[index].reading.time = moment.time
      let busy = moment.gpus[index].reading.busy.value
      moment.gpus[index].lastMinute.append(busy)
      let surplus = moment.gpus[index].lastMinute.count - 60
      if surplus > 0 { moment.gpus[index].lastMinute.removeFirst(surplus) }
    }
  }
}
