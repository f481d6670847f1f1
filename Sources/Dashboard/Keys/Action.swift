package import Model

/// What a person can ask the dashboard to do.
///
/// Keys, the mouse and the palette all end here.
package enum Action: Sendable, Hashable {
  /// So many rows down; negative is up.
  case move(Int)
  /// So many halves of a page down; negative is up.
  case page(halves: Int)
  /// The list moves under the screen; the selection stays.
  case scroll(Int)
  case first
  case last
  case select(JobID)
  case selectProcess(pid: Int32, start: UInt64)
  case open
  case openJob(JobID)
  /// One step back: out of an opened job, a filter or a held display.
  case back
  /// In an opened job: its findings with all their numbers, or its processes again.
  case findings
  case view(ViewID)
  /// The next view, or with -1 the one before.
  case nextView(Int)
  case filter
  case palette
  case help
  case sortPicker
  case sort(SortKey)
  /// The sort key to the right of the present one; -1 is to the left.
  case nextSort(Int)
  case invertSort
  case follow
  case hold
  case copyName
  case copyPlace
  case interval(Double)
  case redraw
  case suspend
  case quit
  /// In a text field: a typed character, and what takes it away.
  case type(Unicode.Scalar)
  case eraseCharacter
  case eraseWord
  case eraseAll
  /// In a text field or a list of choices: takes it, or leaves it.
  case accept
  case choose(Int)
  case dismiss
  /// Opens a draft, if there is none, on the selected job at this knob; nil is the first.
  case edit(Knob?)
  /// So many steps more; negative is less.
  case step(Int)
  /// The next knob of the job that is edited or gives; -1 is the one before.
  case nextKnob(Int)
  /// From the selected job to another, the sum kept.
  case give
  /// The selected job's changes leave the draft.
  case dropJob
  case dropDraft
  case preview
  case undo
  case redo
  case undoAll
  /// In an undo: also what others have changed since, or not.
  case force
  case adopt
  case signal
  case freeze(Bool)
  /// Takes back what a transaction without an outcome has left.
  case recover
  /// So many seats to the right and down.
  case seat(right: Int, down: Int)
  case seatAt(Int)
  /// The pointer is drawn to this seat.
  case dragSeat(Int)
  /// Selects or leaves the seat at the cursor.
  case toggleSeat
  /// Begins or ends a range of seats.
  case seatRange
  case giveSeats
  /// Takes the selected seats out of the core sets that hold them.
  case freeSeats
  case selectEntry(TransactionID)
  case openEntry(TransactionID)
  case selectGPU(GPUID)
}

extension Action {
  /// Whether it is about changing jobs, which a read-only dashboard does not.
  package var changesJobs: Bool {
    switch self {
    case .edit, .step, .nextKnob, .give, .dropJob, .dropDraft, .preview, .undo, .redo, .undoAll,
      .force, .adopt, .signal, .freeze, .recover, .giveSeats, .freeSeats:
      true
    default: false
    }
  }
}

/// What only the loop can carry out.
package enum Effect: Sendable, Hashable {
  case quit
  case suspend
  /// Everything is to be put on the terminal anew.
  case redraw
  /// The text is for the person's clipboard (OSC 52).
  case copy(String)
  /// The processes of this job are to be read with every sample; nil is none.
  case open(JobID?)
  /// Seconds between two samples from now on.
  case setInterval(Double)
  /// Asks the room that changes the box; it answers with events.
  case control(ControlRequest)
}
