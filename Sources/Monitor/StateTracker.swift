import Model

/// Which conditions a job is in, with hysteresis, so that a row does not flicker.
///
/// A condition is entered when it held for two seconds, and left when its measure stayed below 0.7 of
/// the threshold for three.
struct StateTracker {
  private struct Track {
    var isIn = false
    /// Seconds for which the opposite has held.
    var opposite = 0.0
  }

  private var throttled = Track()
  private var nearLimit = Track()
  private var reclaiming = Track()
  private var stalled = Track()
  private var quietSeconds = 0.0

  private static let enterSeconds = 2.0
  private static let leaveSeconds = 3.0
  /// Below this use of CPU and disks a job is quiet; quiet for ``idleSeconds`` it is idle.
  private static let quietCores = 0.02
  private static let quietBytes = 64e3
  /// A job that would use so much if nothing held it back is not quiet, however little it gets.
  private static let wantedCores = 0.1
  private static let idleSeconds = 10.0

  /// Takes in one interval and names the conditions that hold, most pressing first. Without an
  /// interval, as after a gap, they are what they were.
  mutating func states(of job: JobMoment, over seconds: Double?) -> [JobState] {
    if let seconds { follow(job, seconds) }
    var states: [JobState] = []
    if throttled.isIn { states.append(.throttled) }
    if nearLimit.isIn { states.append(.nearMemoryLimit) }
    if reclaiming.isIn { states.append(.reclaiming) }
    if stalled.isIn { states.append(.ioStalled) }
    if quietSeconds >= Self.idleSeconds { states.append(.idle) }
    return states
  }

  private mutating func follow(_ job: JobMoment, _ seconds: Double) {
    let limit = job.grant.memory.tightened(by: job.grant.memoryHigh).amount
    let filled = limit.flatMap { limit in
      job.memory.used.map { Double($0.count) / Double(max(1, limit.count)) }
    }
    Self.follow(&throttled, job.cpu.throttled?.value, 0.05, seconds)
    Self.follow(&nearLimit, filled, 0.8, seconds, leaveAt: 0.75)
    Self.follow(&reclaiming, job.pressure.memorySome?.value, 0.05, seconds)
    Self.follow(&stalled, job.pressure.ioFull?.value, 0.05, seconds)
    let moved = (job.io.read?.perSecond ?? 0) + (job.io.written?.perSecond ?? 0)
    // What is kept from running, by its quota or by others, does not idle.
    let wants =
      (job.cpu.throttled?.value ?? 0) >= 0.05
      || (job.cpu.demand?.value ?? 0) >= Self.wantedCores
    if let used = job.cpu.used, used.value < Self.quietCores, moved < Self.quietBytes, !wants {
      quietSeconds += seconds
    } else {
      quietSeconds = 0
    }
  }

  private static func follow(
    _ track: inout Track, _ measure: Double?, _ threshold: Double, _ seconds: Double,
    leaveAt: Double? = nil
  ) {
    let measure = measure ?? 0
    let isOpposite =
      track.isIn ? measure < (leaveAt ?? 0.7 * threshold) : measure >= threshold
    track.opposite = isOpposite ? track.opposite + seconds : 0
    if track.opposite >= (track.isIn ? leaveSeconds : enterSeconds) - 0.05 {
      track.isIn.toggle()
      track.opposite = 0
    }
  }
}
