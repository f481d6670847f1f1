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
    let cpu2 = paths.keep("cpu.max", of: group, unified: "cpu")
    if cpu2.isOpen {
      quota = cpu2
      period = KeptFile()
      throttling = paths.keep("cpu.stat", of: group, unified: "cpu")
    } else {
      quota = paths.keep("cpu.cfs_quota_us", of: group, legacy: "cpu")
      period = paths.keep("cpu.cfs_period_us", of: group, legacy: "cpu")
      throttling = paths.keep("cpu.stat", of: group, legacy: "cpu")
    }
    let memory2 = paths.keep("memory.max", of: group, unified: "memory")
    if memory2.isOpen {
      memoryMax = memory2
    } else {
      memoryMax = paths.keep("memory.limit_in_bytes", of: group, legacy: "memory")
    }
    memoryHigh = paths.keep("memory.high", of: group, unified: "memory")
    let io2 = paths.keep("io.max", of: group, unified: "io")
    if io2.isOpen {
      io = io2
      ioWrite = KeptFile()
    } else {
      io = paths.keep("blkio.throttle.read_bps_device", of: group, legacy: "blkio")
      ioWrite = paths.keep("blkio.throttle.write_bps_device", of: group, legacy: "blkio")
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
