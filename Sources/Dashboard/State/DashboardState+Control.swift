package import Model
import Planner

extension DashboardState {
  /// Takes what the room that changes the box has to say, and returns what the loop has to do about it.
  @discardableResult
  package mutating func receive(_ event: ControlEvent) -> [Effect] {
    switch event {
    case .inspected(let found):
      inspecting = []
      let living = Set(live?.jobs.map(\.id) ?? [])
      controls = controls.filter { living.contains($0.key) }
      controls.merge(found) { $1 }
      rebaseDraft()
      settleEditor()
      takeSeats()
      return replan()
    case .described(let plan, let commands):
      if preview?.plan == plan { preview?.commands = commands }
    case .transaction(let report): return take(report)
    case .adoption(let report): return take(report)
    case .journal(let entries):
      journal = entries
      log.take(entries)
      offerRecovery(entries)
      return fillUndo()
    case .drift(let drift):
      self.drift = drift
      if view == .log { return [.control(.readJournal(limit: LogState.length))] }
    case .refused(let sentence): refuse(sentence)
    }
    return []
  }

  /// What a preview starts from may have changed since the draft was opened: it shows what is now.
  private mutating func replan() -> [Effect] {
    guard preview?.purpose == .apply, preview?.stage == .checking, let draft else { return [] }
    let plan = DraftCheck.plan(draft.draft)
    guard plan != preview?.plan else { return [] }
    guard !plan.changes.isEmpty else {
      preview = nil
      if mode == .previewing { mode = .browsing }
      change { _ in }
      explain("Everything is already as drafted.")
      return []
    }
    preview?.plan = plan
    preview?.commands = nil
    return [.control(.describe(plan))]
  }

  private mutating func take(_ report: TransactionReport) -> [Effect] {
    if report.outcome == .running {
      // A report that was overtaken by the end of its transaction.
      if let last = progress?.report, last.outcome != .running, last.id == report.id,
        last.id != nil
      {
        return []
      }
      progress = Progress(report: report, since: now)
      return []
    }
    // Taking back everything is several transactions.
    if preview?.purpose == .undoAll, preview?.stage == .ended, let last = progress?.report,
      mode == .previewing
    {
      progress?.report = last.joined(by: report)
      return []
    }
    progress = Progress(report: report, since: now)
    if let preview, preview.stage == .running, preview.isAbout(report) {
      self.preview?.stage = .ended
      if preview.purpose == .apply, report.outcome == .applied { draft = nil }
      if mode != .previewing {
        self.preview = nil
        explain(report.outcome.sentence(preview.purpose, report))
      }
    } else {
      explain(report.outcome.sentence(.apply, report))
    }
    return [.control(.readJournal(limit: LogState.length))]
  }

  private mutating func take(_ report: AdoptionReport) -> [Effect] {
    adoption = report
    guard case .done(let id) = report.stage else { return [] }
    // The job goes on under another identity: what was drafted for the old one is meant for neither.
    change { $0.drop(report.target.id) }
    if jobs.selected == report.target.id { jobs.selected = id }
    return [.control(.readJournal(limit: LogState.length))]
  }

  /// Says once that something was left unfinished by a process that died.
  private mutating func offerRecovery(_ entries: [JournalEntry]) {
    guard let entry = entries.first(where: { $0.outcome == .unfinished }),
      entry.id != log.offered, view != .log
    else { return }
    log.offered = entry.id
    let clock = Format.clock(entry.time, offset: settings.clockOffset)
    guard entry.kind == .adopt, let target = entry.target else {
      explain(
        "A change of \(clock) was left unfinished by a process that ended. 6 shows it, and r there takes back what it wrote."
      )
      return
    }
    explain(
      (["Adopting \(target.name) at \(clock) was left unfinished by a process that ended."]
        + entry.notes + ["6 shows it, and r there recovers it."]).joined(separator: " "))
  }

  private mutating func refuse(_ sentence: String) {
    explain(sentence)
    if mode == .adopting { mode = .browsing }
    guard let preview else { return }
    switch preview.stage {
    case .reading:
      self.preview = nil
      if mode == .previewing { mode = .browsing }
    case .running where progress == nil:
      // It did not begin: what was to be applied is still there.
      if preview.purpose == .undoAll {
        self.preview = nil
        if mode == .previewing { mode = .browsing }
      } else {
        self.preview?.stage = .checking
      }
    case .checking, .running, .ended: break
    }
  }
}

extension Preview {
  /// Whether a report that ends a transaction ends the one that was asked for here.
  fileprivate func isAbout(_ report: TransactionReport) -> Bool {
    guard purpose == .apply, !report.changes.isEmpty else { return true }
    func key(_ change: Change) -> String { "\(change.target.id) \(change.to)" }
    return Set(report.changes.map { key($0.change) }) == Set(plan.changes.map(key))
  }
}

extension Preview.Purpose {
  /// Recovering ends with the state before; or finds that nothing was left to be done.
  func isGood(_ outcome: TransactionReport.Outcome) -> Bool {
    if case .recover = self, outcome == .rolledBack { return true }
    return outcome == .applied
  }
}

extension TransactionReport {
  /// Both as one: it went well where both did.
  fileprivate func joined(by other: TransactionReport) -> TransactionReport {
    TransactionReport(
      id: other.id, outcome: outcome == .applied ? other.outcome : outcome,
      changes: changes + other.changes, notes: notes + other.notes)
  }
}

extension TransactionReport.Outcome {
  /// How it ended, in words.
  func sentence(_ purpose: Preview.Purpose, _ report: TransactionReport) -> String {
    // A signal changes no knob: what it did is in the notes.
    if report.changes.isEmpty, self == .applied || purpose.isGood(self), !report.notes.isEmpty {
      return report.notes.joined(separator: " ")
    }
    let count = report.changes.count
    let all = count == 1 ? "the change" : "all \(count) changes"
    let what: String =
      switch (self, purpose) {
      case (.running, _): "Changes are being written."
      case (.applied, .apply): "Applied: \(all) verified by reading back."
      case (.rolledBack, .recover): "Recovered: everything is as before."
      case (.applied, .undo), (.applied, .undoAll), (.applied, .recover):
        "Taken back: \(all) verified by reading back."
      case (.applied, .redo): "Made again: \(all) verified by reading back."
      case (.rolledBack, _): "Rolled back: everything is as before."
      case (.stuck, _): "Stuck: not everything could be taken back. 6 shows what is left."
      case (.refused, _): "Refused: nothing was written."
      }
    return ([what] + report.notes).joined(separator: " ")
  }
}
