package import Model

/// What each job needs, from one moment to the next.
///
/// It reads no file and no clock: the same moments give the same needs, live or replayed. It keeps some
/// 8 KB a job, however long that runs, and nothing of a job that is gone.
package struct NeedsTracker {
  private let settings: NeedSettings
  private var pasts: [JobID: JobNeedsPast] = [:]
  private var order: [JobNeedsPast] = []
  private var origin: Instant?
  private var number: UInt64 = 0

  /// What changed for good with the last moment.
  package private(set) var shifts: [JobShift] = []

  package init(_ settings: NeedSettings = NeedSettings()) { self.settings = settings }

  /// Takes in the moment that follows the last, with its findings where there are any: whether page
  /// cache counts depends on one.
  package mutating func take(_ moment: Moment) {
    number &+= 1
    shifts.removeAll()
    let origin = self.origin ?? moment.time
    self.origin = origin
    find(moment)
    guard let seconds = moment.interval else { return }
    let time = moment.time.seconds(since: origin)
    for position in order.indices {
      order[position].take(
        moment.jobs[position], at: moment.time, time, over: seconds, shifts: &shifts)
    }
  }

  /// What a job needs; nil where it was never seen.
  package func need(of job: JobID) -> JobNeed? { pasts[job]?.need }

  /// What all jobs of the last moment need.
  package var needs: [JobID: JobNeed] { pasts.mapValues(\.need) }

  /// Brings the pasts into the order of the moment's jobs; forgets those that are gone.
  private mutating func find(_ moment: Moment) {
    let isSame =
      order.count == moment.jobs.count
      && !zip(order, moment.jobs).contains { $0.id != $1.id }
    if isSame { return }
    order.removeAll(keepingCapacity: true)
    for job in moment.jobs {
      let past = pasts[job.id] ?? JobNeedsPast(job.id, at: moment.time, settings)
      pasts[job.id] = past
      past.seenIn = number
      order.append(past)
    }
    if pasts.count > order.count { pasts = pasts.filter { $0.value.seenIn == number } }
  }
}

/// What is kept of one job. An object, so that nothing of it is copied from moment to moment.
final class JobNeedsPast {
  let id: JobID
  var seenIn: UInt64 = 0
  private(set) var need: JobNeed

  private let settings: NeedSettings
  private let firstSeen: Instant
  private var cores: CoresPast
  private var memory: MemoryPast
  private var throughput = ThroughputPast()
  private var demandWatch = LevelWatch(.demand)
  private var throughputWatch = LevelWatch()
  private var phase: JobPhase?
  private var phaseSeconds = 0.0
  private var isPhaseNew = false

  init(_ id: JobID, at time: Instant, _ settings: NeedSettings) {
    self.id = id
    self.settings = settings
    firstSeen = time
    cores = CoresPast(settings)
    memory = MemoryPast(settings)
    need = JobNeed(
      cores: cores.need(.cpu), memory: memory.need())
  }

  func take(
    _ job: JobMoment, at instant: Instant, _ time: Double, over seconds: Double,
    shifts: inout [JobShift]
  ) {
    let progress = job.evidence?.progress
    notePhase(job.evidence?.phase, seconds)
    if let rate = throughput.take(job.evidence, window: settings.window),
      let shift = throughputWatch.take(rate)
    {
      shifts.append(told(shift, .throughput, throughput.length, job, instant))
    }
    let began = job.evidence?.started ?? firstSeen
    guard instant.seconds(since: began) > settings.warmUp else { return }
    let kind = NeedKind(of: job)
    if let demand = job.cpu.demand ?? job.cpu.used {
      let window = cores.take(
        demand: demand.value, throttled: job.cpu.throttled?.value ?? 0, over: seconds, at: time,
        kind: kind)
      if let window { note(window, kind, job, instant, &shifts) }
    } else {
      need.cores = Self.unreadable(need.cores)
    }
    if let held = job.memory.used {
      let isEnd = memory.take(
        held, kills: job.memory.oomKills, under: job.grant.memory, over: seconds, at: time)
      if isEnd { need.memory = memory.need(cache: cache(of: job), steps: progress?.step) }
    } else {
      need.memory = Self.unreadable(need.memory)
    }
  }

  private func note(
    _ window: CoresPast.Window, _ kind: NeedKind, _ job: JobMoment, _ instant: Instant,
    _ shifts: inout [JobShift]
  ) {
    if !window.isCensored, let shift = demandWatch.take(window.mean) {
      cores.beginAnew()
      shifts.append(told(shift, .demand, settings.window, job, instant))
    }
    need.cores = cores.need(kind, steps: job.evidence?.progress?.step)
  }

  private func told(
    _ shift: LevelShift, _ measure: JobShift.Measure, _ window: Double, _ job: JobMoment,
    _ instant: Instant
  ) -> JobShift {
    let ago = UInt64(Double(shift.windows) * window * 1e9)
    let began = Instant(
      nanoseconds: instant.nanoseconds > ago ? instant.nanoseconds - ago : 0)
    return JobShift(
      job: id, name: job.job.name, measure: measure, shift: shift,
      began: max(began, firstSeen), noticed: instant)
  }

  /// A phase that lasts begins anew; a checkpoint now and then is part of what the job does.
  private func notePhase(_ now: JobPhase?, _ seconds: Double) {
    if now != phase {
      isPhaseNew = phase != nil && now != nil
      phase = now ?? phase
      phaseSeconds = 0
    }
    guard isPhaseNew else { return }
    phaseSeconds += seconds
    guard phaseSeconds >= settings.phaseLasts else { return }
    isPhaseNew = false
    cores.beginAnew()
    memory.beginAnew()
  }

  /// Page cache counts only where the lack of it is what holds the job back.
  private func cache(of job: JobMoment) -> Bytes {
    let isStarved = job.findings.contains { $0.rule == .pageCache && $0.level > .note }
    return isStarved ? job.memory.file ?? .zero : .zero
  }

  private static func unreadable<Estimate>(_ need: Need<Estimate>) -> Need<Estimate> {
    guard case .unknown(var missing) = need else { return need }
    missing.isUnreadable = true
    return .unknown(missing)
  }
}
