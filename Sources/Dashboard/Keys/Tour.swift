/// One step of a lead through the keys: a sentence, and the command whose use takes it further.
package struct Hint: Sendable, Equatable {
  /// The sentence; `{key}` stands for the command's first key.
  package var text: String
  /// The command's name in ``KeyTable``.
  package var command: String

  package init(_ text: String, until command: String) {
    self.text = text
    self.command = command
  }
}

/// Hints one after another, on a line above the bottom bar.
package struct Tour: Sendable, Equatable {
  package private(set) var steps: [Hint]
  package private(set) var index = 0

  package init(_ steps: [Hint]) { self.steps = steps }

  package var current: Hint? { steps.indices.contains(index) ? steps[index] : nil }

  /// Goes to the next step when the present one waited for this action.
  mutating func noticed(_ action: Action) {
    guard let current else { return }
    if KeyTable.commands.contains(where: { $0.name == current.command && $0.action == action }) {
      index += 1
    }
  }

  /// What `loadline demo` leads through.
  package static let demo = Tour([
    Hint("Each row is a job. {key} goes down the list.", until: "down one row"),
    Hint(
      "Right of the line stands what a job wants beyond it. {key} opens the job.",
      until: "open the job: gauges and processes"),
    Hint("These are its processes. {key} goes back.", until: "back to the list"),
    Hint("Who holds how much memory, and of which kind? {key} shows it.", until: "view: Memory"),
    Hint("Which GPU is idle, whose is it, since when? {key} shows it.", until: "view: GPUs"),
    Hint("{key} is the way back to the jobs.", until: "view: Jobs"),
    Hint("{key} sorts by memory; s offers every order.", until: "sort by memory"),
    Hint(
      "{key} holds the display still while you read.", until: "hold the display, or let it go on"),
    Hint("Press {key} again to go on.", until: "hold the display, or let it go on"),
    Hint(
      "{key} drafts a change of the job. Nothing is written by that.",
      until: "edit the job: opens a draft"),
    Hint(
      "+ and - change the value, Tab goes to the next. {key} keeps it.",
      until: "keep the value in the draft"),
    Hint("{key} shows what it would do; Enter there applies it.", until: "preview the draft"),
    Hint("{key} takes the change back; Enter there does it.", until: "undo the last change"),
    Hint("{key} explains the gauges and lists every key.", until: "help"),
    Hint("That is all. {key} ends the demo and everything it started.", until: "quit"),
  ])
}
