import Glibc
import Host
package import Model

/// What a process that died left half done.
extension Control {
  /// Finishes what a process that died left unfinished, by taking it back.
  ///
  /// Values that are neither what was there before nor what was to be written are left: somebody
  /// else's.
  package func recover(_ id: TransactionID) -> TransactionReport {
    do throws(Refusal) {
      guard !system.isReadOnly else { throw refusal(Self.readOnlyReason) }
      let (history, unfinished) = try loaded()
      guard let journal = system.journal, let transaction = history[id] else {
        throw refusal("There is no transaction \(id) in the journal.")
      }
      let intent = transaction.intent
      guard transaction.outcome == nil || transaction.outcome?.outcome == .stuck else {
        throw refusal("Transaction \(id) has ended: there is nothing to recover.")
      }
      guard transaction.outcome != nil || unfinished.contains(id) else {
        throw refusal("Process \(intent.process.pid) is still at it.")
      }
      if let report = try recoverWithoutSteps(transaction) {
        let outcome = JournalOutcome(
          id: id, time: Clock.wall, outcome: report.outcome, notes: report.notes,
          adoption: transaction.adoption?.text)
        var closed = report
        closed.notes += Self.close(outcome, journal)
        return closed
      }
      let isThisBoot = intent.boot == system.boot
      var report = TransactionReport(
        id: id, outcome: .rolledBack,
        changes: intent.changes.map {
          TransactionReport.Progress(change: $0.change, state: .takenBack)
        })
      if isThisBoot {
        let mark = ChangeMark(
          user: system.launch.uid, pid: getpid(), transaction: id, time: Clock.wall)
        let locks = try locked(intent.changes.map(\.change.target), mark, mayBeGone: true)
        defer { locks.release() }
        recover(intent, after: history, &report)
      } else {
        report.notes.append("The box has been started anew since: its limits went with the groups.")
      }
      let outcome = JournalOutcome(
        id: id, time: Clock.wall, outcome: report.outcome, notes: report.notes)
      report.notes += Self.close(outcome, journal)
      return report
    } catch {
      return TransactionReport(
        id: id, outcome: .refused, changes: [], notes: [error.failure.sentence])
    }
  }

  /// Recovers what moved processes and has no steps; nil for everything else.
  private func recoverWithoutSteps(
    _ transaction: JournalHistory.Transaction
  ) throws(Refusal) -> TransactionReport? {
    if transaction.intent.kind == .adopt {
      do throws(ChangeFailure) { return try recoverAdoption(transaction) } catch {
        throw Refusal(failure: error)
      }
    }
    guard let adopted = try loaded().0.undone(by: transaction), adopted.intent.kind == .adopt else {
      return nil
    }
    return finishGivingBack(adopted, as: transaction.intent.id)
  }

  private func recover(
    _ intent: JournalIntent, after history: JournalHistory, _ report: inout TransactionReport
  ) {
    var back = TakingBack(
      places: system.places, writer: Writer(system.places), patience: system.patience)
    // What was set since was set by somebody who saw what was in force.
    let later = history.writers(after: intent.id)
    for (index, change) in intent.changes.enumerated() {
      guard let since = change.steps.net.keys.lazy.compactMap({ later[$0] }).first else { continue }
      report.changes[index].state = .notBegun
      report.notes.append(
        "\(change.change.knob.rawValue) of \(change.change.target.name) was set again since, by transaction \(since): left so."
      )
    }
    back.run(
      intent.changes.flatMap(\.steps).filter { later[$0.subject] == nil }, evenIfForeign: false)
    report.notes += back.notes
    for (index, change) in intent.changes.enumerated() {
      for subject in change.steps.net.keys {
        if let failure = back.failures[subject] {
          report.changes[index].state = .failed(failure)
          report.outcome = .stuck
        }
        if let theirs = back.foreign[subject] {
          report.notes.append(
            "\(change.change.knob.rawValue) of \(change.change.target.name) is \(subject.place.words(theirs)), which is neither what was there before nor what was to be written: left so."
          )
        }
      }
    }
  }

  /// What there is to say before more is changed on these jobs: an act on one of them that a process
  /// which died has left half done.
  func unfinishedNotes(on targets: [Target]) -> [String] {
    guard let (history, unfinished) = try? settled(), !unfinished.isEmpty else { return [] }
    let ids = Set(targets.map(\.id))
    let boot = system.boot
    return history.transactions.filter {
      unfinished.contains($0.intent.id) && $0.intent.boot == boot
        && $0.intent.changes.contains { ids.contains($0.change.target.id) }
    }.map {
      "Transaction \($0.intent.id) was left unfinished on this job by a process that died: loadline undo \($0.intent.id) takes back what it wrote and nobody has set since."
    }
  }
}
