import ArgumentParser
import Control
import Model

/// `loadline undo`: takes a transaction back.
struct UndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Take back a change; without an id the last one that stands.",
    discussion: """
      Each value is written back as it was before, where it is still what loadline wrote. One that \
      somebody else has changed since is left, unless --force is given. What a loadline that was \
      killed left half done is taken back in the same way.

      Exit status: 0 taken back, 1 error, 2 wrong usage, 3 refused.
      """)

  @Argument(help: "The transaction's id, as `loadline log` prints it.")
  var id: String?

  @Flag(help: "Take back values that somebody else has changed since, too.")
  var force = false

  @Flag(help: "Print one JSON object (see docs/control.md).")
  var json = false

  func run() throws {
    try endWithStatus {
      let control = Control(.current())
      let transaction = id.map { TransactionID($0) }
      let isUnfinished = try control.journal(limit: .max).contains {
        $0.id == transaction && $0.outcome == .unfinished
      }
      let report =
        if isUnfinished, let transaction { control.recover(transaction) } else {
          control.undo(transaction, force: force)
        }
      print(
        json
          ? ReportText.json(report, items: [], commands: [])
          : ReportText.outcome(report, isUndo: true), terminator: "")
      return ControlStatus(report.outcome)
    }
  }
}
