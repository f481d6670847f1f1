import CLinux
import Glibc
import Model

extension PreparedAdoption {
  /// Has systemd make a scope of the running processes, which it then owns.
  ///
  /// The scope begins with one process, since the call fails if any of those named has ended; the
  /// others follow: moved by root, or, since a user may not write there, by a second call, which
  /// systemd answers for scopes that are delegated.
  func runInScope(
    _ manager: ScopeManager, _ events: ForkEvents?, _ record: AdoptionRecorder,
    _ progress: (AdoptionReport) -> Void
  ) throws(ChangeFailure) -> AdoptionOutcome {
    let scope = try makeScope(manager, record)
    var home = AdoptionHome(groups(of: scope), in: system)
    if manager.tools.user != nil {
      home.attach = { pids throws(ChangeFailure) in
        try manager.attach(pids, to: scope.unit, proc: system.proc)
      }
    }
    var move = AdoptionMove(
      root, owner: owner, into: home, from: origin, target: request.target, in: system, events)
    move.count(scope.first)
    func undo(_ home: AdoptionHome) -> AdoptionUndo {
      AdoptionUndo(name: scope.name, home, unit: scope.unit, user: manager.tools.user)
    }
    do throws(ChangeFailure) {
      try move.run(progress) { (home) throws(ChangeFailure) in try record(undo(home)) }
      if move.home.processes().isEmpty { throw ProcessThreads.ended }
    } catch {
      return takenBack(move, error, scope)
    }
    var report = move.report
    guard let id = AccountingGroup(system).id(of: scope.group) else {
      return takenBack(move, ChangeFailure(.failed, "\(scope.unit) is gone again."), scope)
    }
    report.stage = .done(id)
    report.notes = notes.prefix(1) + report.notes
    return AdoptionOutcome(report: report, undo: undo(move.home))
  }

  /// A scope that was made.
  private struct Scope {
    var name: RunName
    var unit: String
    /// The path of its cgroup.
    var group: String
    /// The process that it was made of, and where that was before, by hierarchy.
    var first: ProcessEntry
    var origins: CgroupMembership
  }

  private func makeScope(
    _ manager: ScopeManager, _ record: AdoptionRecorder
  ) throws(ChangeFailure) -> Scope {
    let lock = LaunchLock(in: system, patience: 5000)
    defer { lock?.release() }
    let alive = system.records.flatMap { RunRecords.alive(in: $0, proc: system.proc) }
    for name in names where !alive.contains(where: { $0.name == name && $0.uid == owner }) {
      let unit = SystemdScope.unit(name)
      // The process it begins with may end in between.
      for _ in 0..<10 {
        var members = TreeMembers(of: [root], proc: system.proc, sharesCgroups: false)
        let path = { AccountingGroup(system).path(of: $0) }
        guard let first = members.scan().first(where: { path($0.pid) == origin }) else {
          throw ProcessThreads.ended
        }
        let origins = CgroupMembership(
          parsing: Files.text("\(system.proc)/\(first.pid)/cgroup") ?? "")
        // Where its group will be is systemd's to say; the first process is in it at once.
        let ways = hierarchies.compactMap { origins.path(in: $0).flatMap($0.directory) }
          .map { AdoptionUndo.Group(directory: "", inode: 0, origin: $0) }
        try record(AdoptionUndo(name: name, groups: ways, unit: unit, user: manager.tools.user))
        do throws(ChangeFailure) {
          try manager.start(unit, with: first.pid, "loadline adopt \(name)")
        } catch {
          if error.sentence.contains("already") { break }
          if ProcessTable.entry(of: first.pid, proc: system.proc)?.start == first.start {
            throw error
          }
          continue
        }
        guard let group = manager.group(of: unit, with: first.pid, system) else { continue }
        let scope = Scope(name: name, unit: unit, group: group, first: first, origins: origins)
        keepRecord(on: scope)
        return scope
      }
    }
    throw taken()
  }

