import Glibc
import Model

/// The transactions of a journal, each with how it ended and whether it still stands.
struct JournalHistory: Sendable {
  struct Transaction: Sendable {
    var intent: JournalIntent
    var outcome: JournalOutcome?
    /// It was applied and nothing that stands has taken it back.
    var stands: Bool

    /// The steps of the changes that were really made.
    var made: [JournalChange] {
      intent.changes.enumerated().filter { !(outcome?.left.contains($0.offset) ?? false) }
        .map(\.element)
    }
  }

  /// The oldest first.
  private(set) var transactions: [Transaction] = []
  /// Those that an undo which stands has taken back.
  private(set) var undone: Set<TransactionID> = []

  init(_ lines: [JournalLine]) {
    var index: [TransactionID: Int] = [:]
    for line in lines {
      switch line {
      case .intent(let intent):
        guard index[intent.id] == nil else { continue }
        index[intent.id] = transactions.count
        transactions.append(Transaction(intent: intent, outcome: nil, stands: false))
      case .outcome(let outcome):
        if let place = index[outcome.id] { transactions[place].outcome = outcome }
      }
    }
    for place in transactions.indices.reversed() {
      let id = transactions[place].intent.id
      guard transactions[place].outcome?.outcome == .applied, !undone.contains(id) else { continue }
      transactions[place].stands = true
      if case .undo(let other) = transactions[place].intent.kind { undone.insert(other) }
    }
  }

  subscript(id: TransactionID) -> Transaction? {
    transactions.first { $0.intent.id == id }
  }

  /// What stands and can be undone, the newest first.
  var candidates: [Transaction] {
    transactions.reversed().filter { $0.stands && $0.intent.kind == .apply }
  }

  /// Undos that stand, of something that was applied, the newest first.
  var undos: [Transaction] {
    transactions.reversed().filter { transaction in
      guard transaction.stands, case .undo(let other) = transaction.intent.kind,
        let undone = self[other], undone.intent.kind == .apply
      else { return false }
      return true
    }
  }
}

extension JournalHistory.Transaction {
  /// As a person reads it; `isUndone` where an undo of it stands.
  func entry(isUndone: Bool, isDrifted: (JournalChange) -> Bool = { _ in false }) -> JournalEntry {
    let outcome: JournalEntry.Outcome =
      switch self.outcome?.outcome {
      case .applied: isUndone ? .undone : .applied
      case .rolledBack, .refused: .rolledBack
      case .stuck: .stuck
      case .running, nil: .unfinished
      }
    return JournalEntry(
      id: intent.id, time: intent.time, user: intent.user, pid: intent.process.pid,
      kind: intent.kind, outcome: outcome,
      changes: intent.changes.map { change in
        JournalEntry.Made(
          change: change.change, commands: change.steps.flatMap(\.commands),
          isDrifted: isDrifted(change))
      }, target: intent.target, notes: self.outcome?.notes ?? [])
  }
}
