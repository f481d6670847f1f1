import Model

/// Where a knob is kept in each generation of the interface.
struct KnobFile: Sendable, Hashable {
  /// Of v2; nil for a file that every group has.
  var controller: String?
  var file: String
  /// Of v1; nil where it has no such knob.
  var legacyController: String
  var legacyFile: String?

  /// Nil for knobs that cgroups do not have.
  init?(_ knob: Knob) {
    switch knob {
    case .cores: self.init("cpu", "cpu.max", "cpu", "cpu.cfs_quota_us")
    case .weight: self.init("cpu", "cpu.weight", "cpu", "cpu.shares")
    case .burst: self.init("cpu", "cpu.max.burst", "cpu", "cpu.cfs_burst_us")
    case .cpus: self.init("cpuset", "cpuset.cpus", "cpuset", "cpuset.cpus")
    case .memory: self.init("memory", "memory.max", "memory", "memory.limit_in_bytes")
    case .memoryHigh: self.init("memory", "memory.high", "memory", nil)
    case .read: self.init("io", "io.max", "blkio", "blkio.throttle.read_bps_device")
    case .write: self.init("io", "io.max", "blkio", "blkio.throttle.write_bps_device")
    case .pids: self.init("pids", "pids.max", "pids", "pids.max")
    case .frozen: self.init(nil, "cgroup.freeze", "freezer", "freezer.state")
    case .nice, .ioPriority, .power: return nil
    }
  }

  private init(
    _ controller: String?, _ file: String, _ legacyController: String, _ legacyFile: String?
  ) {
    self.controller = controller
    self.file = file
    self.legacyController = legacyController
    self.legacyFile = legacyFile
  }
}

/// The control file of one knob of one group.
struct KnobPlace: Sendable, Hashable {
  var directory: String
  var file: String
  var interface: Interface
  /// Where the hierarchy is mounted: the highest group that can be seen.
  var top: String

  var path: String { "\(directory)/\(file)" }

  /// The groups above it, the nearest first, up to the top.
  var ancestors: [String] {
    var found: [String] = []
    var rest = directory.utf8[...]
    while rest.count > top.utf8.count, let slash = rest.lastIndex(of: UInt8(ascii: "/")) {
      rest = rest[..<slash]
      found.append(String(Substring(rest)))
    }
    return found
  }
}
