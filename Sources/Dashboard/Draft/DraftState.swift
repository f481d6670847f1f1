package import Model
package import Planner

/// The draft that is open, and when somebody last touched it.
package struct DraftState: Sendable, Equatable {
  package internal(set) var draft = Draft()
  package internal(set) var touched: Instant

  /// Left alone for this long it is dropped: what fitted then may hurt now.
  package static let secondsKept = 600.0
}

/// One knob of one job that is being edited in its row.
package struct Editor: Sendable, Equatable {
  package var job: JobID
  package var knob: Knob
  /// What the draft had for it before: Esc puts it back.
  package var before: KnobValue?
  /// What was typed so far; nil while the value is only stepped.
  package var text: String?
  /// Why what was typed is no value yet.
  package var problem: String?
  /// Nobody has chosen the knob or touched its value: it is the first that can be set.
  var isUnchosen = false

  init(job: JobID, knob: Knob, before: KnobValue?) {
    self.job = job
    self.knob = knob
    self.before = before
  }
}

/// An amount on its way from one job to another; their sum stays what it was.
package struct Giving: Sendable, Equatable {
  package var giver: JobID
  package var taker: JobID
  /// ``Knob/cores`` or ``Knob/memory``.
  package var knob: Knob
  /// In cores or bytes.
  package var amount: Double
  /// The draft without it; nil where it was opened for it.
  package var before: DraftState?
}

/// A question with a list of answers; the first one changes nothing.
package struct Question: Sendable, Equatable {
  package enum Subject: Sendable, Equatable {
    case quit
    case dropDraft
    case undoAll
    case adopt(Target)
    case signal(Target)
    case recover(TransactionID)
    /// CPUs for one of these jobs.
    case give(CPUSet, [JobID])
  }
  package var subject: Subject
  package var title: String
  package var lines: [String]
  package var choices: [String]
  package var index = 0
}
