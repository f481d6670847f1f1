import Glibc
import Model

extension Control {
  /// What an unfinished adoption of this boot has left, in a sentence, and what recovering it does.
  func outlook(of transaction: JournalHistory.Transaction) -> String? {
    guard transaction.outcome == nil, transaction.intent.kind == .adopt,
      transaction.intent.boot == system.boot
    else { return nil }
    let found: AdoptionRemains?
    do throws(ChangeFailure) { found = try remains(of: transaction) } catch {
      return "What it has left cannot be told: \(error.sentence)"
    }
    guard let remains = found else {
      return "No process was moved: recovering it has nothing to take back."
    }
    if remains.isComplete {
      return
        "All \(remains.inside) processes have moved to \(remains.name): the adoption is complete, and recovering it says so."
    }
    if remains.inside == 0 {
      return "No process was moved: recovering it removes the group of \(remains.name)."
    }
    return
      "\(remains.inside) processes have moved to \(remains.name) and \(remains.outside) have not: recovering it moves them back to where they came from and removes the group."
  }

  private func remains(
    of transaction: JournalHistory.Transaction
  ) throws(ChangeFailure) -> AdoptionRemains? {
    guard let undo = transaction.adoption,
      case .tree(let pid, let start)? = transaction.intent.target?.id
    else { return nil }
    return try AdoptionRemains(
      undo, root: ProcessIdentity(pid: pid, start: start), in: system.launch)
  }

  /// Finishes an adoption that was left half done: where every process had moved it is complete, else
  /// what was moved goes back to where it came from.
  ///
  /// - Throws: where what it has left cannot be told.
  func recoverAdoption(
    _ transaction: JournalHistory.Transaction
  ) throws(ChangeFailure) -> TransactionReport {
    let id = transaction.intent.id
    var report = TransactionReport(id: id, outcome: .rolledBack, changes: [])
    guard transaction.intent.boot == system.boot else {
      report.notes = ["The box has been started anew since: its groups went with it."]
      return report
    }
    let lock = LaunchLock(in: system.launch, patience: 5000)
    defer { lock?.release() }
    guard let target = transaction.intent.target, let remains = try remains(of: transaction) else {
      report.notes = ["No process had been moved."]
      return report
    }
    if remains.isComplete, transaction.outcome == nil {
      report.outcome = .applied
      report.notes = [
        "All \(remains.inside) processes of \(target.name) had moved: the adoption is complete. Take it back with: loadline undo \(id)"
      ]
      if let failure = startReaper(remains, of: target) { report.notes.append(failure) }
      return report
    }
    let given = Adoption.giveBack(remains.undo, target: target, in: system.launch)
    if remains.undo.unit == nil {
      for place in CgroupPlaces(in: system.launch).places { ParentGroups.remove(in: place) }
    }
    if case .refused(let failure) = given.stage {
      report.outcome = .stuck
      report.notes = [failure.sentence]
    }
    report.notes += Self.notes(on: given)
    return report
  }

  /// Who is back and who is not.
  static func notes(on given: AdoptionReport) -> [String] {
    ["\(given.moved) processes of \(given.target.name) are where they were before."]
      + given.left.map { "Process \($0.pid) (\($0.name)) stays: \($0.reason)." }
  }

  /// What removes the job's groups when it has ended; the reason where that cannot be started.
  private func startReaper(_ remains: AdoptionRemains, of target: Target) -> String? {
    guard remains.undo.unit == nil, case .tree(let pid, _) = target.id else { return nil }
    let directories = Set(remains.undo.groups.map(\.directory))
    let places = CgroupPlaces(in: system.launch).places.filter {
      directories.contains($0.directory(of: remains.name))
    }
    do throws(SystemError) {
      try Reaper.start(
        ReaperTask(
          name: remains.name.text, groups: JobGroups(name: remains.name, places: places),
          record: nil, pid: pid))
      return nil
    } catch {
      return
        "Nothing removes the job's cgroup when it has ended until the next loadline run: \(error.words)."
    }
  }
}
