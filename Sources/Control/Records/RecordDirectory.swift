import CLinux
import Glibc
import Model

/// The directory of a user's record files, for jobs without a cgroup directory that could carry
/// the record.
struct RecordDirectory: Sendable {
  let path: String

  /// The first of the system's directories that is there or can be made, and belongs to the user.
  init(in system: LaunchSystem) throws(LaunchError) {
    var refusal: LaunchError?
    for path in system.records {
      switch Self.state(of: path, uid: system.uid) {
      case .ours:
        self.path = path
        return
      case .foreign:
        let sentence = "\(path) is not a directory of yours; remove it, or have it removed."
        refusal = refusal ?? LaunchError(sentence)
      case .missing: continue
      }
    }
    throw refusal
      ?? LaunchError("no directory for the job's record can be made; set XDG_RUNTIME_DIR.")
  }

  private enum State {
    case ours, foreign, missing
  }

  /// Makes the directory where it can be made, and looks at it.
  private static func state(of path: String, uid: UInt32) -> State {
    // The reaper of another job may remove the empty directory in between.
    for _ in 0..<10 where mkdir(path, 0o700) == 0 || errno == EEXIST {
      guard let status = Files.status(path) else { continue }
      return status.isDirectory && status.st_uid == uid ? .ours : .foreign
    }
    return .missing
  }

  /// What the name of a record that is being written starts with; the pid follows.
  static let unfinished = ".new-"

  func file(for record: RunRecord) -> String {
    "\(path)/\(RunRecord.fileName(pid: record.pid, start: record.start))"
  }

  /// Writes a record under another name first, so that a reader never sees a part of it.
  func write(_ record: RunRecord, _ bytes: [UInt8]) throws(LaunchError) {
    let temporary = "\(path)/\(Self.unfinished)\(record.pid)"
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    var descriptor = open(temporary, flags, 0o600)
    if descriptor < 0, errno == ENOENT {
      // The reaper of the last job has just removed the empty directory.
      mkdir(path, 0o700)
      descriptor = open(temporary, flags, 0o600)
    }
    guard descriptor >= 0 else { throw failure(.last) }
    let count = Glibc.write(descriptor, bytes, bytes.count)
    close(descriptor)
    guard count == bytes.count, rename(temporary, file(for: record)) == 0 else {
      let error = SystemError.last
      unlink(temporary)
      throw failure(error)
    }
  }

  private func failure(_ error: SystemError) -> LaunchError {
    LaunchError("cannot write a record in \(path): \(error.words).")
  }
}
