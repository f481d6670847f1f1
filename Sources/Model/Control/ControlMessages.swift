/// What a screen or command asks of the room that changes the box. Answers come as
/// ``ControlEvent``s; none is waited for.
package enum ControlRequest: Sendable, Hashable {
  /// What can be set on these jobs.
  case inspect([Target])
  /// The exact writes or commands of each change, in the plan's order.
  case describe(Plan)
  case apply(Plan)
  /// What is not begun stays so, and what is being written is taken back.
  case abandon
  /// Takes a transaction back; nil is the last one that stands. Values that somebody else has changed
  /// since are left, or with `force` taken back all the same.
  case undo(TransactionID?, force: Bool)
  /// Undoes the last undo.
  case redo
  /// Takes back everything since this process started.
  case undoAll
  /// Gives a command tree a cgroup of its own.
  case adopt(Target, name: String?)
  case signal(Target, number: Int32)
  /// The newest entries of the journal, at most so many.
  case readJournal(limit: Int)
  /// Finishes what a process that died left unfinished, by taking it back.
  case recover(TransactionID)
}

/// What the room that changes the box has to say.
package enum ControlEvent: Sendable, Hashable {
  /// By job; one that is gone is left out.
  case inspected([JobID: JobControl])
  case described(Plan, commands: [[String]])
  case transaction(TransactionReport)
  /// How far adopting a job is, or how it ended.
  case adoption(AdoptionReport)
  /// The newest first.
  case journal([JournalEntry])
  /// All values that differ at present from what was written; empty when none does any more.
  case drift([Drift])
  /// A request that could not be carried out, as one sentence.
  case refused(String)

  /// Whether a limit is another one from now on, so that all that moved moves on the screen together.
  package var changesLimits: Bool {
    switch self {
    case .transaction(let report): report.outcome != .running
    case .adoption(let report): if case .done = report.stage { true } else { false }
    case .inspected, .described, .journal, .drift, .refused: false
    }
  }
}

/// A command tree on its way into a cgroup of its own.
package struct AdoptionReport: Sendable, Hashable {
  package enum Stage: Sendable, Hashable {
    case moving
    /// Its id from now on.
    case done(JobID)
    case refused(ChangeFailure)
  }
  package var target: Target
  package var stage: Stage
  /// Processes moved, and seen but not to be moved.
  package var moved: Int
  package var left: [ProcessLeft]
  package var notes: [String]

  /// A process that belongs to the job and stayed where it was.
  package struct ProcessLeft: Sendable, Hashable {
    package var pid: Int32
    package var name: SafeText
    package var reason: String

    package init(pid: Int32, name: SafeText, reason: String) {
      self.pid = pid
      self.name = name
      self.reason = reason
    }
  }

  package init(
    target: Target, stage: Stage, moved: Int = 0, left: [ProcessLeft] = [], notes: [String] = []
  ) {
    self.target = target
    self.stage = stage
    self.moved = moved
    self.left = left
    self.notes = notes
  }
}
