import Model

/// The files that limit one group, whichever version holds them.
final class LimitFiles {
  let quota: KeptFile
  /// v1: the quota's period is a file of its own.
  let period: KeptFile
  let throttling: KeptFile
  let memoryMax: KeptFile
  let memoryHigh: KeptFile
  let io: KeptFile
  /// v1: what may be written is a file of its own.
  let ioWrite: KeptFile

  init(_ group: String, _ paths: GroupPaths) {
    func unified(_ controller: String, _ file: String) -> KeptFile {
      paths.unified(controller, group).map { KeptFile("\($0)/\(file)") } ?? KeptFile()
    }
    func legacy(_ controller: String, _ file: String) -> KeptFile {
      paths.directory(controller, group).map { KeptFile("\($0)/\(file)") } ?? KeptFile()
    }
    let cpu2 = unified("cpu", "cpu.max")
    if cpu2.isOpen {
      quota = cpu2
      period = KeptFile()
      throttling = unified("cpu", "cpu.stat")
    } else {
      quota = legacy("cpu", "cpu.cfs_quota_us")
      period = legacy("cpu", "cpu.cfs_period_us")
      throttling = legacy("cpu", "cpu.stat")
    }
    let memory2 = unified("memory", "memory.max")
    if memory2.isOpen {
      memoryMax = memory2
    } else {
      memoryMax = legacy("memory", "memory.limit_in_bytes")
    }
    memoryHigh = unified("memory", "memory.high")
    let io2 = unified("io", "io.max")
    if io2.isOpen {
      io = io2
      ioWrite = KeptFile()
    } else {
      io = legacy("blkio", "blkio.throttle.read_bps_device")
      ioWrite = legacy("blkio", "blkio.throttle.write_bps_device")
    }
  }
}

/// The limit files of all groups that somebody keeps: jobs below one group have its files in common.
struct SharedLimitFiles {
  private struct Entry {
    weak var files: LimitFiles?
  }

  private var entries: [String: Entry] = [:]

  mutating func files(of group: String, _ paths: GroupPaths) -> LimitFiles {
    if let known = entries[group]?.files { return known }
    let files = LimitFiles(group, paths)
    entries[group] = Entry(files: files)
    return files
  }

  /// Forgets the groups that nobody keeps any more.
  mutating func prune() { entries = entries.filter { $0.value.files != nil } }
}
