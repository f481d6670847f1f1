import Glibc
import Model

extension PreparedLaunch {
  /// Becomes the command without a cgroup; a record file says which process is the job.
  func runAsProcess(_ lock: LaunchLock?) throws(LaunchError) -> Never {
    let directory = try RecordDirectory(in: system)
    let (name, file) = try takeName(in: directory)
    do throws(LaunchError) {
      try startReaper(ReaperTask(name: name.text, groups: nil, record: file, pid: getpid()))
      try limitProcess()
      throw execute(as: name, lock)
    } catch {
      unlink(file)
      rmdir(directory.path)
      throw error
    }
  }

  /// Writes the record under the first free name.
  private func takeName(
    in directory: RecordDirectory
  ) throws(LaunchError) -> (RunName, String) {
    let alive = system.records.flatMap { RunRecords.alive(in: $0, proc: system.proc) }
    let held = Set(alive.filter { $0.uid == system.uid }.map(\.name))
    guard let name = names.first(where: { !held.contains($0) }) else {
      throw taken(names.first ?? RunName(command: ""))
    }
    let (record, bytes) = try record(name)
    try directory.write(record, bytes)
    return (name, directory.file(for: record))
  }
}
