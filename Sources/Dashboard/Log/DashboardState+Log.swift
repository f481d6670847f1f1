import Drawing
import Model

extension DashboardState {
  /// The opened entry, else the selected one.
  var chosenEntry: JournalEntry? {
    let id = log.opened ?? log.selected
    return journal?.first { $0.id == id }
  }

  mutating func applyInLog(_ action: Action) -> [Effect]? {
    guard view == .log, opened == nil, mode == .browsing else { return nil }
    let entries = journal ?? []
    let page = max(1, layout.table.height)
    switch action {
    case .move(let rows): moveInLog(rows, entries)
    case .page(let halves): moveInLog(halves * max(1, page / 2), entries)
    case .first: moveInLog(-entries.count - 100_000, entries)
    case .last: moveInLog(entries.count + 100_000, entries)
    case .scroll(let rows):
      if log.opened == nil { log.scroll.top += rows } else { log.line.top += rows }
    case .open: openEntry(log.selected)
    case .selectEntry(let id): selectEntry(id, entries)
    case .openEntry(let id):
      selectEntry(id, entries)
      openEntry(id)
    case .back:
      guard log.opened != nil else { return nil }
      log.opened = nil
    case .copyPlace: return copyEntry()
    case .undo: return undoEntry()
    case .recover:
      if let entry = chosenEntry, entry.outcome == .unfinished || entry.outcome == .stuck {
        askRecover(entry)
      } else {
        say("nothing to recover here")
      }
    default: return nil
    }
    settleLog()
    return []
  }

  private mutating func moveInLog(_ rows: Int, _ entries: [JournalEntry]) {
    if log.opened != nil {
      log.line.top = max(0, log.line.top + rows)
      return
    }
    log.select(row: (log.selectedRow ?? 0) + rows, of: entries)
    log.scroll.reveal(log.selectedRow, page: layout.table.height)
  }

  private mutating func selectEntry(_ id: TransactionID, _ entries: [JournalEntry]) {
    if let row = entries.firstIndex(where: { $0.id == id }) { log.select(row: row, of: entries) }
  }

  private mutating func openEntry(_ id: TransactionID?) {
    log.opened = id
    log.line = Scroll()
  }

  private mutating func copyEntry() -> [Effect] {
    let commands = chosenEntry?.changes.flatMap(\.commands) ?? []
    guard !commands.isEmpty else {
      say("no writes to copy")
      return []
    }
    say(commands.count == 1 ? "copied 1 line" : "copied \(commands.count) lines")
    return [.copy(commands.map { SafeText($0).string }.joined(separator: "\n"))]
  }

  private mutating func undoEntry() -> [Effect] {
    guard let entry = chosenEntry else { return [] }
    switch (entry.outcome, entry.kind) {
    case (.applied, .signal): explain("A signal cannot be taken back.")
    case (.applied, .undo): explain("This was an undo: Z makes again what the last one took back.")
    case (.applied, _): return openUndo(of: entry.id)
    case (.rolledBack, _): explain("It was rolled back: there is nothing to undo.")
    case (.undone, _): explain("It is undone already. Z makes it again if it was the last one.")
    case (.partlyUndone, _):
      explain(
        "It is undone but for what somebody else had changed: Enter says how to undo that too.")
    case (.unfinished, _), (.stuck, _):
      explain("It has no clean end: r takes back what it left.")
    }
    return []
  }

  mutating func settleLog() {
    log.scroll.clamp(count: journal?.count ?? 0, page: max(1, layout.table.height))
    guard let moment, let entry = chosenEntry, log.opened != nil else { return }
    let look = Look(theme: Theme(name: "", depth: .mono, styles: [:], gradient: []), glyphs: .ascii)
    let context = Context(state: self, moment: moment, layout: layout, look: look)
    let area = EntryText.area(layout)
    let count = EntryText(entry, context, width: area.width).lines.count
    log.line.clamp(count: count, page: area.height)
  }
}
