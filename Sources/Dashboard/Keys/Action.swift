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
}
