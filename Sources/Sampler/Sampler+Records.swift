import CLinux
import Glibc
import Model

/// Jobs that `loadline run` started without a cgroup of their own.
extension Sampler {
  /// Finds jobs that `loadline run` started without a cgroup, by their record files.
  func readRunRecords() {
    // What a process was started as does not change: a record that was read stands while it is there.
    let known = assessment.records
    assessment.records.removeAll(keepingCapacity: true)
    let runtime = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) }
    for uid in Set([getuid(), 0]).union(runtimeUsers()).sorted() {
      let directories = RunRecord.directories(
        runtimeDirectory: uid == getuid() ? runtime : nil, uid: uid)
      for directory in directories {
        readRunRecords(in: options.roots.prefix + directory, of: uid, known: known)
      }
    }
  }

  /// Users that are logged in, whose records root can read.
  private func runtimeUsers() -> [UInt32] {
    guard getuid() == 0 else { return [] }
    var users: [UInt32] = []
    _ = DirectoryReader().forEach(at: options.roots.prefix + "/run/user") { entry in
      if let number = entry.number { users.append(UInt32(number)) }
    }
    return users
  }

  /// Reads the records of a user from one directory, which must be that user's or root's: anybody may
  /// make one in /tmp.
  private func readRunRecords(
    in directory: String, of uid: UInt32, known: [ProcessFiles.Target: RunRecord]
  ) {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { _ = close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_uid == uid || status.st_uid == 0 else {
      return
    }
    var files: [(String, ProcessFiles.Target)] = []
    _ = DirectoryReader().forEach(in: descriptor) { entry in
      let name = String(cString: entry.name)
      if let process = RunRecord.process(ofFile: name) {
        files.append((name, ProcessFiles.Target(pid: process.pid, start: process.start)))
      }
    }
    for (name, target) in files where loose.process(target.pid)?.start == target.start {
      if let record = known[target] {
        assessment.records[target] = record
        continue
      }
      let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard file >= 0 else { continue }
      defer { _ = close(file) }
      var owner = stat()
      guard fstat(file, &owner) == 0, owner.st_mode & S_IFMT == S_IFREG,
        owner.st_size <= RunRecord.longest, buffer.fill(from: file),
        let record = RunRecord(decoding: Array(buffer.string.utf8)),
        record.isTrusted(owner: owner.st_uid),
        // A user speaks for processes of their own.
        owner.st_uid == 0 || user(of: target.pid) == owner.st_uid
      else { continue }
      assessment.records[target] = record
    }
  }
}
