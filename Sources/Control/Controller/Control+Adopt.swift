import CLinux
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
      let adoption = Adoption.adopt(request, in: system.launch, progress: progress)
      var report = adoption.report
      var outcome = JournalOutcome(id: intent.id, time: Now.wall, outcome: .applied)
      if case .refused(let failure) = report.stage {
        outcome.outcome = report.left.isEmpty ? .rolledBack : .stuck
        outcome.notes = [failure.sentence]
      } else {
        report.notes.append("Take it back with: loadline undo \(intent.id)")
      }
      outcome.adoption = adoption.undo?.text
      try journal.append([.outcome(outcome)])
      return report
    } catch {
      return refused(error)
    }
  }

  /// Moves the processes of an adopted job back to where they came from, as far as that is possible.
  func giveBack(_ adopted: JournalHistory.Transaction) -> TransactionReport {
    func refused(_ sentence: String) -> TransactionReport {
      TransactionReport(id: nil, outcome: .refused, changes: [], notes: [sentence])
    }
    guard !system.isReadOnly else { return refused(Self.readOnlyReason) }
    guard let journal = system.journal, let target = adopted.intent.target,
      let undo = adopted.outcome?.adoption.flatMap({ AdoptionUndo(text: $0) })
    else { return refused("What adopting it changed is not in the journal.") }
    guard adopted.intent.boot == system.boot else {
      return refused("The box has been started anew since: the groups of then are gone.")
    }
    do throws(ChangeFailure) {
      let intent = intent(.undo(of: adopted.intent.id), changes: [], target: target)
      try journal.append([.intent(intent)])
      let report = Adoption.giveBack(undo, target: target, in: system.launch)
      var outcome = TransactionReport(id: intent.id, outcome: .applied, changes: [])
      outcome.notes =
        ["\(report.moved) processes of \(target.name) are where they were before."]
        + report.left.map { "Process \($0.pid) (\($0.name)) stays: \($0.reason)." }
      if case .refused(let failure) = report.stage {
        outcome.outcome = report.moved > 0 ? .stuck : .refused
        outcome.notes.insert(failure.sentence, at: 0)
      }
      try journal.append([
        .outcome(
          JournalOutcome(
            id: intent.id, time: Now.wall, outcome: outcome.outcome, notes: outcome.notes))
      ])
      return outcome
    } catch {
      return refused(error.sentence)
    }
  }
}
