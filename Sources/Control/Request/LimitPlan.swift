import Model

/// What will be done for each limit that was asked for: files to write, and where there is no
/// controller for it the nearest thing a process can do for itself, or nothing, said openly.
///
/// Pure: from the limits, what is supported and the facts of the box.
struct LimitPlan: Sendable, Equatable {
  private(set) var settings: [Setting] = []
  /// The CPUs to pin the process to; its children inherit it.
  private(set) var pinned: CPUSet?
  /// To be added to the process's nice value.
  private(set) var nice: Int?
  /// Limits that nothing enforces.
  var unenforced: Set<RunLimits.Kind> { shortfall.kinds }
  /// What the person must know, one sentence each.
  var notes: [String] = []
  private var shortfall = Shortfall()

  /// Inputs beside the limits.
  struct Surroundings: Sendable {
    var support: ControllerSupport
    var box: BoxFacts
    /// Whole disks that IO limits go to.
    var disks: [DiskNumber] = []
    /// CPUs that other jobs are pinned to.
    var claimed: [CPUSet] = []
    /// Whether priority may be raised above the inherited.
    var mayRaisePriority = false
    /// The GPUs that were asked for.
    var gpus = GPUSelection()
  }

  init(_ limits: RunLimits, allowsSwap: Bool = false, in around: Surroundings) {
    if let cpus = limits.cpus { plan(cpus: cpus, around) }
    if let cores = limits.cores { plan(cores: cores, among: limits.cpus, around) }
    if let weight = limits.weight { plan(weight: weight, around) }
    if let memory = limits.memory { plan(memory: memory, allowsSwap: allowsSwap, around) }
    if let high = limits.memoryHigh { plan(memoryHigh: high, around) }
    plan(read: limits.read, write: limits.write, around)
    if limits.gpus != nil { plan(gpus: around.gpus) }
    if let line = shortfall.line(reason: around.support.reason) { notes.insert(line, at: 0) }
  }

  /// The period of CPU quotas in microseconds, the kernel's default.
  static let period: Int64 = 100_000

  /// The quota for a number of cores, in microseconds a period.
  ///
  /// In steps of 10: systemd keeps hundredths of a percent, and the same request should mean the
  /// same everywhere.
  static func quota(_ cores: Cores) -> Int64 {
    max(1000, Int64((cores.value * 10_000).rounded()) * 10)
  }
}

extension LimitPlan {
  private mutating func add(
    _ kind: RunLimits.Kind, _ controller: String, _ file: String, _ value: String,
    check: Setting.Check? = nil, mayBeMissing: Bool = false
  ) {
    settings.append(
      Setting(
        kind: kind, controller: controller, file: file, value: value,
        check: check ?? .equals(value), mayBeMissing: mayBeMissing))
  }

  private mutating func plan(cpus: CPUSet, _ around: Surroundings) {
    guard let interface = around.support.interfaces[.cpuset] else {
      pinned = cpus
      shortfall.substitute("--cpus is an affinity, which the command can change")
      return
    }
    let checked = interface == .v2 ? Setting.effectiveCPUs : "cpuset.cpus"
    add(.cpus, "cpuset", "cpuset.cpus", "\(cpus)", check: .cpus(cpus, file: checked))
  }

  private mutating func plan(cores: Cores, among cpus: CPUSet?, _ around: Surroundings) {
    let quota = Self.quota(cores)
    switch around.support.interfaces[.cpu] {
    case .v2: add(.cores, "cpu", "cpu.max", "\(quota) \(Self.period)")
    case .v1:
      add(.cores, "cpu", "cpu.cfs_period_us", "\(Self.period)")
      add(.cores, "cpu", "cpu.cfs_quota_us", "\(quota)")
    case nil:
      let allowed = cpus ?? around.box.available
      let count = Int(cores.value.rounded(.up))
      guard count < allowed.count else {
        if cores.value < Double(allowed.count) { shortfall.lacks(.cores, around.support.reason) }
        return
      }
      let chosen = Affinity.choose(count, from: allowed, claimed: around.claimed)
      pinned = chosen
      shortfall.substitute("--cores \(short(cores.value)) is an affinity to CPU \(chosen)")
    }
  }

