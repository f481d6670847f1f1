import CLinux
import Glibc

/// The reaper's life after the fork: wait until the job is over, remove what was made for it, end.
///
/// System calls on prepared memory only. The process it was forked from has one thread, so nothing
/// can be locked here; even so nothing is allocated, because each page touched is a page of its own.
enum ReaperLoop {
  private static var lookEveryMilliseconds: Int32 { 5000 }

  static func run(_ task: ReaperTask) -> Never {
    awaitEnd(of: task)
    var pause: UInt32 = 10_000
    while true {
      awaitEmpty(task)
      if isReplaced(task) { break }
      let failure = removeGroups(task)
      if failure == 0 { break }
      if failure != EBUSY { _exit(1) }
      // v1 says nothing when a group empties, and a v2 group can be joined again meanwhile.
      usleep(pause)
      pause = min(pause * 2, 5_000_000)
    }
    for index in task.parents.indices { removeParent(task.parents[index], task) }
    if task.record.count > 0 {
      unlink(task.record.bytes)
      rmdir(task.recordDirectory.bytes)
    }
    _exit(0)
  }

  /// Waits for the job's first process: before it there is nothing in the groups yet, and as long
  /// as it lives there is nothing to do.
  private static func awaitEnd(of task: ReaperTask) {
    guard task.process < 0 else {
      var one = pollfd(fd: task.process, events: Int16(POLLIN), revents: 0)
      while poll(&one, 1, -1) < 0, errno == EINTR {}
      return
    }
    var pause: UInt32 = 10_000
    while kill(task.pid, 0) == 0 || errno == EPERM {
      usleep(pause)
      pause = min(pause * 2, 1_000_000)
    }
  }

  /// Waits until `cgroup.events` says that nothing is left in the group or below it.
  ///
  /// The file signals POLLPRI when it changed since it was last read (cgroup-v2.rst); an error means
  /// that the group is gone. The kernel tells of two changes in a row late, and not at all where the
  /// group is removed meanwhile (`cgroup_rm_file` of kernel/cgroup/cgroup.c): so it is looked at now
  /// and then without being told.
  private static func awaitEmpty(_ task: ReaperTask) {
    guard task.events >= 0 else { return }
    while true {
      let populated = withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
        let count = pread(task.events, buffer.baseAddress, buffer.count, 0)
        return count >= 11 && buffer[10] != UInt8(ascii: "0")
      }
      if !populated { return }
      var one = pollfd(fd: task.events, events: Int16(POLLPRI), revents: 0)
      _ = poll(&one, 1, lookEveryMilliseconds)
    }
  }

  /// Whether a later start took the empty group away and made its own of the same name.
  private static func isReplaced(_ task: ReaperTask) -> Bool {
    guard let first = task.groups.first else { return false }
    var status = stat()
    return lstat(first.bytes, &status) == 0 && status.st_ino != task.inode
  }

  /// Removes every group unless a process is in one of them; 0 or the error number.
  private static func removeGroups(_ task: ReaperTask) -> Int32 {
    for index in task.groups.indices where !GroupTree.isEmpty(&task.groups[index]) {
      return EBUSY
    }
    for index in task.groups.indices {
      let failure = GroupTree.remove(&task.groups[index])
      if failure != 0 { return failure }
    }
    return 0
  }

  private static func removeParent(_ directory: PathBuffer, _ task: ReaperTask) {
    if lgetxattr(directory.bytes, task.mark.bytes, nil, 0) >= 0 { rmdir(directory.bytes) }
  }
}
