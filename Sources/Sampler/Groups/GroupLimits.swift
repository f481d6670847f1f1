import Model

/// The limits of one group, and the throttling of every group on its path.
///
/// A limit is the tightest one on the path up to the root; the quota's own counters are per group, so
/// a parent that throttles shows nothing in its child.
final class GroupLimits {
  /// One group on the path, the job's own first.
  private final class Level {
    let files: LimitFiles
    /// What it is called where it throttles those below it; nil for the job's own group.
    let above: SafeText?
    var hasQuota = false
    var periods: UInt64?
    var throttled: UInt64?

    init(_ files: LimitFiles, above: SafeText?) {
      self.files = files
      self.above = above
    }
  }

  private let levels: [Level]
  private let cpus: KeptFile
  /// The core set of the group above.
  private let cpusAbove: KeptFile
  private let weight: KeptFile
  private let shares: KeptFile
  private let peak: KeptFile
  private var periods: UInt64 = 0
  private var throttledPeriods: UInt64 = 0
  private(set) var grant = Grant()
  private(set) var peakMemory: Bytes?
  /// Limits of the grant that a group above sets.
  private(set) var inherited: InheritedLimits = []
  /// The group above that throttled last; nil where it was the job's own, or none.
  private(set) var throttlingAncestor: SafeText?

  init(_ group: String, _ paths: GroupPaths, _ shared: inout SharedLimitFiles) {
    var levels: [Level] = []
    for level in GroupPaths.path(upFrom: group) {
      levels.append(
        Level(shared.files(of: level, paths), above: level == group ? nil : SafeText(level)))
    }
    self.levels = levels
    // Where the controller is off below here, the nearest group above that has it decides.
    let path = GroupPaths.path(upFrom: group) + ["/"]
    func coreSet(_ path: some Sequence<String>) -> [String] {
      path.compactMap { group in
        paths.unified("cpuset", group).map { "\($0)/cpuset.cpus.effective" }
      }
        + path.compactMap { group in
          paths.directory("cpuset", group).map { "\($0)/cpuset.effective_cpus" }
        }
    }
    cpus = KeptFile(firstOf: coreSet(path))
    cpusAbove = KeptFile(firstOf: coreSet(path.dropFirst()))
    weight = paths.keep("cpu.weight", of: group, unified: "cpu")
    shares = paths.keep("cpu.shares", of: group, legacy: "cpu")
    let peak2 = paths.keep("memory.peak", of: group, unified: "memory")
    if peak2.isOpen {
      peak = peak2
    } else {
      peak = paths.keep("memory.max_usage_in_bytes", of: group, legacy: "memory")
    }
  }

  /// Adds up the periods of the group on the path that ran out of quota most often since the last
  /// call; nil when no group on the path has a quota. Of two that ran out as often, the one nearer to
  /// the job counts.
  func readThrottling(_ buffer: inout ReadBuffer) -> (periods: UInt64, throttled: UInt64)? {
    var most: (periods: UInt64, throttled: UInt64)?
    var place: SafeText?
    var any = false
    for level in levels where level.hasQuota {
      any = true
      guard level.files.throttling.read(into: &buffer),
        let now = Self.throttling(buffer.text)
      else { continue }
      if let periods = level.periods, let throttled = level.throttled,
        now.periods >= periods, now.throttled >= throttled
      {
        let delta = (periods: now.periods - periods, throttled: now.throttled - throttled)
        if most.map({ delta.throttled > $0.throttled }) ?? true {
          (most, place) = (delta, level.above)
        }
      }
      level.periods = now.periods
      level.throttled = now.throttled
    }
    if let most {
      periods &+= most.periods
      throttledPeriods &+= most.throttled
      // While nothing throttles, it is still the one that did.
      if most.throttled > 0 { throttlingAncestor = place }
    }
    if !any { throttlingAncestor = nil }
    return any ? (periods, throttledPeriods) : nil
  }

