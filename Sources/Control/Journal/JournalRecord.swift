import Model

/// What is going to be done, written before the first of it is.
struct JournalIntent: Sendable, Hashable {
  var id: TransactionID
  /// Seconds since 1970.
  var time: Double
  /// The kernel's number of this boot: after another one every cgroup is a new one.
  var boot: String
  var user: UInt32
  /// The process that does it.
  var process: ProcessIdentity
  var kind: JournalEntry.Kind
  var changes: [JournalChange]
  /// Whom a signal goes to, or who is adopted.
  var target: Target?
}

/// One change of an intent, with the exact bytes.
struct JournalChange: Sendable, Hashable {
  var change: Change
  var backend: ControlBackend
  var steps: [Step]
}

/// How it ended.
struct JournalOutcome: Sendable, Hashable {
  var id: TransactionID
  var time: Double
  var outcome: TransactionReport.Outcome
  /// Of an undo: changes of what it undid, by their place in that, which it left because somebody else
  /// had changed them since.
  var left: [Int] = []
  /// What somebody has to know: the failure, and what could not be taken back.
  var notes: [String] = []
  /// What takes an adoption back, as ``AdoptionUndo/text``.
  var adoption: String?
}

/// What takes an adoption back that is not at its end: written before its group is made, and again
/// before processes are moved.
struct JournalAdoption: Sendable, Hashable {
  var id: TransactionID
  /// ``AdoptionUndo/text``.
  var undo: String
}

/// One line of the journal.
enum JournalLine: Sendable, Hashable {
  case intent(JournalIntent)
  case adoption(JournalAdoption)
  case outcome(JournalOutcome)

  /// The transaction that it is about.
  var id: TransactionID {
    switch self {
    case .intent(let intent): intent.id
    case .adoption(let adoption): adoption.id
    case .outcome(let outcome): outcome.id
    }
  }
}
