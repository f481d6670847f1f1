package import Model

/// Makes moments of samples: rates against the sample before, states, and the recent past.
package struct MomentBuilder {
  private var previous: Sample?
  private var positions: [JobID: Int] = [:]
  private var trackers: [JobID: StateTracker] = [:]
  private var trends: [JobID: Trends] = [:]
  private var boxTrends = Trends()
  private var opened = OpenedRates()
  private var gpus = GPUMoments()
  private var longestInterval = 0.0

  /// Values kept for sparklines, one a tick.
  package static let trendLength = 120

  /// `interval` is the time between samples that is meant, in seconds: after a gap of more than three
  /// of them (a stopped program, a suspended box) there is no rate.
  package init(interval: Double) {
    setInterval(interval)
  }

  /// Takes another interval into account from the next sample on.
  package mutating func setInterval(_ seconds: Double) {
    longestInterval = max(3 * seconds, 2, longestInterval / 3)
  }

  /// `gpus` is what drivers have told last; nil where there is no device.
  package mutating func moment(of sample: Sample, gpus gpuSample: GPUSample? = nil) -> Moment {
    let gap = previous.map { sample.time.seconds(since: $0.time) }
    let seconds = gap.flatMap { $0 > 0 && $0 <= longestInterval ? $0 : nil }
    let before = seconds == nil ? nil : previous
    var moment = Moment(
      time: sample.time, wallClock: sample.wallClock, interval: seconds,
      box: BoxMoment(), jobs: [], other: other(sample, before),
      cost: cost(sample, before), notices: sample.notices)
    moment.jobs.reserveCapacity(sample.jobs.count)
    var counted = moment.other.used ?? .zero
    for reading in sample.jobs {
      let last = before.flatMap { before in positions[reading.job.id].map { before.jobs[$0] } }
      moment.jobs.append(job(reading, last))
      counted = counted + (moment.jobs[moment.jobs.count - 1].cpu.used ?? .zero)
    }
    moment.box = boxMoment(sample, before, counted: counted)
    if let gpuSample {
      moment.gpus = gpus.moments(of: gpuSample, sample)
      moment.gpuProblem = gpuSample.problem
      moment.gpusAreSimulated = gpuSample.devices.contains { $0.identity.isSimulated }
      let gpus = GPUMoments.byJob(moment.gpus)
      if !gpus.isEmpty {
        for index in moment.jobs.indices { moment.jobs[index].gpus = gpus[moment.jobs[index].id] }
      }
    }
    moment.opened = sample.opened.map { opened.rates(of: $0) }
    if sample.opened == nil { opened = OpenedRates() }
    remember(sample)
    return moment
  }

  /// The processes of the opened job, read between two samples.
  package mutating func moment(of processes: OpenedJob) -> OpenedMoment {
    opened.rates(of: processes)
  }

  private func box(_ reading: BoxReading, _ before: BoxReading?) -> BoxMoment {
    var box = BoxMoment()
    box.hostName = reading.hostName
    box.cores = reading.cores
    box.cpus = reading.cpus
    box.topology = reading.topology
    box.numaNodes = reading.numaNodes
    box.memory = reading.memory
    box.memoryReclaimable = reading.memoryReclaimable
    box.swap = reading.swap
    box.swapUsed = reading.swapUsed
    box.isContainer = reading.isContainer
    if let free = reading.memoryFree, let reclaimable = reading.memoryReclaimable {
      box.memoryUsed = (reading.memory - free - reclaimable).orZero
    }
    guard let before else { return box }
    let seconds = reading.time.seconds(since: before.time)
    // Usage and time are not read at the same instant: a full box must not show as more than full.
    box.used = Rates.cores(reading.usage, before.usage, seconds).map {
      reading.isContainer ? $0 : min($0, reading.cores)
    }
    box.stolen = Rates.cores(reading.stolen, before.stolen, seconds)
    box.cpuLoads = Rates.loads(reading.cpuUsage, before.cpuUsage, seconds)
    box.io = Rates.io(reading.io, before.io, seconds)
    box.received = Rates.perSecond(reading.network.received, before.network.received, seconds)
      .map { ByteRate($0) }
    box.sent = Rates.perSecond(reading.network.sent, before.network.sent, seconds)
      .map { ByteRate($0) }
    box.pressure = Rates.pressure(reading.pressure, before.pressure, seconds)
    return box
  }

  /// `counted` is what jobs and the rest used together. Groups are counted exactly, the box by what
  /// each tick of the clock found running: where that is less, it is less right.
  private mutating func boxMoment(
    _ sample: Sample, _ before: Sample?, counted: Cores
  ) -> BoxMoment {
    var box = box(sample.box, before?.box)
    if !box.isContainer { box.used = box.used.map { max($0, min(counted, box.cores)) } }
    if before != nil {
      note(&boxTrends, box.used, box.memoryUsed, isEstimate: false, box.io)
    }
    box.history = boxTrends
    return box
  }

  private mutating func job(_ reading: JobReading, _ before: JobReading?) -> JobMoment {
    var job = JobMoment(job: reading.job)
    job.processes = reading.processes
    job.threads = reading.threads
    job.grant = reading.grant
    job.memory = Rates.memory(reading.memory, at: reading.time)
    job.evidence = JobEvidences.evidence(reading, after: before)
    var seconds: Double?
    if let before {
      let interval = reading.time.seconds(since: before.time)
      seconds = interval
      job.cpu.used = Rates.cores(reading.cpu.usage, before.cpu.usage, interval)
      job.io = Rates.io(reading.io, before.io, interval)
      job.pressure = Rates.pressure(reading.pressure, before.pressure, interval)
      job.cpu.throttled = throttled(reading.cpu, before.cpu)
    }
    if let used = job.cpu.used {
      // Threads and the group are not read at the same instant: demand is never below usage.
      job.cpu.demand = max(used, reading.cpu.demand ?? used)
      job.cpu.demandIsEstimate = reading.cpu.demandIsEstimate
    }
    job.states = trackers[reading.job.id, default: StateTracker()].states(of: job, over: seconds)
    if seconds != nil {
      note(
        &trends[reading.job.id, default: Trends()], job.cpu.used, job.memory.used,
        isEstimate: job.memory.isEstimate, job.io)
    }
    job.history = trends[reading.job.id] ?? Trends()
    return job
  }

  private func throttled(_ now: CPUReading, _ before: CPUReading) -> Share? {
    guard let periods = now.periods, let throttled = now.throttledPeriods,
      let oldPeriods = before.periods, let oldThrottled = before.throttledPeriods,
      periods >= oldPeriods, throttled >= oldThrottled
    else { return nil }
    guard periods > oldPeriods else { return Share(0) }
    return Share(min(1, Double(throttled - oldThrottled) / Double(periods - oldPeriods)))
  }

  private func other(_ sample: Sample, _ before: Sample?) -> OtherMoment {
    var other = OtherMoment()
    other.memory = Rates.memory(sample.other.memory, at: sample.other.time)
    other.processes = sample.other.processes
    if let before {
      other.used = Rates.cores(
        sample.other.usage, before.other.usage,
        sample.other.time.seconds(since: before.other.time))
    }
    return other
  }

  private func cost(_ sample: Sample, _ before: Sample?) -> CostMoment {
    var cost = CostMoment()
    cost.resident = sample.cost.resident
    cost.descriptors = sample.cost.descriptors
    if let before {
      cost.cpu = Rates.cores(
        sample.cost.usage, before.cost.usage, sample.time.seconds(since: before.time)
      ).map { Share($0.value) }
    }
    return cost
  }

  private func note(
    _ trends: inout Trends, _ cores: Cores?, _ memory: Bytes?, isEstimate: Bool, _ io: IOMoment
  ) {
    func push(_ value: Double?, _ values: inout [Float]) {
      if values.count >= Self.trendLength {
        values.removeFirst(values.count - Self.trendLength + 1)
      }
      values.append(value.map { Float($0) } ?? .nan)
    }
    push(cores?.value, &trends.cores)
    let held = memory.map { Double($0.count) }
    push(isEstimate ? nil : held, &trends.memory)
    push(isEstimate ? held : nil, &trends.memoryEstimates)
    let moved = io.read.map { $0.perSecond + (io.written?.perSecond ?? 0) }
    push(moved, &trends.io)
  }

  private mutating func remember(_ sample: Sample) {
    previous = sample
    positions.removeAll(keepingCapacity: true)
    for (position, reading) in sample.jobs.enumerated() { positions[reading.job.id] = position }
    if trackers.count > sample.jobs.count {
      trackers = trackers.filter { positions[$0.key] != nil }
      trends = trends.filter { positions[$0.key] != nil }
    }
  }
}
