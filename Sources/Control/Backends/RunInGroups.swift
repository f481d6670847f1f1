import Glibc
import Model

extension PreparedLaunch {
  /// Makes the job's cgroups, starts their reaper, moves into them and becomes the command.
  func runInGroups(_ places: CgroupPlaces, _ lock: LaunchLock?) throws(LaunchError) -> Never {
    for name in names where !isHeldElsewhere(name) {
      guard let failure = attempts(name, places, lock) else { continue }
      throw failure
    }
    throw taken(names.first ?? RunName(command: ""))
  }

  /// Tries a name for as long as its groups are swept away in between; nil where it is taken.
  private func attempts(_ name: RunName, _ places: CgroupPlaces, _ lock: LaunchLock?)
    -> LaunchError?
  {
    let needed = places.places.filter { $0.isNeeded(for: plan.settings) }
    for _ in 0..<20 {
      switch attempt(JobGroups(name: name, places: needed), lock) {
      case .refused(let refusal): return refusal
      case .vanished: continue
      case .taken:
        let abandoned = JobGroups(name: name, places: places.places)
        if !sweep(abandoned, in: system) { return nil }
      }
    }
    return LaunchError("another process keeps removing the cgroup of \(name); try again.")
  }

  /// One attempt; returns only where it failed, and then nothing of it is left.
  private func attempt(_ groups: JobGroups, _ lock: LaunchLock?) -> GroupFailure {
    var groups = groups
    do throws(GroupFailure) {
      try groups.make(with: plan.settings)
    } catch {
      return error
    }
    var file: String?
    defer {
      groups.leave()
      groups.remove()
      if let file { unlink(file) }
    }
    do throws(LaunchError) {
      let (record, bytes) = try record(groups.name)
      if !groups.keep(bytes) {
        if !groups.areThere { return .vanished }
        let directory = try RecordDirectory(in: system)
        try directory.write(record, bytes)
        file = directory.file(for: record)
      }
      try startReaper(
        ReaperTask(name: groups.name.text, groups: groups, record: file, pid: record.pid))
    } catch {
      return .refused(error)
    }
    let chosen = Affinity.current()
    do throws(GroupFailure) { try groups.join() } catch { return error }
    keepAffinity(chosen)
    do throws(LaunchError) {
      try limitProcess()
      try widenAffinity()
    } catch {
      return .refused(error)
    }
    if box.hasSwap, !groups.skipped.isEmpty {
      Launch.say("swap is not limited: this kernel does not count it (swapaccount=1).")
    }
    return .refused(execute(as: groups.name, lock))
  }

  func startReaper(_ task: ReaperTask) throws(LaunchError) {
    do throws(SystemError) { try Reaper.start(task) } catch {
      throw LaunchError("no process can be started to clean up after the job: \(error.words).")
    }
  }
}
