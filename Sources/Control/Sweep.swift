import CLinux
import Glibc
import Model

/// Removes what jobs that are over have left behind because their reaper was killed.
///
/// Only groups of the calling user that hold no process, in the places where `loadline run` makes
/// them, and record files of processes that are gone. Anything that cannot be removed stays and is
/// tried at the next start. Does nothing while a job is being started: that start sweeps.
package func sweepAbandonedRuns(in system: LaunchSystem) {
  guard let lock = LaunchLock(in: system, patience: 0) else { return }
  defer { lock.release() }
  sweepAbandonedRuns(in: system, CgroupPlaces(in: system).places)
}

/// The same for the holder of the lock, in places that are known already.
func sweepAbandonedRuns(in system: LaunchSystem, _ places: [CgroupPlace]) {
  let names = Set(places.flatMap { Files.names(in: $0.jobs) }).compactMap { RunName($0) }
  for name in names.sorted(by: { $0.text < $1.text }) {
    sweep(JobGroups(name: name, places: places), in: system)
  }
  for place in places { ParentGroups.remove(in: place) }
  for directory in system.records {
    RunRecords.removeStale(in: directory, uid: system.uid, proc: system.proc)
  }
}

/// Removes a job's groups if they are the user's and none holds a process; true where they are gone.
///
/// A group whose first process is alive is not abandoned: the process is about to move in. Nor is a
/// fresh one without a record: somebody is making it.
@discardableResult
func sweep(_ groups: JobGroups, in system: LaunchSystem) -> Bool {
  for directory in groups.directories {
    guard let status = Files.status(directory) else { continue }
    var path = PathBuffer(directory)
    defer { path.deallocate() }
    guard status.isDirectory, status.st_uid == system.uid, GroupTree.isEmpty(&path) else {
      return false
    }
    if let record = RunRecords.onGroup(directory) {
      let isAlive = Processes.isAlive(pid: record.pid, start: record.start, proc: system.proc)
      if isAlive { return false }
    } else if time(nil) - status.st_ctim.tv_sec < 60 {
      return false
    }
  }
  groups.remove()
  return groups.directories.allSatisfy { !Files.exists($0) }
}
