import Configuration
import Control
import Glibc
import Model
import Planner

/// A draft made on the command line: held against the box, shown or applied, and reported.
nonisolated struct Proposal {
  var isDryRun: Bool
  var isJSON: Bool
  let control: Control

  init(_ options: ChangingOptions) throws {
    isDryRun = options.dryRun
    isJSON = options.json
    let settings = try options.files.load()
    control = Control(
      .current(isReadOnly: settings.readOnly, asksGPUs: settings.gpus != .off))
  }

  /// Checks the draft and carries it out; the status to end with.
  func carryOut(_ draft: Draft, on moment: Moment, _ controls: [JobID: JobControl])
    throws(CommandRefusal) -> ControlStatus
  {
    guard !draft.isEmpty else {
      print(isJSON ? emptyJSON : "Nothing to change: it is so already.\n", terminator: "")
      return .applied
    }
    let assessment = DraftCheck.assess(draft, on: moment, controls: controls)
    let plan = DraftCheck.plan(draft)
    let items = plan.changes.map { change in
      assessment.items.first { $0.change == change }
        ?? Assessment.Item(change: change, verdict: .unknown)
    }
    let commands = control.describe(plan)
    guard items.allSatisfy({ $0.verdict == .fits }) else {
      let report = TransactionReport(
        id: nil, outcome: .refused,
        changes: items.map { .init(change: $0.change, state: Self.state($0.verdict)) })
      show(report, items, commands, asPreview: true)
      return .refused
    }
    if isDryRun {
      let report = TransactionReport(
        id: nil, outcome: .running, changes: plan.changes.map { .init(change: $0) })
      show(report, items, commands, asPreview: true)
      return .applied
    }
    if !isJSON {
      for item in items { for risk in item.risks { complain("careful: \(risk)") } }
    }
    let report = HeldSignals.during { control.apply(plan) }
    show(report, items, commands, asPreview: false)
    return ControlStatus(report.outcome)
  }

  private func show(
    _ report: TransactionReport, _ items: [Assessment.Item], _ commands: [[String]],
    asPreview: Bool
  ) {
    let text =
      isJSON
      ? ReportText.json(report, items: items, commands: commands)
      : asPreview
        ? ReportText.preview(items, commands: commands) : ReportText.outcome(report)
    print(text, terminator: "")
  }

  private var emptyJSON: String {
    ReportText.json(
      TransactionReport(id: nil, outcome: .applied, changes: []), items: [], commands: [])
  }

  private static func state(_ verdict: Verdict) -> ChangeState {
    switch verdict {
    case .fits: .notBegun
    case .notNow(let reason): .failed(ChangeFailure(.notNow, reason))
    case .never(let reason): .failed(ChangeFailure(.never, reason))
    case .unknown:
      .failed(ChangeFailure(.failed, "what can be set on the job could not be read."))
    }
  }
}