  private mutating func plan(gpus: GPUSelection) {
    if let obstacle = gpus.obstacle {
      shortfall.lacks(.gpus, obstacle)
      return
    }
    for node in gpus.denied {
      let rule = "c \(node) rwm"
      add(.gpus, "devices", "devices.deny", rule, check: .lacks(rule, file: "devices.list"))
    }
  }

  private mutating func plan(weight: Int, _ around: Surroundings) {
    switch around.support.interfaces[.cpu] {
    case .v2: add(.weight, "cpu", "cpu.weight", "\(weight)")
    case .v1:
      // 100 is 1024 shares, as systemd translates CPUWeight=; the kernel clamps to 2…262144.
      add(.weight, "cpu", "cpu.shares", "\(min(max(weight * 1024 / 100, 2), 262_144))")
    case nil:
      let steps = niceSteps(weight: weight)
      if steps < 0, !around.mayRaisePriority {
        shortfall.lacks(.weight, "only root may raise a priority")
      } else if steps != 0 {
        nice = steps
        shortfall.substitute("--weight \(weight) is nice \(steps)")
      }
    }
  }

  private mutating func plan(memory: Bytes, allowsSwap: Bool, _ around: Surroundings) {
    let value = memory.inPages(of: around.box.pageSize)
    let swap: (file: String, value: String)
    switch around.support.interfaces[.memory] {
    case .v2:
      add(.memory, "memory", "memory.max", value)
      swap = ("memory.swap.max", "0")
    case .v1:
      add(.memory, "memory", "memory.limit_in_bytes", value)
      // Memory and swap together, so the same amount leaves no swap.
      swap = ("memory.memsw.limit_in_bytes", value)
    case nil:
      shortfall.lacks(.memory, around.support.reason)
      return
    }
    if !allowsSwap { add(.memory, "memory", swap.file, swap.value, mayBeMissing: true) }
  }

  private mutating func plan(memoryHigh: Bytes, _ around: Surroundings) {
    switch around.support.interfaces[.memory] {
    case .v2: add(.memoryHigh, "memory", "memory.high", memoryHigh.inPages(of: around.box.pageSize))
    case .v1: shortfall.lacks(.memoryHigh, "cgroup v1 has no memory.high")
    case nil: shortfall.lacks(.memoryHigh, around.support.reason)
    }
  }

  private mutating func plan(read: ByteRate?, write: ByteRate?, _ around: Surroundings) {
    let rates = [
      (kind: RunLimits.Kind.read, rate: read, v2: "rbps", v1: "read"),
      (kind: .write, rate: write, v2: "wbps", v1: "write"),
    ]
    for (kind, rate, v2, v1) in rates {
      guard let rate = rate.map({ Int64($0.perSecond) }) else { continue }
      guard let interface = around.support.interfaces[.io] else {
        shortfall.lacks(kind, around.support.reason)
        continue
      }
      for disk in around.disks {
        switch interface {
        case .v2:
          let word = "\(v2)=\(rate)"
          add(kind, "io", "io.max", "\(disk) \(word)", check: .disk(disk, word))
        case .v1:
          add(
            kind, "blkio", "blkio.throttle.\(v1)_bps_device", "\(disk) \(rate)",
            check: .disk(disk, "\(rate)"))
        }
      }
      if interface == .v1, kind == .write {
        notes.append(
          "--io-write on cgroup v1 holds for direct and synchronous writes only: buffered ones pass unthrottled."
        )
      }
    }
  }
}

extension Bytes {
  /// The amount as a control file keeps it: whole pages.
  fileprivate func inPages(of pageSize: Int64) -> String { "\(count / pageSize * pageSize)" }
}
