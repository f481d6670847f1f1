import Drawing
import Model
import Planner

extension DashboardState {
  /// Shows what the draft would do; while changes are being written, how far they are.
  mutating func openPreview() -> [Effect] {
    if preview?.stage == .running {
      mode = .previewing
      return []
    }
    guard let draft, !draft.draft.isEmpty else { return [] }
    let plan = DraftCheck.plan(draft.draft)
    preview = Preview(.apply, stage: .checking, plan: plan)
    mode = .previewing
    let targets = plan.changes.reduce(into: [Target]()) { targets, change in
      if !targets.contains(change.target) { targets.append(change.target) }
    }
    return [.control(.inspect(targets)), .control(.describe(plan))]
  }

  mutating func openUndo(of id: TransactionID?) -> [Effect] {
    guard mayDraft() else { return [] }
    preview = Preview(.undo(id), stage: .reading)
    mode = .previewing
    if id != nil, journal != nil { return fillUndo() }
    return [.control(.readJournal(limit: LogState.length))]
  }

  mutating func openRedo() -> [Effect] {
    guard mayDraft() else { return [] }
    preview = Preview(.redo, stage: .reading)
    mode = .previewing
    return [.control(.readJournal(limit: LogState.length))]
  }

  /// Freezing and thawing are drafts of one change, previewed at once.
  mutating func freeze(_ isFrozen: Bool) -> [Effect] {
    guard mayDraft(), let job = chosenJob else { return [] }
    var effects = openDraft()
    set(.frozen(isFrozen), of: job)
    effects += openPreview()
    return effects
  }

  mutating func applyInPreview(_ action: Action) -> [Effect]? {
    guard var preview else {
      mode = .browsing
      return []
    }
    switch action {
    case .move(let rows), .scroll(let rows): preview.scroll.top += rows
    case .page(let halves): preview.scroll.top += halves * max(1, (size.rows - 3) / 2)
    case .accept: return accept(preview)
    case .force:
      if !preview.drifted.isEmpty { preview.isForced.toggle() }
    case .dismiss: return dismiss(preview)
    case .view where preview.stage == .running: return nil
    case .redraw, .suspend, .quit: return nil
    default: break
    }
    self.preview = preview
    settlePreview()
    return []
  }

  private mutating func accept(_ preview: Preview) -> [Effect] {
    guard preview.stage == .checking else { return [] }
    let request: ControlRequest
    switch preview.purpose {
    case .apply:
      guard let assessment, assessment.isApplicable else {
        explain(Self.obstacle(assessment))
        return []
      }
      request = .apply(preview.plan)
    case .undo(let id): request = .undo(id, force: preview.isForced)
    case .redo: request = .redo
    case .undoAll: request = .undoAll
    case .recover(let id): request = .recover(id)
    }
    begin(preview)
    return [.control(request)]
  }

  /// From here on the room that changes the box says how far it is.
  mutating func begin(_ preview: Preview) {
    var preview = preview
    preview.stage = .running
    preview.scroll = Scroll()
    self.preview = preview
    progress = nil
    mode = .previewing
  }

  private mutating func dismiss(_ preview: Preview) -> [Effect] {
    guard preview.stage == .running else {
      self.preview = nil
      mode = .browsing
      // A draft that was opened for a preview and holds nothing is none.
      change { _ in }
      return []
    }
    if preview.isAbandoned { return [] }
    self.preview?.isAbandoned = true
    say("abandoning")
    return [.control(.abandon)]
  }

  private static func obstacle(_ assessment: Assessment?) -> String {
    for item in assessment?.items ?? [] {
      let what = "\(item.change.target.name): \(item.change.knob.word)"
      switch item.verdict {
      case .fits: continue
      case .notNow(let reason): return "Not now: \(what). \(reason)"
      case .never(let reason): return "Never: \(what). \(reason)"
      case .unknown: return "What can be set on \(item.change.target.name) is still being read."
      }
    }
    return "There is nothing to apply."
  }

  /// Finds in the journal what an undo or redo is about.
  mutating func fillUndo() -> [Effect] {
    guard var preview, preview.stage == .reading, let journal else { return [] }
    let entry: JournalEntry?
    switch preview.purpose {
    case .undo(let id?): entry = journal.first { $0.id == id }
    case .undo(nil): entry = newest(in: journal) { $0.kind == .apply || $0.adopted != nil }
    case .redo:
      // What was undone twice stands again: that is undone, not made again.
      entry = newest(in: journal) { entry in
        guard case .undo(let other) = entry.kind else { return false }
        return journal.first { $0.id == other }?.kind == .apply
      }
    case .apply, .undoAll, .recover: return []
    }
    guard let entry else {
      self.preview = nil
      mode = .browsing
      say(preview.purpose == .redo ? "nothing to redo" : "nothing to undo")
      return []
    }
    if case .undo = preview.purpose { preview.purpose = .undo(entry.id) }
    var changes: [Change] = []
    for made in entry.changes.reversed() {
      guard let before = made.change.from else { continue }
      var now = made.change.to
      if made.isDrifted {
        preview.drifted.insert(changes.count)
        now = theirs(entry.id, made.change) ?? now
      }
      changes.append(Change(target: made.change.target, from: now, to: before))
    }
    if entry.kind == .adopt { preview.adopted = entry.target }
    preview.plan = Plan(changes: changes)
    preview.stage = .checking
    self.preview = preview
    return changes.isEmpty ? [] : [.control(.describe(preview.plan))]
  }

  /// The newest entry that stands, of jobs that are still there if any.
  private func newest(
    in journal: [JournalEntry], where isMeant: (JournalEntry) -> Bool
  ) -> JournalEntry? {
    let entries = journal.filter { $0.outcome == .applied && isMeant($0) }
    let living = Set(live?.jobs.map(\.id) ?? [])
    return entries.first { entry in
      entry.adopted.map(living.contains) ?? false
        || entry.changes.contains { living.contains($0.change.target.id) }
    }
      ?? entries.first
  }

  /// What somebody else has set since; nil where that is not known.
  func theirs(_ id: TransactionID, _ change: Change) -> KnobValue? {
    drift.first {
      $0.transaction == id && $0.target.id == change.target.id && $0.mine.knob == change.knob
    }?.theirs
  }
}
