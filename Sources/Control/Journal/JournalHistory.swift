import Glibc
import Model

/// The transactions of a journal, each with how it ended and whether it still stands.
struct JournalHistory: Sendable {
  struct Transaction: Sendable {
    var intent: JournalIntent
    var outcome: JournalOutcome?
    /// What takes it back, for an adoption: as its end says, else as far as it got.
    var adoption: AdoptionUndo?
    /// It was applied and nothing that stands has taken it back.
    var stands: Bool

    /// Where it was undone, its changes, by their place, that the undo left to somebody else.
    var left: [Int] = []

    /// The places of its changes that can be taken back: all while it stands, else what was left.
    var open: [Int] { stands ? Array(intent.changes.indices) : left }
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
        transactions.append(Transaction(intent: intent, stands: false))
      case .adoption(let adoption):
        guard let place = index[adoption.id] else { continue }
        transactions[place].adoption = AdoptionUndo(text: adoption.undo)
      case .outcome(let outcome):
        guard let place = index[outcome.id] else { continue }
        transactions[place].outcome = outcome
        if let text = outcome.adoption { transactions[place].adoption = AdoptionUndo(text: text) }
      }
    }
    for place in transactions.indices.reversed() {
      let id = transactions[place].intent.id
      guard transactions[place].outcome?.outcome == .applied, !undone.contains(id) else { continue }
      transactions[place].stands = true
      guard case .undo(let other) = transactions[place].intent.kind,
        // Of several the newest says what is left.
        undone.insert(other).inserted, let first = index[other]
      else { continue }
      let changes = transactions[first].intent.changes
      transactions[first].left = (transactions[place].outcome?.left ?? []).filter {
        changes.indices.contains($0)
      }
    }
  }

  subscript(id: TransactionID) -> Transaction? {
    transactions.first { $0.intent.id == id }
  }

  /// What stands and can be undone, the newest first: changes and adoptions.
  var candidates: [Transaction] {
    transactions.reversed().filter {
      $0.stands && ($0.intent.kind == .apply || $0.intent.kind == .adopt)
    }
  }

  /// Undos that stand, of something that was applied, the newest first.
  var undos: [Transaction] {
    transactions.reversed().filter { $0.stands && undone(by: $0)?.intent.kind == .apply }
  }

  /// Who was the last to write each place after a transaction, of those that came to their end with
  /// what they wrote in force.
  func writers(after id: TransactionID) -> [Step.Subject: TransactionID] {
    guard let place = transactions.firstIndex(where: { $0.intent.id == id }) else { return [:] }
    var writers: [Step.Subject: TransactionID] = [:]
    for later in transactions[(place + 1)...] where later.outcome?.outcome == .applied {
      for subject in later.intent.changes.flatMap(\.steps.lasting.keys) {
        writers[subject] = later.intent.id
      }
    }
    return writers
  }

  /// What an undo took back; nil for anything else.
  func undone(by transaction: Transaction) -> Transaction? {
    guard case .undo(let other) = transaction.intent.kind else { return nil }
    return self[other]
  }
}

extension JournalHistory.Transaction {
  /// As a person reads it; `isUndone` where an undo of it stands.
  func entry(
    isUndone: Bool, isDrifted: (Int, JournalChange) -> Bool = { _, _ in false }
  ) -> JournalEntry {
    let outcome: JournalEntry.Outcome =
      switch self.outcome?.outcome {
      case .applied: !isUndone ? .applied : left.isEmpty ? .undone : .partlyUndone
      case .rolledBack, .refused: .rolledBack
      case .stuck: .stuck
      case .running, nil: .unfinished
      }
    return JournalEntry(
      id: intent.id, time: intent.time, user: intent.user, pid: intent.process.pid,
      kind: intent.kind, outcome: outcome,
      changes: intent.changes.enumerated().map { place, change in
        JournalEntry.Made(
          change: change.change, commands: change.steps.flatMap(\.commands),
          isDrifted: isDrifted(place, change))
      }, target: intent.target, notes: self.outcome?.notes ?? [])
  }
}
