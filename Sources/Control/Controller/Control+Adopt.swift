import CLinux
import Host
package import Model

extension Control {
  /// What adopting a job will do and what undo will be able to restore, as sentences, before anything
  /// is done. Throws where it would certainly be refused.
  package func consequences(of request: AdoptionRequest) throws(ChangeFailure) -> [String] {
    try Adoption.consequences(of: request, in: system.launch)
  }

  /// The tree that begins with a process, for a job that nobody has recognised as one; nil where
  /// there is no such process.
  package static func tree(of pid: Int32) -> Target? {
    guard let start = Processes.start(pid: pid, proc: "/proc"),
      let status = Files.status("/proc/\(pid)")
    else { return nil }
    let name = Files.line("/proc/\(pid)/comm") ?? "\(pid)"
    return Target(
      id: .tree(pid: pid, start: start), name: SafeText(name),
      owner: SafeText("\(status.st_uid)"), source: .process)
  }

  /// Gives a command tree a cgroup of its own, recorded like every change.
  ///
  /// - Parameter progress: called after every pass with the processes moved so far.
  package func adopt(
    _ request: AdoptionRequest, progress: (AdoptionReport) -> Void = { _ in }
  ) -> AdoptionReport {
    func refused(_ failure: ChangeFailure) -> AdoptionReport {
      AdoptionReport(target: request.target, stage: .refused(failure))
    }
    guard !system.isReadOnly else { return refused(ChangeFailure(.never, Self.readOnlyReason)) }
    guard let journal = system.journal else {
      return refused(
        ChangeFailure(.never, "Nothing is done without a journal: set HOME or XDG_STATE_HOME."))
    }
    do throws(ChangeFailure) {
      _ = try consequences(of: request)
      let intent = intent(.adopt, changes: [], target: request.target)
      try journal.append([.intent(intent)])
      let adoption = Adoption.adopt(
        request, in: system.launch,
        recording: { (undo) throws(ChangeFailure) in
          try journal.append([.adoption(JournalAdoption(id: intent.id, undo: undo.text))])
        }, progress: progress)
      var report = adoption.report
      var outcome = JournalOutcome(id: intent.id, time: Clock.wall, outcome: .applied)
      if case .refused(let failure) = report.stage {
        outcome.outcome = report.left.isEmpty ? .rolledBack : .stuck
        outcome.notes = [failure.sentence]
      } else {
        report.notes.append("Take it back with: loadline undo \(intent.id)")
      }
      outcome.adoption = adoption.undo?.text
      report.notes += Self.close(outcome, journal)
      return report
    } catch {
      return refused(error)
    }
  }

  /// Records how something ended that has been done already: a failure is for a note, since what was
  /// done stands.
  static func close(_ outcome: JournalOutcome, _ journal: JournalFile) -> [String] {
    do throws(ChangeFailure) {
      try journal.append([.outcome(outcome)])
      return []
    } catch {
      return ["The journal does not know how it ended: \(error.sentence)"]
    }
  }

  /// Moves the processes of an adopted job back to where they came from, as far as that is possible.
  func giveBack(_ adopted: JournalHistory.Transaction) -> TransactionReport {
    func refused(_ sentence: String) -> TransactionReport {
      TransactionReport(id: nil, outcome: .refused, changes: [], notes: [sentence])
    }
    guard !system.isReadOnly else { return refused(Self.readOnlyReason) }
    guard let journal = system.journal, let target = adopted.intent.target,
      let undo = adopted.adoption
    else { return refused("What adopting it changed is not in the journal.") }
    guard adopted.intent.boot == system.boot else {
      return refused("The box has been started anew since: the groups of then are gone.")
    }
    do throws(ChangeFailure) {
      let intent = intent(.undo(of: adopted.intent.id), changes: [], target: target)
      try journal.append([.intent(intent)])
      var outcome = giveBack(undo, of: target, as: intent.id)
      outcome.notes += Self.close(
        JournalOutcome(
          id: intent.id, time: Clock.wall, outcome: outcome.outcome, notes: outcome.notes), journal)
      return outcome
    } catch {
      return refused(error.sentence)
    }
  }

  /// Whether an adopted job is there and its processes can be moved back from here.
  func mayGiveBack(_ adopted: JournalHistory.Transaction) -> Bool {
    guard let undo = adopted.adoption, undo.unit == nil || system.launch.uid == 0 else {
      return false
    }
    return !undo.withGroupsThatAreThere.groups.isEmpty
  }

  /// The job that an adoption made, where it is there and can be moved back from here.
  func adopted(by transaction: JournalHistory.Transaction) -> JobID? {
    guard transaction.intent.kind == .adopt, transaction.intent.boot == system.boot,
      mayGiveBack(transaction), let undo = transaction.adoption
    else { return nil }
    let mount = AccountingGroup(system.launch).hierarchy?.mountPoint ?? ""
    return undo.groups.first { $0.directory.hasPrefix(mount + "/") }.map {
      .cgroup(inode: $0.inode)
    }
  }

  private func giveBack(
    _ undo: AdoptionUndo, of target: Target, as id: TransactionID
  ) -> TransactionReport {
    let given = Adoption.giveBack(undo, target: target, in: system.launch)
    var report = TransactionReport(id: id, outcome: .applied, changes: [])
    if case .refused(let failure) = given.stage {
      report.outcome = given.moved > 0 ? .stuck : .refused
      report.notes = [failure.sentence]
    }
    report.notes += Self.notes(on: given)
    return report
  }

  /// Finishes the undo of an adoption that was left half done: what is still in the group goes where
  /// the rest went.
  func finishGivingBack(
    _ adopted: JournalHistory.Transaction, as id: TransactionID
  ) -> TransactionReport {
    guard let undo = adopted.adoption, let target = adopted.intent.target,
      adopted.intent.boot == system.boot, !undo.withGroupsThatAreThere.groups.isEmpty
    else {
      return TransactionReport(
        id: id, outcome: .applied, changes: [],
        notes: ["Nothing is left of the group: it had been taken back."])
    }
    var report = giveBack(undo, of: target, as: id)
    if report.outcome == .refused { report.outcome = .stuck }
    return report
  }
}