  private func keepRecord(on scope: Scope) {
    guard let bytes = record(scope.name) else { return }
    for group in groups(of: scope) {
      _ = Attributes.set(RunRecord.attribute, of: group.directory, to: bytes)
    }
  }

  private var hierarchies: [CgroupLayout.Hierarchy] { system.layout.hierarchies }

  /// The scope's groups in the hierarchies that it has one in, and where its first process was.
  private func groups(of scope: Scope) -> [AdoptionUndo.Group] {
    hierarchies.compactMap { hierarchy in
      guard let directory = hierarchy.directory(of: scope.group),
        let status = Files.status(directory)
      else { return nil }
      return AdoptionUndo.Group(
        directory: directory, inode: UInt64(status.st_ino),
        origin: scope.origins.path(in: hierarchy).flatMap(hierarchy.directory))
    }
  }

  /// Moves back what was moved, where that is allowed, and says what could not be.
  private func takenBack(
    _ move: AdoptionMove, _ failure: ChangeFailure, _ scope: Scope
  ) -> AdoptionOutcome {
    var report = move.report
    var failure = failure
    report.left = move.home.giveBack()
    if !report.left.isEmpty {
      failure.sentence +=
        " \(report.left.count) processes stay in \(scope.unit), which has no limits."
    }
    report.stage = .refused(failure)
    return AdoptionOutcome(report: report, undo: nil)
  }
}

/// The manager that a scope is asked of, over its bus.
struct ScopeManager: Sendable {
  let tools: SystemdTools
  let busctl: String

  /// - Throws: the reason why none can be asked.
  init(_ tools: SystemdTools) throws(ChangeFailure) {
    guard let busctl = tools.busctl else {
      throw ChangeFailure(
        .never, "There is no busctl, by which systemd is asked for a scope; it is part of systemd.")
    }
    self.tools = tools
    self.busctl = busctl
  }

  private static let destination = [
    "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
  ]

  /// Starts a scope of one process (StartTransientUnit of org.freedesktop.systemd1(5)).
  func start(_ unit: String, with pid: Int32, _ description: String) throws(ChangeFailure) {
    let accounting = ["CPUAccounting", "MemoryAccounting", "IOAccounting", "TasksAccounting"]
    let properties =
      [
        ["PIDs", "au", "1", "\(pid)"], ["Description", "s", description],
        ["Delegate", "b", "true"],
        ["CollectMode", "s", "inactive-or-failed"],
      ] + accounting.map { [$0, "b", "true"] }
    _ = try tools.run(
      busctl,
      ["call"] + Self.destination + ["StartTransientUnit", "ssa(sv)a(sa(sv))", unit, "fail"]
        + ["\(properties.count)"] + properties.flatMap { $0 } + ["0"])
  }

  /// Moves processes into it; those that have ended meanwhile are passed over.
  func attach(_ pids: [Int32], to unit: String, proc: String) throws(ChangeFailure) {
    func call(_ pids: [Int32]) throws(ChangeFailure) {
      _ = try tools.run(
        busctl,
        ["call"] + Self.destination + ["AttachProcessesToUnit", "ssau", unit, "", "\(pids.count)"]
          + pids.map { "\($0)" })
    }
    do throws(ChangeFailure) { return try call(pids) } catch {
      for pid in pids {
        do throws(ChangeFailure) { try call([pid]) } catch {
          let entry = ProcessTable.entry(of: pid, proc: proc)
          if let entry, !entry.isZombie { throw error }
        }
      }
    }
  }

  /// The path of the scope's cgroup once its first process is in it; nil where that does not come
  /// to pass.
  func group(of unit: String, with pid: Int32, _ system: LaunchSystem) -> String? {
    let end = Deadline(seconds: 5)
    while !end.hasPassed {
      if let path = AccountingGroup(system).path(of: pid), path.hasSuffix("/\(unit)") {
        return path
      }
      guard let entry = ProcessTable.entry(of: pid, proc: system.proc), !entry.isZombie else {
        return nil
      }
      usleep(5000)
    }
    return nil
  }
}
