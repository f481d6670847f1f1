import CLinux
import Glibc
import Model

extension PreparedAdoption {
  /// Gives the job cgroups of loadline's own, with every controller there is, so that all of it can
  /// be limited later.
  func runInGroups(
    _ places: CgroupPlaces, _ events: ForkEvents?, _ record: AdoptionRecorder,
    _ progress: (AdoptionReport) -> Void
  ) throws(ChangeFailure) -> AdoptionOutcome {
    let groups = try makeGroups(places, record)
    let home = AdoptionHome(ways(to: groups.directories), in: system)
    var move = AdoptionMove(
      root, owner: owner, into: home, from: origin, target: request.target, in: system, events)
    do throws(ChangeFailure) {
      try move.run(progress) { (home) throws(ChangeFailure) in
        try record(AdoptionUndo(name: groups.name, home))
      }
      if move.home.processes().isEmpty { throw ProcessThreads.ended }
    } catch {
      return takenBack(move, error, groups)
    }
    var report = move.report
    do throws(SystemError) {
      try Reaper.start(
        ReaperTask(name: groups.name.text, groups: groups, record: nil, pid: root.pid))
    } catch {
      report.notes.append(
        "Nothing removes the job's cgroup when it has ended until the next loadline run: \(error.words)."
      )
    }
    guard let id = newID(below: places, groups.name) else {
      return takenBack(
        move, ChangeFailure(.failed, "the cgroup of \(groups.name) is gone again."), groups)
    }
    report.stage = .done(id)
    report.notes = notes.prefix(1) + report.notes
    return AdoptionOutcome(
      report: report, undo: AdoptionUndo(name: groups.name, move.home))
  }

  /// Moves back what was moved, and says what could not be.
  private func takenBack(
    _ move: AdoptionMove, _ failure: ChangeFailure, _ groups: JobGroups
  ) -> AdoptionOutcome {
    var report = move.report
    report.left = move.home.giveBack()
    var failure = failure
    if report.left.isEmpty {
      groups.remove()
      if report.moved > 0 { failure.sentence += " Everything is where it was." }
    } else {
      failure.sentence +=
        " \(report.left.count) processes could not be moved back from \(groups.name)."
    }
    report.stage = .refused(failure)
    return AdoptionOutcome(report: report, undo: nil)
  }

  /// The groups as they are, and where the first of the tree is now; inode 0 where there is none yet.
  private func ways(to directories: [String]) -> [AdoptionUndo.Group] {
    let origins = AdoptionHome.directories(
      of: firstLiving?.pid ?? root.pid, for: directories, system.layout, proc: system.proc)
    return zip(directories, origins).map { directory, origin in
      AdoptionUndo.Group(
        directory: directory, inode: Files.status(directory).map { UInt64($0.st_ino) } ?? 0,
        origin: origin)
    }
  }

  private var firstLiving: ProcessEntry? {
    var members = TreeMembers(of: [root], proc: system.proc, sharesCgroups: false)
    return members.scan().first
  }

  /// Makes the groups under the first free name, and keeps the record on them.
  private func makeGroups(
    _ places: CgroupPlaces, _ recorder: AdoptionRecorder
  ) throws(ChangeFailure) -> JobGroups {
    let useful: Set = [
      "cpu", "cpuacct", "cpuset", "memory", "blkio", "pids", "freezer",
    ]
    let needed = places.places.filter {
      $0.interface == .v2 || !$0.controllers.isDisjoint(with: useful)
    }
    let lock = LaunchLock(in: system, patience: 5000)
    defer { lock?.release() }
    let alive = system.records.flatMap { RunRecords.alive(in: $0, proc: system.proc) }
    for name in names where !alive.contains(where: { $0.name == name && $0.uid == owner }) {
      var groups = JobGroups(name: name, places: needed)
      var planned = ways(to: groups.directories)
      for index in planned.indices { planned[index].inode = 0 }
      try recorder(AdoptionUndo(name: name, groups: planned))
      for _ in 0..<20 {
        do throws(GroupFailure) {
          try groups.make(with: [])
        } catch {
          switch error {
          case .refused(let refusal): throw ChangeFailure(.failed, refusal.sentence)
          case .vanished: continue
          case .taken: break
          }
          if sweep(JobGroups(name: name, places: places.places), in: system) { continue }
          break
        }
        guard let bytes = record(name) else { throw taken() }
        if groups.keep(bytes) || groups.areThere { return groups }
      }
    }
    throw taken()
  }

  private func newID(below places: CgroupPlaces, _ name: RunName) -> JobID? {
    let accounting = AccountingGroup(system)
    guard let mount = accounting.hierarchy?.mountPoint else { return nil }
    let place = places.places.first { $0.base == mount || $0.base.hasPrefix(mount + "/") }
    return place.flatMap { Files.status($0.directory(of: name)) }.map {
      .cgroup(inode: UInt64($0.st_ino))
    }
  }
}
