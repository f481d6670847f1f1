import Diagnosis
import Glibc
import Model

/// What all rules cost on moments of so many jobs, in CPU time a moment.
///
/// `DiagnosisBenchmark [JOBS…]`. Every job has all evidence; every fourth of the troubled ones is
/// throttled, every third stalls on disks. Prints one JSON object for each count.
@main struct DiagnosisBenchmark {
  static func main() {
    let counts = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    for count in counts.isEmpty ? [20, 1000] : counts {
      let quiet = measure(jobs: count, troubled: false)
      let troubled = measure(jobs: count, troubled: true)
      print(
        "{\"jobs\": \(count), \"quiet_us\": \(quiet.mean), \"quiet_worst_us\": \(quiet.worst), "
          + "\"troubled_us\": \(troubled.mean), \"troubled_worst_us\": \(troubled.worst)}")
    }
  }

  private static func measure(jobs count: Int, troubled: Bool) -> (mean: Double, worst: Double) {
    var engine = DiagnosisEngine()
    var moment = moment(of: count, troubled: troubled)
    func tick() -> Double {
      moment.time = moment.time.advanced(bySeconds: 1)
      let before = nanoseconds()
      engine.diagnose(&moment)
      return Double(nanoseconds() - before) / 1e3
    }
    for _ in 0..<60 { _ = tick() }
    var sum = 0.0
    var worst = 0.0
    let ticks = 300
    for _ in 0..<ticks {
      let cost = tick()
      sum += cost
      worst = max(worst, cost)
    }
    return (sum / Double(ticks), worst)
  }

  private static func moment(of count: Int, troubled: Bool) -> Moment {
    var box = BoxMoment()
    box.cores = Cores(256)
    box.cpus = CPUSet(0..<256)
    box.topology = Topology((0..<256).map { Topology.CPU($0, node: $0 / 128) })
    box.numaNodes = 2
    box.memory = .gibi(2048)
    box.swap = .gibi(8)
    var moment = Moment(
      time: Instant(nanoseconds: 1_000_000_000_000), wallClock: 0, interval: 1, box: box,
      jobs: (0..<count).map { job($0, troubled: troubled) }, other: OtherMoment())
    for index in 0..<8 {
      let identity = GPUIdentity(
        id: GPUID(SafeText("GPU-\(index)")), index: index, vendor: .nvidia, name: .empty)
      var reading = GPUReading(identity: identity, time: moment.time)
      reading.busy = .value(Share(0.9))
      reading.power = .value(Watts(400))
      reading.powerLimit = .value(Watts(700))
      var gpu = GPUMoment(reading: reading)
      gpu.lastMinute = Array(repeating: Share(0.9), count: 60)
      gpu.holders = [GPUHolder(job: .cgroup(inode: UInt64(index / 4 + 1)), reason: .context)]
      moment.gpus.append(gpu)
    }
    return moment
  }

  private static func job(_ index: Int, troubled: Bool) -> JobMoment {
    var job = JobMoment(
      job: Job(
        id: .cgroup(inode: UInt64(index + 1)), name: SafeText("a-job-with-a-name-\(index)"),
        owner: SafeText("somebody"), source: .run, cgroup: "/loadline/a-job-with-a-name-\(index)"))
    job.grant.cores = .at(Cores(4))
    job.grant.cpus = CPUSet(0..<256)
    job.grant.memory = .at(.gibi(8))
    job.cpu.used = Cores(3)
    job.cpu.demand = Cores(3.2)
    job.cpu.throttled = Share(troubled && index % 4 == 0 ? 0.4 : 0)
    job.memory.used = .gibi(5)
    job.memory.file = .gibi(1)
    job.memory.oomKills = 0
    job.io.read = ByteRate(1e6)
    job.io.written = ByteRate(0)
    job.pressure.memorySome = Share(0)
    job.pressure.memoryFull = Share(0)
    job.pressure.ioSome = Share(0)
    job.pressure.ioFull = Share(troubled && index % 3 == 0 ? 0.4 : 0)
    var evidence = JobEvidence()
    evidence.started = Instant(nanoseconds: 1)
    evidence.runDelay = Cores(0.1)
    evidence.fileRefaults = 10
    evidence.anonymousRefaults = 0
    evidence.swapIns = 0
    evidence.calledReads = ByteRate(1e8)
    evidence.localMemory = Share(0.9)
    evidence.threads = ThreadStates(total: 20, runnable: 3, blocked: 0, inSockets: 2)
    job.evidence = evidence
    return job
  }

  private static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
