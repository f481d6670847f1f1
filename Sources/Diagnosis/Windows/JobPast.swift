import Model

/// What is kept of one job from moment to moment, fed by the engine once a moment.
final class JobPast {
  let firstSeen: Instant
  /// Idle devices and missing steps count from here on: the end of the warm-up, or of the last phase
  /// in which they are expected.
  private(set) var countingSince: Instant?
  /// Seconds that it has been watched since its warm-up.
  private(set) var watched = 0.0

  /// What it used, over about a minute.
  private(set) var used = Smoothed()
  /// What it read from disks, and what its reads asked for, over some minutes.
  private(set) var deviceReads = Smoothed()
  private(set) var calledReads = Smoothed()
  /// How often each demand was seen, as means of ten seconds; nil before there is one.
  private(set) var demands: Histogram?
  /// The most memory that could not be reclaimed, and the same with the page cache, since its warm-up.
  private(set) var peak: Bytes?
  private(set) var peakWithCache: Bytes?
  private(set) var maxima: MinuteMaxima
  var placement = Placement()
  private(set) var lastKill: Instant?
  private(set) var kills: UInt64 = 0
  /// Its grant of cores is another than a moment ago.
  private(set) var grantHasChanged = false

  private var oomKills: UInt64?
  private var grant: Limit<Cores>?
  private var demandSum = 0.0
  private var demandSeconds = 0.0
  private var halvedAt = 0.0
  private let scale: Double

  private static let demandWindow = 10.0
  /// What a job wanted counts half after so many seconds.
  private static let halfLife = 14_400.0

  init(_ job: JobMoment, at time: Instant, _ forecast: Double, _ scale: Double) {
    firstSeen = time
    self.scale = scale
    maxima = MinuteMaxima(seconds: forecast)
    oomKills = job.memory.oomKills
    grant = job.grant.cores
  }

  /// Takes in one interval. What a job needs in its warm-up says nothing of what it needs; what it
  /// needs to evaluate or to save does.
  func take(_ job: JobMoment, at time: Instant, over seconds: Double, isWarm: Bool, isMuted: Bool) {
    noteKills(job, time)
    grantHasChanged = grant != job.grant.cores
    grant = job.grant.cores
    guard isWarm else { return }
    if isMuted { countingSince = nil } else if countingSince == nil { countingSince = time }
    watched += seconds
    if let value = job.cpu.used?.value { used.add(value, for: seconds, over: 30 * scale) }
    if let value = job.io.read?.perSecond {
      deviceReads.add(value, for: seconds, over: 120 * scale)
    }
    if let value = job.evidence?.calledReads?.perSecond {
      calledReads.add(value, for: seconds, over: 120 * scale)
    }
    if let hard = job.memory.used {
      peak = max(peak ?? .zero, hard)
      peakWithCache = max(peakWithCache ?? .zero, hard + (job.memory.file ?? .zero))
      maxima.take(hard, at: time)
    }
    noteDemand(job, seconds)
  }

  /// The cores that it wanted no more than for this part of the time; nil before that can be told.
  func wantedCores(_ part: Double) -> Double? { demands?.quantile(part) }

  private func noteDemand(_ job: JobMoment, _ seconds: Double) {
    guard let demand = job.cpu.demand?.value, job.grant.cores.amount != nil else { return }
    demandSum += demand * seconds
    demandSeconds += seconds
    guard demandSeconds >= Self.demandWindow * scale * 0.99 else { return }
    // From 1/64 of a core to 1,024.
    demands = demands ?? Histogram(from: -6, octaves: 16)
    demands?.add(demandSum / demandSeconds)
    demandSum = 0
    demandSeconds = 0
    if watched - halvedAt >= Self.halfLife * scale {
      demands?.halve()
      halvedAt = watched
    }
  }

  private func noteKills(_ job: JobMoment, _ time: Instant) {
    guard let count = job.memory.oomKills else { return }
    if let before = oomKills, count > before {
      lastKill = time
      kills += count - before
    }
    oomKills = count
  }
}
