import CLinux
import Glibc
package import Model

/// Reading what ``RunRecord`` describes.
package enum RunRecords {
  /// The record on a job's cgroup directory; nil where there is none, or none to be believed.
  package static func onGroup(_ directory: String) -> RunRecord? {
    guard let status = Files.status(directory), status.isDirectory,
      let bytes = Attributes.value(
        RunRecord.attribute, of: directory, longest: RunRecord.longest),
      let record = RunRecord(decoding: bytes), record.isTrusted(owner: status.st_uid)
    else { return nil }
    return record
  }

  /// The records of processes that are still alive, from a directory of record files.
  ///
  /// A directory or file that is a link, or whose owner is neither root nor the job's user, is
  /// passed over; so is a file whose process has ended or is another by now.
  /// - Parameter proc: where procfs is mounted.
  package static func alive(in directory: String, proc: String = "/proc") -> [RunRecord] {
    files(in: directory).compactMap { file in
      Processes.isAlive(pid: file.pid, start: file.start, proc: proc) ? file.record : nil
    }
  }

  /// Removes the record files of the user's processes that have ended, and the directory if nothing
  /// is left in it.
  static func removeStale(in directory: String, uid: UInt32, proc: String) {
    guard let status = Files.status(directory), status.isDirectory, status.st_uid == uid else {
      return
    }
    for name in Files.names(in: directory) {
      let isStale: Bool
      if let process = RunRecord.process(ofFile: name) {
        isStale = !Processes.isAlive(pid: process.pid, start: process.start, proc: proc)
      } else if name.hasPrefix(RecordDirectory.unfinished) {
        let pid = Int32(name.dropFirst(RecordDirectory.unfinished.count))
        isStale = pid.flatMap { Processes.start(pid: $0, proc: proc) } == nil
      } else {
        continue
      }
      if isStale { unlink("\(directory)/\(name)") }
    }
    // A start that is about to write there makes it again.
    rmdir(directory)
  }

  private struct File {
    var pid: Int32
    var start: UInt64
    var record: RunRecord
  }

  private static func files(in directory: String) -> [File] {
    guard let status = Files.status(directory), status.isDirectory else { return [] }
    return Files.names(in: directory).compactMap { name in
      guard let process = RunRecord.process(ofFile: name),
        let file = Files.status("\(directory)/\(name)"), file.st_mode & S_IFMT == S_IFREG,
        file.st_size <= RunRecord.longest,
        let bytes = try? Files.bytes("\(directory)/\(name)", limit: RunRecord.longest + 1),
        let record = RunRecord(decoding: bytes), record.pid == process.pid,
        record.start == process.start, record.isTrusted(owner: status.st_uid),
        record.isTrusted(owner: file.st_uid)
      else { return nil }
      return File(pid: process.pid, start: process.start, record: record)
    }
  }
}
