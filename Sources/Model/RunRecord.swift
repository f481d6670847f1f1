/// What `loadline run` leaves for others to read about a job: who started it, when, with which
/// limits.
///
/// It is kept in the extended attribute ``attribute`` of the job's cgroup directory (in every
/// hierarchy that has one), or, for a job without a cgroup of its own, in a file named
/// ``fileName(pid:start:)`` in one of ``directories(runtimeDirectory:uid:)``. Anybody may have
/// written what is read there: honour it only where ``isTrusted(owner:)`` holds.
package struct RunRecord: Sendable, Hashable {
  package var name: RunName
  package var limits = RunLimits()
  /// Whether the job may use swap beyond its memory limit.
  package var swap = false
  package var tags: [String: SafeText] = [:]
  package var uid: UInt32
  /// The process that became the job's command.
  package var pid: Int32
  /// Its start time in clock ticks after boot; with the pid it is the process's identity.
  package var start: UInt64
  /// When it was started, in seconds since 1970.
  package var time: Int64
  /// Limits that were asked for and that nothing enforces.
  package var unenforced: Set<RunLimits.Kind> = []
  /// The CPUs that the job was pinned to because no cgroup limits its cores.
  package var pinned: CPUSet?

  package init(
    name: RunName, limits: RunLimits = RunLimits(), swap: Bool = false,
    tags: [String: SafeText] = [:], uid: UInt32, pid: Int32, start: UInt64, time: Int64,
    unenforced: Set<RunLimits.Kind> = [], pinned: CPUSet? = nil
  ) {
    self.name = name
    self.limits = limits
    self.swap = swap
    self.tags = tags
    self.uid = uid
    self.pid = pid
    self.start = start
    self.time = time
    self.unenforced = unenforced
    self.pinned = pinned
  }

  /// The extended attribute that holds the record on a job's cgroup directory.
  package static let attribute = "user.loadline.run"

  /// No record is longer, in bytes; what is longer is not read.
  package static let longest = 4096

  /// The limits as the budget that the dashboard shows.
  package var budget: Budget {
    Budget(
      cores: limits.cores, memory: limits.memory, read: limits.read, write: limits.write,
      gpus: limits.gpus)
  }

  /// Whether a record found in a directory or file of the user `owner` can be believed: only root
  /// speaks for others.
  package func isTrusted(owner: UInt32) -> Bool { owner == 0 || owner == uid }
}

extension RunRecord {
  /// The name of a record's file: `4711-99321`.
  package static func fileName(pid: Int32, start: UInt64) -> String { "\(pid)-\(start)" }

  /// The process that a record's file is about; nil for any other file.
  package static func process(ofFile name: String) -> (pid: Int32, start: UInt64)? {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let pid = Int32(parts[0]), let start = UInt64(parts[1]), pid > 0,
      fileName(pid: pid, start: start) == name
    else { return nil }
    return (pid, start)
  }

  /// Where the record files of a user may be, the place to write first.
  ///
  /// A reader must refuse a directory that is a link or owned by anybody but the user or root.
  /// - Parameter runtimeDirectory: `XDG_RUNTIME_DIR`, where it is set.
  package static func directories(runtimeDirectory: String?, uid: UInt32) -> [String] {
    var places: [String] = []
    if let runtimeDirectory, runtimeDirectory.hasPrefix("/") {
      places.append(runtimeDirectory + "/loadline")
    }
    places.append("/run/user/\(uid)/loadline")
    if uid == 0 { places.append("/run/loadline") }
    places.append("/tmp/loadline-\(uid)")
    return places.enumerated().filter { places.firstIndex(of: $1) == $0 }.map(\.element)
  }
}
