import CLinux
import Glibc

/// What a reaper has to do, as C memory prepared before the fork; never freed, since the process it
/// is for ends with it and the caller's becomes another program.
struct ReaperTask {
  /// The job's groups in the order of joining, which is the order of removing.
  let groups: UnsafeMutableBufferPointer<PathBuffer>
  /// Directories to remove afterwards if empty and marked as ours, innermost first.
  let parents: UnsafeMutableBufferPointer<PathBuffer>
  /// The record file to remove; empty where there is none.
  let record: PathBuffer
  /// The directory it is in, removed with it when nothing else is there.
  let recordDirectory: PathBuffer
  /// The attribute that marks a directory as ours.
  let mark = PathBuffer(ParentGroups.mark)
  /// The inode of the first group: another one under its name is another job's.
  let inode: ino_t
  /// What the process calls itself in `ps`.
  let title: PathBuffer
  /// The job's first process.
  let pid: pid_t
  /// A pidfd of it, or -1 on kernels before 5.3.
  let process: Int32
  /// `cgroup.events` of the v2 group, or -1 where the job is in none.
  let events: Int32
  let null: Int32

  /// Descriptors kept open are at least this high, so that moving `/dev/null` to 0…2 hits none.
  private static let lowest: Int32 = 10

  /// - Parameters:
  ///   - groups: nil for a job without any.
  ///   - record: the record file, where there is one.
  init(name: String, groups: JobGroups?, record: String?, pid: pid_t) {
    self.groups = Self.buffer(groups?.directories ?? [])
    parents = Self.buffer(groups?.places.flatMap { $0.parentDirectories.reversed() } ?? [])
    self.record = PathBuffer(record ?? "")
    let end = record?.utf8.lastIndex(of: UInt8(ascii: "/"))
    recordDirectory = PathBuffer(end.flatMap { record?[..<$0] }.map(String.init) ?? "")
    title = PathBuffer("loadline: reaper of \(name)")
    inode = groups?.directories.first.flatMap { Files.status($0)?.st_ino } ?? 0
    self.pid = pid
    process = Self.raised(ll_pidfd_open(pid, 0))
    let unified = groups.flatMap { groups in
      groups.places.first { $0.interface == .v2 }?.directory(of: groups.name)
    }
    events = Self.raised(unified.map { open($0 + "/cgroup.events", O_RDONLY | O_CLOEXEC) } ?? -1)
    null = Self.raised(open("/dev/null", O_RDWR | O_CLOEXEC))
  }

  /// Closes the descriptors that only the reaper needs.
  func closeDescriptors() {
    for descriptor in [process, events, null] where descriptor >= 0 { close(descriptor) }
  }

  func keeps(_ descriptor: Int32) -> Bool {
    descriptor == process || descriptor == events
  }

  private static func buffer(_ paths: [String]) -> UnsafeMutableBufferPointer<PathBuffer> {
    let buffer = UnsafeMutableBufferPointer<PathBuffer>.allocate(capacity: paths.count)
    _ = buffer.initialize(from: paths.map { PathBuffer($0) })
    return buffer
  }

  private static func raised(_ descriptor: Int32) -> Int32 {
    guard descriptor >= 0 else { return -1 }
    defer { close(descriptor) }
    return fcntl(descriptor, F_DUPFD_CLOEXEC, lowest)
  }
}
