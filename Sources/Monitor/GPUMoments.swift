import GPU
import Model

/// Makes moments of what drivers tell: whose each device is, and what its recent past was like.
struct GPUMoments {
  private var pasts: [GPUID: Past] = [:]
  private var last: Instant?

  /// What is kept of one device.
  private struct Past {
    var account: IdleAccount
    var lastMinute: [Share?] = []
    var second: Instant
    var busy: Share?
  }

  /// Values of ``GPUMoment/lastMinute``.
  static let minute = 60

  /// Takes in the newest sample, which may be the one of the last time.
  mutating func moments(of sample: GPUSample, _ box: Sample) -> [GPUMoment] {
    let isNew = last != sample.time
    last = sample.time
    // A thousand jobs times eight devices are not looked at for the few that name one.
    let claims = box.jobs.indices.filter { box.jobs[$0].job.namesGPUs }
    var moments: [GPUMoment] = []
    for reading in sample.devices {
      var past =
        pasts[reading.identity.id]
        ?? Past(account: IdleAccount(), second: reading.time)
      if isNew {
        past.account.take(reading)
        Self.note(reading, into: &past)
      }
      pasts[reading.identity.id] = past
      var moment = GPUMoment(reading: reading)
      moment.idle = Self.idleness(past.account, at: reading.time)
      moment.idle.lowestPower = past.account.lowestPower
      moment.idle.level = past.account.idleLevel(limit: reading.powerLimit.value)
      moment.lastMinute = past.lastMinute
      moment.hasForeignPids = sample.hasForeignPids
      attribute(&moment, box, claims)
      moments.append(moment)
    }
    let present = Set(sample.devices.map(\.identity.id))
    pasts = pasts.filter { present.contains($0.key) }
    return moments
  }

  private static func idleness(_ account: IdleAccount, at now: Instant) -> GPUIdleness {
    var idleness = GPUIdleness()
    idleness.isIdle = account.isIdle
    idleness.since = account.idleSince
    idleness.isSinceBeginning = account.idleSince != nil && account.idleSince == account.start
    idleness.longest = account.longestGap
    idleness.lastMinute = account.idleShareOfMinute(at: now)
    idleness.lastHour = account.idleShareOfHour(at: now)
    idleness.lastDay = account.idleShareOfDay(at: now)
    idleness.hours = account.idleHours
    idleness.countedSince = account.start
    return idleness
  }

  /// One value a second, whatever the interval: the last that was read in it.
  private static func note(_ reading: GPUReading, into past: inout Past) {
    past.busy = reading.condition == .answering ? meanBusy(reading) : nil
    let seconds = Int(reading.time.seconds(since: past.second))
    if past.lastMinute.isEmpty {
      past.lastMinute = [past.busy]
    } else if seconds > 0 {
      for _ in 0..<min(seconds, Self.minute) { past.lastMinute.append(past.busy) }
      past.second = past.second.advanced(bySeconds: Double(seconds))
    }
    past.lastMinute.removeFirst(max(0, past.lastMinute.count - Self.minute))
  }

  /// Of the driver's own samples where it keeps them: one alone says only what its end was like.
  private static func meanBusy(_ reading: GPUReading) -> Share? {
    let samples = reading.busySamples
    guard !samples.isEmpty else { return reading.busy.value }
    return Share(samples.reduce(0) { $0 + $1.busy.value } / Double(samples.count))
  }

  /// Sorts the processes that hold contexts into jobs, and adds the jobs whose the device is without
  /// one, of those at `claims`.
  private func attribute(_ moment: inout GPUMoment, _ box: Sample, _ claims: [Int]) {
    let processes = moment.reading.processes.value ?? []
    var holders: [JobID: GPUHolder] = [:]
    for process in processes {
      let owner = box.gpuOwners[process.pid]
      guard let job = owner?.job else {
        var stranger = GPUStranger(process: process)
        stranger.name = owner?.name
        stranger.owner = owner?.user
        moment.strangers.append(stranger)
        continue
      }
      Self.add(process, to: &holders[job, default: GPUHolder(job: job, reason: .context)])
    }
    for index in claims {
      let job = box.jobs[index].job
      guard holders[job.id] == nil else { continue }
      if let reason = Self.reason(of: job, for: moment.reading.identity) {
        holders[job.id] = GPUHolder(job: job.id, reason: reason)
      }
    }
    func order(_ id: JobID) -> Int { box.jobs.firstIndex { $0.job.id == id } ?? 0 }
    moment.holders = holders.values.sorted { a, b in
      let (left, right) = (a.memory ?? .zero, b.memory ?? .zero)
      return left != right ? left > right : order(a.job) < order(b.job)
    }
    // One holder has all of the device's time, whatever is told of its processes.
    if moment.holders.count == 1, moment.strangers.isEmpty, moment.holders[0].reason == .context {
      moment.holders[0].share = moment.reading.busy
    }
  }

  /// Why a job has a device that none of its processes holds; nil where it has not.
  private static func reason(of job: Job, for device: GPUIdentity) -> GPUHolder.Reason? {
    if job.startedWith.contains(where: device.isCalled) { return .start }
    guard (job.budget.gpus ?? []).contains(where: device.isCalled) else { return nil }
    // What `loadline run` was told is both.
    return job.source == .run ? .start : .budget
  }

  private static func add(_ process: GPUProcess, to holder: inout GPUHolder) {
    let isFirst = holder.processes == 0
    holder.processes += 1
    holder.pids.append(process.pid)
    holder.memory =
      isFirst
      ? process.memory
      : holder.memory.flatMap { sum in
        process.memory.map { sum + $0 }
      }
    switch (isFirst ? .value(Share(0)) : holder.share, process.share) {
    case (.value(let sum), .value(let share)):
      holder.share = .value(Share(min(1, sum.value + share.value)))
    case (.unsupported, _), (_, .unsupported): holder.share = .unsupported
    default: holder.share = .unknown
    }
  }

  /// What each job that has a device has of all of them.
  static func byJob(_ devices: [GPUMoment]) -> [JobID: JobGPUs] {
    let holders = Set(devices.flatMap { $0.holders.map(\.job) })
    return holders.reduce(into: [:]) { $0[$1] = of($1, among: devices) }
  }

  /// What one job has of all devices; nil where it has none.
  static func of(_ job: JobID, among devices: [GPUMoment]) -> JobGPUs? {
    var gpus = JobGPUs()
    var busy: Double? = 0
    var idle: [GPUIdleness] = []
    for device in devices {
      guard let holder = device.holders.first(where: { $0.job == job }) else { continue }
      gpus.held.append(device.id)
      gpus.isShared = gpus.isShared || device.holders.count > 1
      if let memory = holder.memory { gpus.memory = (gpus.memory ?? .zero) + memory }
      // What a job that holds no context has of a device is busy with somebody else's work.
      let share = holder.reason == .context ? holder.share.value : Share(0)
      busy = busy.flatMap { sum in share.map { sum + $0.value } }
      idle.append(device.idle)
    }
    guard !gpus.held.isEmpty else { return nil }
    gpus.busy = busy
    let since = idle.map(\.since)
    if !since.contains(nil), let latest = since.compactMap({ $0 }).max() {
      gpus.idleSince = latest
      gpus.idleIsSinceBeginning = idle.contains { $0.isSinceBeginning && $0.since == latest }
    }
    return gpus
  }
}

extension Job {
  /// Somebody said which devices it has, whatever it does with them.
  fileprivate var namesGPUs: Bool { !startedWith.isEmpty || budget.gpus != nil }
}