  /// Reads the limits anew. `box` is the CPUs that are online: a core set that holds them all is no
  /// limit.
  func refresh(_ buffer: inout ReadBuffer, box: BoxReading, devices: inout BlockDevices) {
    var grant = Grant()
    var inherited: InheritedLimits = []
    for level in levels {
      let quota = readQuota(level, &buffer)
      level.hasQuota = quota.amount != nil
      if !level.hasQuota {
        level.periods = nil
        level.throttled = nil
      }
      if level.above != nil, quota.isTighter(than: grant.cores) { inherited.insert(.cores) }
      grant.cores = grant.cores.tightened(by: quota)
      let memory = Self.amount(level.files.memoryMax, &buffer)
      if level.above != nil, memory.isTighter(than: grant.memory) { inherited.insert(.memory) }
      grant.memory = grant.memory.tightened(by: memory)
      grant.memoryHigh = grant.memoryHigh.tightened(
        by: Self.amount(level.files.memoryHigh, &buffer))
      readIO(level, &buffer, into: &grant, devices: &devices)
    }
    if cpus.read(into: &buffer), let set = Parsing.cpuSet(buffer.text) {
      grant.cpus = set
      if !set.isEmpty, !box.cpus.isSubset(of: set) {
        let limit = Limit.at(Cores(Double(set.count)))
        if limit.isTighter(than: grant.cores) {
          // A group without a core set of its own has that of the group above it.
          let above = cpusAbove.read(into: &buffer) ? Parsing.cpuSet(buffer.text) : nil
          inherited = above == set ? inherited.union(.cores) : inherited.subtracting(.cores)
        }
        grant.cores = grant.cores.tightened(by: limit)
      }
    }
    // What is not narrower than the box limits nothing.
    if let cores = grant.cores.amount, box.cores > .zero, cores >= box.cores {
      grant.cores = .unlimited
      inherited.remove(.cores)
    }
    if box.memory > .zero {
      if let memory = grant.memory.amount, memory >= box.memory {
        grant.memory = .unlimited
        inherited.remove(.memory)
      }
      if let high = grant.memoryHigh.amount, high >= box.memory { grant.memoryHigh = .unlimited }
    }
    if let number = weight.number(&buffer) {
      grant.weight = Int(clamping: number)
    } else if let number = shares.number(&buffer) {
      // systemd's translation of shares (default 1024) to weight (default 100).
      grant.weight = Int(clamping: max(1, min(10_000, (number &* 100) / 1024)))
    }
    self.grant = grant
    self.inherited = inherited
    peakMemory = peak.number(&buffer).map { Bytes(clamping: $0) }
  }

  /// v2 `cpu.max`: `max|QUOTA PERIOD`; v1 two files, -1 for none. Microseconds.
  private func readQuota(_ level: Level, _ buffer: inout ReadBuffer) -> Limit<Cores> {
    guard level.files.quota.read(into: &buffer) else { return .unlimited }
    var scanner = Scanner(buffer.text)
    guard let quota = scanner.signedNumber(), quota > 0 else { return .unlimited }
    let period =
      level.files.period.isOpen ? level.files.period.number(&buffer) : Self.second(buffer.text)
    guard let period, period > 0 else { return .unlimited }
    return .at(Cores(Double(quota) / Double(period)))
  }

  private static func second(_ text: Span<UInt8>) -> UInt64? {
    var scanner = Scanner(text)
    _ = scanner.number()
    return scanner.number()
  }

  /// A limit in bytes: `max` (v2) and anything from 2⁶² on (v1 prints 2⁶³ less a page) are none.
  private static func amount(_ file: borrowing KeptFile, _ buffer: inout ReadBuffer) -> Limit<Bytes>
  {
    guard let number = file.number(&buffer), number < 1 << 62 else { return .unlimited }
    return .at(Bytes(clamping: number))
  }

  /// v2 `io.max`: `MAJ:MIN rbps=N wbps=N …`; v1 `MAJ:MIN N`. Several disks: the sum, as the job may
  /// use all of them.
  private func readIO(
    _ level: Level, _ buffer: inout ReadBuffer, into grant: inout Grant,
    devices: inout BlockDevices
  ) {
    var read: Double?
    var write: Double?
    if level.files.io.read(into: &buffer) {
      var scanner = Scanner(buffer.text)
      while !scanner.isAtEnd {
        if let device = Parsing.device(&scanner), devices.counts(device) {
          scanner.skipBlanks()
          if level.files.ioWrite.isOpen {
            if let rate = scanner.number() { read = (read ?? 0) + Double(rate) }
          } else {
            while let byte = scanner.next, byte != 0x0A {
              if scanner.skip("rbps="), let rate = scanner.number() {
                read = (read ?? 0) + Double(rate)
              } else if scanner.skip("wbps="), let rate = scanner.number() {
                write = (write ?? 0) + Double(rate)
              }
              scanner.skipWord()
            }
          }
        }
        scanner.skipLine()
      }
    }
    if level.files.ioWrite.isOpen, level.files.ioWrite.read(into: &buffer) {
      var scanner = Scanner(buffer.text)
      while !scanner.isAtEnd {
        if let device = Parsing.device(&scanner), devices.counts(device),
          let rate = scanner.number()
        {
          write = (write ?? 0) + Double(rate)
        }
        scanner.skipLine()
      }
    }
    if let read { grant.read = grant.read.tightened(by: .at(ByteRate(read))) }
    if let write { grant.write = grant.write.tightened(by: .at(ByteRate(write))) }
  }

  /// `nr_periods` and `nr_throttled` of `cpu.stat`, the same words in both versions.
  static func throttling(_ text: Span<UInt8>) -> (periods: UInt64, throttled: UInt64)? {
    var scanner = Scanner(text)
    var periods: UInt64?
    var throttled: UInt64?
    while !scanner.isAtEnd {
      if scanner.skip("nr_periods ") {
        periods = scanner.number()
      } else if scanner.skip("nr_throttled ") {
        throttled = scanner.number()
      }
      scanner.skipLine()
    }
    guard let periods, let throttled else { return nil }
    return (periods, throttled)
  }
}
