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
      somebody else has changed since is left and named, unless --force is given; undo ID --force \
      takes back later what was left. What a loadline that was killed left half done is taken back in \
      the same way.

      Exit status: 0 taken back, 1 error or something was left, 2 wrong usage, 3 refused and nothing \
      was written.
      """)

  @Argument(help: "The transaction's id, as `loadline log` prints it.")
  var id: String?

  @Flag(help: "Take back values that somebody else has changed since, too.")
  var force = false

  @Flag(help: "Print one JSON object (see docs/control.md).")
  var json = false

  func run() throws {
    try endWithStatus {
      if id?.isEmpty == true {
        throw CommandRefusal.wrong(
          "The id of the transaction is missing: give one that loadline log prints, or nothing for the last change that stands."
        )
      }
      let control = Control(.current())
      let transaction = id.map { TransactionID($0) }
      let report = try HeldSignals.during { () throws(ChangeFailure) in
        try Self.takenBack(transaction, force: force, control)
      }
      print(
        json
          ? ReportText.json(report, items: [], commands: [])
          : ReportText.outcome(report, isUndo: true), terminator: "")
      // Recovering what was left half done ends where it began: that is what was asked for.
      if report.id != nil, report.id == transaction, report.outcome == .rolledBack {
        return .applied
      }
      // Where nothing was taken back, nothing was written.
      let isPart = report.outcome != .refused && !report.left.isEmpty
      return isPart ? .error : ControlStatus(report.outcome)
    }
  }

  /// What was left half done is recovered, under its own number; an adoption that was found complete is
  /// then taken back.
  private nonisolated static func takenBack(
    _ id: TransactionID?, force: Bool, _ control: Control
  ) throws(ChangeFailure) -> TransactionReport {
    let entry = id == nil ? nil : try control.journal(limit: .max).first { $0.id == id }
    guard let entry, entry.outcome == .unfinished || entry.outcome == .stuck else {
      return control.undo(id, force: force)
    }
    let recovered = control.recover(entry.id)
    guard entry.kind == .adopt, recovered.outcome == .applied else { return recovered }
    return control.undo(id, force: force)
  }
}
