import Glibc
import Host
package import Model

extension Control {
  // MARK: The journal

  /// The newest transactions, at most so many, the newest first; those that are going on are left out.
  package func journal(limit: Int) throws(ChangeFailure) -> [JournalEntry] {
    let (history, unfinished) = try settled()
    let undone = history.undone
    let newest = newestChanges(history)
    let ended = history.transactions.filter {
      $0.outcome != nil || unfinished.contains($0.intent.id)
    }
    return ended.suffix(max(0, limit)).reversed().map { transaction in
      let id = transaction.intent.id
      var entry = transaction.entry(isUndone: undone.contains(id)) { place, change in
        newest[id]?.contains(place) == true && isDrifted(change)
      }
      if let outlook = outlook(of: transaction) { entry.notes.append(outlook) }
      if entry.outcome == .applied { entry.adopted = adopted(by: transaction) }
      if entry.outcome == .partlyUndone { entry.notes.append(Self.whatWasLeft(of: transaction)) }
      return entry
    }
  }

  private static func whatWasLeft(of transaction: JournalHistory.Transaction) -> String {
    let left = transaction.left.map { transaction.intent.changes[$0].change }
      .map { "\($0.knob.rawValue) of \($0.target.name)" }
    return
      "Not taken back, because somebody else had changed it: \(left.joined(separator: ", ")). Take it back with: loadline undo \(transaction.intent.id) --force"
  }

  /// The journal, and which of its transactions were left without an end by a process that died.
  func settled() throws(ChangeFailure) -> (JournalHistory, unfinished: Set<TransactionID>) {
    let first = try history()
    let dead = first.transactions.filter { $0.outcome == nil && !isGoingOn($0) }.map(\.intent.id)
    guard !dead.isEmpty else { return (first, []) }
    // It may have written its end, and ended, after the journal was read and before it was looked for.
    let history = try history()
    return (history, Set(dead.filter { history[$0]?.outcome == nil }))
  }

  /// Of each transaction that stands, the places of its changes that none after it has changed again.
  private func newestChanges(_ history: JournalHistory) -> [TransactionID: Set<Int>] {
    let boot = system.boot
    var seen: Set<Step.Subject> = []
    var newest: [TransactionID: Set<Int>] = [:]
    for transaction in history.transactions.reversed()
    where transaction.stands && transaction.intent.boot == boot {
      for (place, change) in transaction.intent.changes.enumerated() {
        let subjects = change.steps.lasting.keys
        if subjects.allSatisfy({ !seen.contains($0) }) {
          newest[transaction.intent.id, default: []].insert(place)
        }
        seen.formUnion(subjects)
      }
    }
    return newest
  }

  /// Whether its process is still at it.
  private func isGoingOn(_ transaction: JournalHistory.Transaction) -> Bool {
    let intent = transaction.intent
    return transaction.outcome == nil && intent.boot == system.boot
      && Processes.isAlive(
        pid: intent.process.pid, start: intent.process.start, proc: system.launch.proc)
  }

  /// Whether any of its jobs is still there; one that cannot be read is.
  private func isThere(_ transaction: JournalHistory.Transaction) -> Bool {
    guard transaction.intent.boot == system.boot else { return false }
    if transaction.intent.kind == .adopt { return mayGiveBack(transaction) }
    return transaction.intent.changes.flatMap(\.steps).contains { step in
      do throws(ChangeFailure) {
        _ = try system.places.read(step.place, like: step.after)
        return true
      } catch {
        return !error.saysThatItIsGone
      }
    }
  }

  /// Whether somebody else has changed what was written; false where the job is gone, or that cannot
  /// be read.
  private func isDrifted(_ change: JournalChange) -> Bool {
    let groups = system.enforcers.groups
    let group = change.change.target.cgroup
    // Looked at every few seconds: systemd is asked only where the kernel's own files do not tell.
    if group != nil, (try? groups.pinned(change.change.target)) == nil { return false }
    let inForce = group.map { SystemdInForce(layout: groups.layout, group: $0) }
    return change.steps.lasting.values.contains { values in
      if inForce?.shows(values.last.after, at: values.last.place) == true { return false }
      guard let now = try? system.places.glance(values.last.place, like: values.last.after) else {
        return false
      }
      return !values.last.isAfter(now)
    }
  }

  /// Values of changes that stand which are not what was written: somebody else changed them since.
  package func drift() throws(ChangeFailure) -> [Drift] {
    let history = try history()
    let newest = newestChanges(history)
    var found: [Drift] = []
    for transaction in history.transactions.reversed() {
      for place in (newest[transaction.intent.id] ?? []).sorted() {
        let change = transaction.intent.changes[place]
        guard isDrifted(change) else { continue }
        let enforcer = system.enforcers.for(change.change.target)
        guard let theirs = enforcer.value(of: change.change.knob, of: change.change.target) else {
          continue
        }
        found.append(
          Drift(
            transaction: transaction.intent.id, target: change.change.target,
            mine: change.change.to, theirs: theirs))
      }
    }
    return found
  }

  // MARK: Taking back

