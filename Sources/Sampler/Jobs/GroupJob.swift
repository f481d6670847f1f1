import Model

/// A job that is a cgroup: its counters and limits on kept descriptors.
final class GroupJob {
  var job: Job
  let group: String
  private let counters: GroupCounters
  private let limits: GroupLimits
  private var processes: Int?
  private var threads: Int?
  /// How many threads there were when the processes were counted, and refreshes since.
  private var counted: (threads: Int?, refreshes: Int) = (nil, 0)
  private var lastThrottled: UInt64?
  private var lastPressure: (total: UInt64, time: Instant)?
  /// Something holds its threads back, so that demand exceeds usage.
  private(set) var isHeldBack = false
  private(set) var hasOwnPressure = false
  /// Its limits have not been read yet.
  private(set) var needsRefresh = true
  var isGone = false
  /// When its oldest process began, of those that it had when it was found.
  var started: Instant?
  /// How often its directory is still looked at for the record that `loadline run` writes right
  /// after making it.
  var looksForRecord = 3
  /// How often its processes are still asked which GPUs it was started with.
  var looksForGPUs = 3

  /// `processes` is their number where it was counted while the job was found.
  init(
    job: Job, processes: Int?, group: String, paths: GroupPaths, limits: inout SharedLimitFiles
  ) {
    self.job = job
    self.group = group
    self.processes = processes
    counters = GroupCounters(group, paths)
    self.limits = GroupLimits(group, paths, &limits)
  }

  /// Its processes are to be counted anew: listing them is dear in v1, where the kernel sorts them,
  /// and without a change in the number of threads there is hardly one in that of processes.
  var needsCount: Bool {
    if needsRefresh { return processes == nil }
    return threads == nil || threads != counted.threads
      || counted.refreshes >= Self.refreshesWithoutCount
  }

  private static let refreshesWithoutCount = 6

  /// Reads the limits and what else changes slowly.
  ///
  /// `processes` is their number where it was counted now.
  func refresh(
    _ buffer: inout ReadBuffer, box: BoxReading, devices: inout BlockDevices, processes: Int?
  ) {
    limits.refresh(&buffer, box: box, devices: &devices)
    if let processes {
      self.processes = processes
      counted = (threads, 0)
    } else {
      counted.refreshes += 1
    }
    needsRefresh = false
  }

  /// Reads the counters where the reading lies; false when the group is gone.
  func read(
    _ buffer: inout ReadBuffer, _ devices: inout BlockDevices, into reading: inout JobReading
  ) -> Bool {
    guard counters.read(&buffer, &devices, into: &reading) else { return false }
    if let throttling = limits.readThrottling(&buffer) {
      reading.cpu.periods = throttling.periods
      reading.cpu.throttledPeriods = throttling.throttled
      reading.cpu.throttlingAncestor = limits.throttlingAncestor
    }
    // The peak is read less often than what it is the peak of.
    reading.memory.peak = limits.peakMemory.map { max($0, reading.memory.charged ?? $0) }
    reading.grant = limits.grant
    reading.inherited = limits.inherited
    reading.started = started
    reading.processes = processes
    threads = reading.threads
    noteStalls(reading.cpu.throttledPeriods, reading.pressure.cpuSome, at: reading.time)
    return true
  }

  /// Demand equals usage unless the quota ran out or threads waited for a CPU for 2 % of the time.
  private func noteStalls(_ throttled: UInt64?, _ waited: UInt64?, at time: Instant) {
    var held = false
    if let throttled, let before = lastThrottled, throttled > before { held = true }
    lastThrottled = throttled
    hasOwnPressure = waited != nil
    if let total = waited {
      if let before = lastPressure, total >= before.total {
        let seconds = time.seconds(since: before.time)
        if seconds > 0, Double(total - before.total) / 1e6 / seconds >= 0.02 { held = true }
      }
      lastPressure = (total, time)
    }
    isHeldBack = held
  }
}
