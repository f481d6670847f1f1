import CLinux
import Glibc
import Model

/// What the control files of a unit say about a property: systemd reports success also where nothing
/// has happened.
struct SystemdInForce: Sendable {
  let layout: CgroupLayout
  /// The path of the unit's cgroup.
  let group: String

  /// What is in force instead of `text`, as text; nil where it is `text`, or cannot be told.
  func contradiction(of text: String, _ property: SystemdProperty) -> String? {
    switch property {
    case .cpuQuota: return quota(text)
    case .cpuWeight: return weight(text)
    case .allowedCPUs: return cpus(text)
    case .memoryHigh: return bytes(text, "memory.high", legacy: nil)
    case .memoryMax: return bytes(text, "memory.max", legacy: "memory.limit_in_bytes")
    case .tasksMax: return number(text, "pids", "pids.max", tolerance: 1)
    case .readBandwidth: return rates(text, "rbps", legacy: "blkio.throttle.read_bps_device")
    case .writeBandwidth: return rates(text, "wbps", legacy: "blkio.throttle.write_bps_device")
    case .freezer: return frozen(text)
    }
  }

  /// Whether they show that a value is in force at a place; false also where they do not tell.
  func shows(_ text: String, at place: Place) -> Bool {
    guard case .property(_, let name, _) = place, let property = SystemdProperty(rawValue: name),
      property != .freezer, !text.isEmpty
    else { return false }
    return contradiction(of: text, property) == nil
  }

  /// The content of a file of the unit's v2 group, or of its group in the hierarchy of a v1
  /// controller; nil where there is none.
  func content(_ file: String, legacy controller: String? = nil) -> String? {
    let hierarchy = controller.map { layout.hierarchy(of: $0) } ?? layout.unified
    return hierarchy.flatMap { $0.directory(of: group) }.flatMap { Files.line("\($0)/\(file)") }
  }

  /// Whether a controller is one of v1 here.
  private func isLegacy(_ controller: String) -> Bool { layout.hierarchy(of: controller) != nil }

  private func quota(_ text: String) -> String? {
    let actual: Cores?
    if isLegacy("cpu") {
      let quota = content("cpu.cfs_quota_us", legacy: "cpu").flatMap { Double($0) }
      let period = content("cpu.cfs_period_us", legacy: "cpu").flatMap { Double($0) }
      actual = quota.flatMap { quota in period.map { (quota, $0) } }.flatMap {
        $0.0 > 0 ? Cores($0.0 / $0.1) : nil
      }
    } else {
      let words = content("cpu.max")?.split(separator: " ").compactMap { Double($0) } ?? []
      actual = words.count == 2 ? Cores(words[0] / words[1]) : nil
    }
    switch (SystemdProperty.cores(text), actual) {
    case (nil, nil): return nil
    case (let wanted?, let actual?) where abs(wanted.value - actual.value) <= 0.0051: return nil
    case (_, let actual): return SystemdProperty.text(.cores(actual.map { .at($0) } ?? .unlimited))
    }
  }

  private func weight(_ text: String) -> String? {
    guard let wanted = Int64(text) else { return nil }
    if isLegacy("cpu") {
      guard let shares = content("cpu.shares", legacy: "cpu").flatMap({ Int64($0) }) else {
        return ""
      }
      // As systemd translates it: 100 is 1024, rounded down, within what the kernel takes.
      return shares == min(max(wanted * 1024 / 100, 2), 262_144)
        ? nil : "\(Weight.fromShares(shares))"
    }
    return content("cpu.weight") == "\(wanted)" ? nil : content("cpu.weight") ?? ""
  }

  private func cpus(_ text: String) -> String? {
    guard let wanted = CPUSet(parsing: text), !wanted.isEmpty else { return nil }
    let said =
      isLegacy("cpuset")
      ? content("cpuset.cpus", legacy: "cpuset") : content("cpuset.cpus.effective")
    let actual = said.flatMap { CPUSet(parsing: $0) }
    return actual == wanted ? nil : actual?.description ?? ""
  }

  private func bytes(_ text: String, _ file: String, legacy: String?) -> String? {
    number(text, "memory", file, legacy: legacy, tolerance: 1 << 16)
  }

  /// The kernel rounds memory to pages.
  private func number(
    _ text: String, _ controller: String, _ file: String, legacy: String? = nil, tolerance: UInt64
  ) -> String? {
    let said =
      isLegacy(controller)
      ? content(legacy ?? file, legacy: controller) : content(file)
    // Near 2⁶³ is v1's way to say that there is no limit.
    let actual = said.flatMap { UInt64($0) }.flatMap { $0 < 1 << 62 ? $0 : nil }
    switch (UInt64(text), actual) {
    case (nil, nil): return nil
    case (let wanted?, let actual?)
    where (wanted > actual ? wanted - actual : actual - wanted) < tolerance:
      return nil
    case (_, let actual): return actual.map { "\($0)" } ?? "infinity"
    }
  }

  private func rates(_ text: String, _ word: String, legacy: String) -> String? {
    var actual: [DiskNumber: Int64] = [:]
    let isLegacy = isLegacy("blkio")
    let hierarchy = isLegacy ? layout.hierarchy(of: "blkio") : layout.unified
    let directory = hierarchy.flatMap { $0.directory(of: group) } ?? ""
    for line in (Files.text("\(directory)/\(isLegacy ? legacy : "io.max")") ?? "")
      .split(separator: "\n")
    {
      let words = line.split(separator: " ")
      let number =
        isLegacy
        ? words.last : words.first { $0.hasPrefix("\(word)=") }?.dropFirst(word.utf8.count + 1)
      if let disk = words.first.flatMap({ DiskNumber(parsing: $0) }),
        let rate = number.flatMap({ Int64($0) })
      {
        actual[disk] = rate
      }
    }
    var wanted: [DiskNumber: Int64] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 2, let disk = disk(String(words[0])), let rate = Int64(words[1]) else {
        return nil
      }
      wanted[disk] = rate
    }
    if actual == wanted { return nil }
    return actual.sorted { ($0.key.major, $0.key.minor) < ($1.key.major, $1.key.minor) }
      .map { "/dev/block/\($0.key) \($0.value)" }.joined(separator: "\n")
  }

  /// The number of a device; nil where it is not one.
  private func disk(_ path: String) -> DiskNumber? {
    if path.hasPrefix("/dev/block/") { return DiskNumber(parsing: path.dropFirst(11)) }
    var status = stat()
    guard stat(path, &status) == 0, status.isBlockDevice else { return nil }
    return DiskNumber(status.st_rdev)
  }

  private func frozen(_ text: String) -> String? {
    guard let events = content("cgroup.events") else { return nil }
    let words = events.split(separator: " ")
    guard let index = words.firstIndex(of: "frozen"), index + 1 < words.count else { return nil }
    let actual = words[index + 1] == "1" ? "frozen" : "running"
    return actual == text ? nil : actual
  }
}