  /// Takes a transaction back; nil is the last one that stands.
  ///
  /// Values that somebody else has changed since are left, or with `force` taken back all the same.
  package func undo(
    _ id: TransactionID? = nil, force: Bool = false,
    progress: (TransactionReport) -> Void = { _ in }
  ) -> TransactionReport {
    do throws(Refusal) {
      let (history, unfinished) = try loaded()
      let transaction: JournalHistory.Transaction
      if let id {
        guard let found = history[id] else {
          throw refusal("There is no transaction \(id) in the journal.")
        }
        guard !found.open.isEmpty || found.stands else {
          throw refusal("Transaction \(id) does not stand: there is nothing to take back.")
        }
        if found.outcome?.outcome == .applied, history.undone(by: found)?.intent.kind == .adopt {
          throw refusal(
            "Transaction \(id) gave the processes of an adoption back; adopt them again instead.")
        }
        transaction = found
      } else {
        let boot = system.boot
        if let dead = history.transactions.last(where: {
          unfinished.contains($0.intent.id) && $0.intent.boot == boot
        }) {
          let id = dead.intent.id
          throw refusal(
            "Transaction \(id) was left unfinished by a process that died: take it back first, with undo \(id)."
          )
        }
        guard let found = history.candidates.first(where: isThere) else {
          throw refusal("There is nothing to undo.")
        }
        transaction = found
      }
      return takeBack(transaction, force: force, progress: progress)
    } catch {
      return TransactionReport(
        id: nil, outcome: .refused, changes: [], notes: [error.failure.sentence])
    }
  }

  /// Undoes the last undo.
  package func redo(progress: (TransactionReport) -> Void = { _ in }) -> TransactionReport {
    do throws(Refusal) {
      guard let last = try loaded().0.undos.first(where: isThere) else {
        throw refusal("There is nothing to redo.")
      }
      return takeBack(last, force: false, progress: progress)
    } catch {
      return TransactionReport(
        id: nil, outcome: .refused, changes: [], notes: [error.failure.sentence])
    }
  }

  /// Takes back everything that this process has applied and that stands, the last first.
  package func undoAll(
    force: Bool = false, progress: (TransactionReport) -> Void = { _ in }
  ) -> [TransactionReport] {
    guard let history = try? history() else { return [undo()] }
    return history.candidates.filter { isOurs($0.intent) }
      .map { takeBack($0, force: force, progress: progress) }
  }

  private func takeBack(
    _ transaction: JournalHistory.Transaction, force: Bool,
    progress: (TransactionReport) -> Void
  ) -> TransactionReport {
    if transaction.intent.kind == .adopt { return giveBack(transaction) }
    let changes = transaction.intent.changes
    let places = transaction.open.reversed() as [Int]
    let reversed = places.map { place in
      let change = changes[place].change
      return Change(target: change.target, from: change.to, to: change.from ?? change.to)
    }
    return transact(.undo(of: transaction.intent.id), reversed, progress: progress) {
      () throws(Refusal) in
      guard transaction.intent.boot == system.boot else {
        throw refusal("The box has been started anew since: the groups of then are gone.")
      }
      var prepared = Prepared()
      var failures: [Refusal] = []
      // From here on it is known where their groups are, which say what is in force.
      _ = system.enforcers.asking(about: reversed.map(\.target))
      for (index, place) in places.enumerated() {
        let change = changes[place]
        do throws(ChangeFailure) {
          let now = try valuesNow(of: change)
          var back = reversed[index]
          if let theirs = foreign(change, now) {
            guard force else {
              prepared.left.append(place)
              prepared.drift.append(theirs.drift(transaction.intent.id))
              throw theirs.failure(transaction.intent.id)
            }
            // What is taken away is theirs.
            back.from = theirs.theirs ?? back.from
          }
          let steps = reversedSteps(of: change, from: now, notes: &prepared.notes)
          prepared.changes.append(
            JournalChange(change: back, backend: change.backend, steps: steps))
        } catch {
          prepared.notes.append(error.sentence)
          failures.append(Refusal(index: index, failure: error))
        }
      }
      if prepared.changes.isEmpty, var refusal = failures.first {
        refusal.failure.sentence = failures.map(\.failure.sentence).joined(separator: " ")
        refusal.drift = prepared.drift
        throw refusal
      }
      return prepared
    }
  }

  /// What is in the places now that a change wrote.
  private func valuesNow(of change: JournalChange) throws(ChangeFailure) -> [Step.Subject: String] {
    var now: [Step.Subject: String] = [:]
    for (subject, values) in change.steps.lasting {
      now[subject] = try system.places.read(subject.place, like: values.last.after)
    }
    return now
  }

  /// The first value that is neither what a change wrote nor what was there before; nil where there is
  /// none.
  private func foreign(_ change: JournalChange, _ now: [Step.Subject: String]) -> ForeignValue? {
    for (subject, values) in change.steps.lasting {
      guard let value = now[subject], !values.last.isAfter(value),
        !ControlFile.means(value, values.before, file: subject.place.file)
      else { continue }
      let change = change.change
      return ForeignValue(
        change: change,
        theirs: system.enforcers.for(change.target).value(of: change.knob, of: change.target),
        written: values.last.after, found: value)
    }
    return nil
  }

  /// The steps that take a change back from what is there now.
  private func reversedSteps(
    of change: JournalChange, from now: [Step.Subject: String], notes: inout [String]
  ) -> [Step] {
    var now = now
    let lasting = change.steps.lasting
    var steps: [Step] = []
    for var step in change.steps.reversed where lasting[step.subject] != nil {
      // With force the first write finds what somebody else wrote.
      if let value = now.removeValue(forKey: step.subject) { step.before = value }
      if step.after.isEmpty, let all = system.enforcers.groups.wholeSet(at: step.place) {
        notes.append(
          "\(step.place.file) of \(change.change.target.name) says \(all) instead of nothing from now on, which is the same: the kernel does not empty it while the job runs."
        )
        step.after = all
      }
      steps.append(step)
    }
    return steps
  }

  /// The same for acts, which are refused where it cannot be read.
  func loaded() throws(Refusal) -> (JournalHistory, unfinished: Set<TransactionID>) {
    do throws(ChangeFailure) { return try settled() } catch { throw Refusal(failure: error) }
  }

  func refusal(_ sentence: String) -> Refusal {
    Refusal(failure: ChangeFailure(.never, sentence))
  }
}
