package import Model

/// What is about to be written, or is being written, on a screen of its own.
package struct Preview: Sendable, Equatable {
  package enum Purpose: Sendable, Equatable {
    case apply
    /// Nil is the last transaction that stands.
    case undo(TransactionID?)
    case redo
    case undoAll
    /// Takes back what a transaction without an outcome has left.
    case recover(TransactionID)
  }
  package enum Stage: Sendable, Equatable {
    /// Which changes an undo would take back is still being read.
    case reading
    /// It can be read at leisure: nothing is written.
    case checking
    case running
    case ended
  }
  package var purpose: Purpose
  package var stage: Stage
  package var plan: Plan
  /// The exact writes or commands of each change; nil until they are known.
  package var commands: [[String]]?
  /// For an undo: changes in the plan that somebody else has overwritten since.
  package var drifted: Set<Int> = []
  /// For an undo: what others have changed is taken back all the same.
  package var isForced = false
  /// For an undo of an adoption: who was adopted. It has no changes.
  package var adopted: Target?
  /// What is still waiting was told not to begin.
  package var isAbandoned = false
  package internal(set) var scroll = Scroll()

  init(_ purpose: Purpose, stage: Stage, plan: Plan = Plan(changes: [])) {
    self.purpose = purpose
    self.stage = stage
    self.plan = plan
  }
}

/// A transaction as last heard of.
package struct Progress: Sendable, Equatable {
  package var report: TransactionReport
  /// When that was, so that seconds go on between two reports.
  package var since: Instant
}
