/// The number of a transaction: when it began in milliseconds since 1970, and the process that made
/// it. Its text, `20261121-140355-812`… is what `loadline undo` takes.
package struct TransactionID: Sendable, Hashable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}

/// Where one change of a transaction stands.
package enum ChangeState: Sendable, Hashable {
  case waiting
  /// It is being written, for so many seconds.
  case writing(seconds: Double)
  /// Written, read back and found to be so; `actual` may differ by the kernel's rounding.
  case verified(actual: KnobValue)
  case failed(ChangeFailure)
  /// It was written and has been taken back.
  case takenBack
  /// It was not begun, because another one failed or somebody abandoned it.
  case notBegun
}

/// Why a change was not made: one sentence with the way out, and the kernel's error number if it was
/// the kernel that refused.
package struct ChangeFailure: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: String, Sendable, Hashable {
    /// It would fit, but something must happen first.
    case notNow = "not-now"
    /// It can never be so here.
    case never
    case failed
  }
  package var kind: Kind
  package var sentence: String
  package var errno: Int32?

  package init(_ kind: Kind, _ sentence: String, errno: Int32? = nil) {
    self.kind = kind
    self.sentence = sentence
    self.errno = errno
  }

  package var description: String { sentence }
}

/// A transaction as it goes on and when it has ended.
package struct TransactionReport: Sendable, Hashable {
  package enum Outcome: String, Sendable, Hashable {
    case running
    case applied
    /// Something failed; everything is as before.
    case rolledBack = "rolled-back"
    /// Something failed, and something could not be taken back: ``TransactionReport/changes`` says
    /// what.
    case stuck
    /// Nothing was written.
    case refused
  }
  package var id: TransactionID?
  package var outcome: Outcome
  package var changes: [Progress]
  /// Of an undo: what it did not take back, because somebody else has changed it since.
  package var left: [Drift]
  /// Why it was refused, or what an operator has to know: whole sentences.
  package var notes: [String]

  package struct Progress: Sendable, Hashable {
    package var change: Change
    package var state: ChangeState

    package init(change: Change, state: ChangeState = .waiting) {
      self.change = change
      self.state = state
    }
  }

  package init(
    id: TransactionID?, outcome: Outcome, changes: [Progress], left: [Drift] = [],
    notes: [String] = []
  ) {
    self.id = id
    self.outcome = outcome
    self.changes = changes
    self.left = left
    self.notes = notes
  }
}

/// One line of the log: a transaction of the journal, as much as a person wants to know of it.
package struct JournalEntry: Sendable, Hashable, Identifiable {
  package var id: TransactionID
  /// Seconds since 1970.
  package var time: Double
  /// Who asked for it: the user's number and the process.
  package var user: UInt32
  package var pid: Int32
  package var kind: Kind
  package var outcome: Outcome
  package var changes: [Made]
  /// What is not a change of a knob but a signal, or adopted: to whom.
  package var target: Target?
  /// Why it failed, and what else was to be known: whole sentences. Of an unfinished adoption what
  /// recovering it does.
  package var notes: [String]
  /// Of an adoption that can be undone from here: the job as it is now.
  package var adopted: JobID?

  package enum Kind: Sendable, Hashable {
    case apply
    case undo(of: TransactionID)
    case adopt
    case signal(Int32)
  }
  package enum Outcome: String, Sendable, Hashable {
    case applied
    case rolledBack = "rolled-back"
    case stuck
    /// An intent without an outcome: its process died, or is still at it.
    case unfinished
    case undone
    /// Undone but for what somebody else had changed since.
    case partlyUndone = "partly-undone"
  }
  /// One change with the exact writes or commands that made it, copyable.
  package struct Made: Sendable, Hashable {
    package var change: Change
    package var commands: [String]
    /// Somebody else has changed it since: undo asks first.
    package var isDrifted: Bool

    package init(change: Change, commands: [String], isDrifted: Bool = false) {
      self.change = change
      self.commands = commands
      self.isDrifted = isDrifted
    }
  }

  package init(
    id: TransactionID, time: Double, user: UInt32, pid: Int32, kind: Kind, outcome: Outcome,
    changes: [Made], target: Target? = nil, notes: [String] = []
  ) {
    self.target = target
    self.notes = notes
    self.id = id
    self.time = time
    self.user = user
    self.pid = pid
    self.kind = kind
    self.outcome = outcome
    self.changes = changes
  }
}

/// A value that is not what loadline wrote: somebody else has changed it since.
package struct Drift: Sendable, Hashable {
  package var transaction: TransactionID
  package var target: Target
  /// What loadline wrote.
  package var mine: KnobValue
  package var theirs: KnobValue

  package init(transaction: TransactionID, target: Target, mine: KnobValue, theirs: KnobValue) {
    self.transaction = transaction
    self.target = target
    self.mine = mine
    self.theirs = theirs
  }
}
