import CLinux
import Glibc
import Model

/// What an adoption has left whose process died in the middle of it.
struct AdoptionRemains {
  /// What takes it back, with the groups that are there.
  let undo: AdoptionUndo
  /// The name of the job's group, as it was recorded.
  var name: RunName { undo.name }
  /// Living processes of the job that are in any of its groups.
  let inside: Int
  /// Living processes of the job that are not in all of them, and might be.
  let outside: Int

  /// Nothing is left to be moved.
  var isComplete: Bool { inside > 0 && outside == 0 }

  /// Nil where no group of it is there; throws where that cannot be told.
  ///
  /// - Parameter undo: as it was recorded last: maybe before a group was made.
  init?(
    _ undo: AdoptionUndo, root: ProcessIdentity, in system: LaunchSystem
  ) throws(ChangeFailure) {
    let made = try undo.located(root: root, in: system)
    guard !made.groups.isEmpty else { return nil }
    self.undo = made
    let home = AdoptionHome(made.groups, others: made.others, in: system)
    let held = home.partly().reduce(Set()) { $0.union($1) }
    let seeds = held.compactMap { ProcessTable.entry(of: $0, proc: system.proc)?.identity }
    var members = TreeMembers(of: [root] + seeds, proc: system.proc, sharesCgroups: false)
    let waiting = members.scan().filter { !home.holds($0.pid) && home.isOnItsWay($0.pid) }
    inside = held.count
    // Groups that are missing hold nobody.
    outside = made.groups.count == undo.groups.count ? waiting.count : max(1, waiting.count)
  }
}

extension AdoptionUndo {
  /// With the groups that are there, found by their names where they were recorded before they were
  /// made.
  fileprivate func located(
    root: ProcessIdentity, in system: LaunchSystem
  ) throws(ChangeFailure) -> AdoptionUndo {
    let isPlanned = groups.allSatisfy { $0.inode == 0 }
    guard isPlanned else { return withGroupsThatAreThere }
    var undo = self
    var group: String?
    if let unit { group = try scopeGroup(unit, system) }
    undo.groups = groups.compactMap { group in
      var group = group
      if unit != nil { group.directory = directory(of: group, in: system) ?? "" }
      guard let status = Files.status(group.directory), status.isDirectory else { return nil }
      // One that bears another job's record was taken by that.
      if let record = RunRecords.onGroup(group.directory),
        record.pid != root.pid || record.start != root.start
      {
        return nil
      }
      // Nobody is moved before the groups are recorded as made: these would be somebody else's.
      if unit == nil, !AdoptionHome.processes(in: group.directory).isEmpty { return nil }
      group.inode = UInt64(status.st_ino)
      return group
    }
    return undo

    func directory(of way: Group, in system: LaunchSystem) -> String? {
      guard let group, let origin = way.origin else { return nil }
      return system.layout.hierarchies
        .filter { origin == $0.mountPoint || origin.hasPrefix($0.mountPoint + "/") }
        .max { $0.mountPoint.utf8.count < $1.mountPoint.utf8.count }?
        .directory(of: group)
    }
  }

  /// The path of a scope's cgroup; nil where there is no such scope any more.
  private func scopeGroup(
    _ unit: String, _ system: LaunchSystem
  ) throws(ChangeFailure) -> String? {
    guard let tools = SystemdTools(in: system) else { return nil }
    let owner = user.map { tools.of(user: $0, in: system) } ?? tools
    do throws(ChangeFailure) { return try SystemdUnit(unit, owner).group } catch {
      if error.saysThatItIsGone { return nil }
      throw error
    }
  }
}
