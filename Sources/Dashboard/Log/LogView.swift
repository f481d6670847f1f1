import Drawing
import Model

extension View {
  /// What was changed, by whom, and how it ended.
  static let log = View(
    id: .log, name: "Log", key: "6", totals: [], hasPanel: false
  ) { frame, context in
    if let entry = context.state.chosenEntry, context.state.log.opened != nil {
      frame.drawEntry(entry, context)
    } else {
      frame.drawLog(context)
    }
  }
}

extension Frame {
  fileprivate mutating func drawLog(_ context: Context) {
    let (layout, state, look) = (context.layout, context.state, context.look)
    let area = layout.table
    let inner = Rect(x: 2, y: area.y, width: area.width - 3, height: area.height)
    let fit = TableFit(LogColumns.all, in: inner, context)
    drawTitles(
      LogColumns.all, fit: fit, y: layout.titles.y, sorted: (.name, false), context)
    guard let entries = state.journal, !entries.isEmpty else {
      let text =
        state.journal == nil
        ? "reading the journal\(look.glyphs.ellipsis)"
        : "Nothing was changed from here yet. What is will be listed, with its exact writes."
      for (row, line) in wrap(text, width: inner.width).enumerated() {
        canvas.write(line, x: 2, y: area.y + 1 + row, width: inner.width, look.dim)
      }
      return
    }
    var scroll = state.log.scroll
    scroll.clamp(count: entries.count, page: area.height)
    for (row, entry) in entries.enumerated().dropFirst(scroll.top).prefix(area.height) {
      let y = area.y + row - scroll.top
      drawRow(
        entry, LogColumns.all, fit: fit, y: y, height: 1, isSelected: row == state.log.selectedRow,
        in: area, context)
      targets.append(
        ClickArea(
          rect: Rect(x: area.x, y: y, width: area.width, height: 1), action: .selectEntry(entry.id),
          doubleAction: .openEntry(entry.id)))
    }
    drawScrollBar(
      in: area, top: scroll.top, page: area.height, count: entries.count, look)
  }

  fileprivate mutating func drawEntry(_ entry: JournalEntry, _ context: Context) {
    let look = context.look
    drawRule(
      nil, name: "transaction \(entry.id)", note: entry.outcome.word, y: context.layout.titles.y,
      context)
    let area = EntryText.area(context.layout)
    let lines = EntryText(entry, context, width: area.width).lines
    var scroll = context.state.log.line
    scroll.clamp(count: lines.count, page: area.height)
    for (row, line) in lines.dropFirst(scroll.top).prefix(area.height).enumerated() {
      canvas.write(
        line.text, x: area.x + line.indent, y: area.y + row, width: area.width - line.indent,
        ellipsis: look.glyphs.ellipsis, line.style)
    }
    drawScrollBar(
      in: Rect(x: area.x, y: area.y, width: area.width + 1, height: area.height), top: scroll.top,
      page: area.height, count: lines.count, look)
  }
}

/// An opened entry as lines, broken to a width.
struct EntryText {
  private(set) var lines: [(text: String, indent: Int, style: Style)] = []

  static func area(_ layout: Layout) -> Rect {
    Rect(
      x: 2, y: layout.titles.y + 1, width: layout.table.width - 4,
      height: max(1, layout.table.height))
  }

  init(_ entry: JournalEntry, _ context: Context, width: Int) {
    let look = context.look
    func lines(_ text: String, _ indent: Int, _ style: Style) -> [(String, Int, Style)] {
      wrap(text, width: max(10, width - indent)).map { ($0, indent, style) }
    }
    let clock = Format.clock(entry.time, offset: context.state.settings.clockOffset)
    self.lines += lines(
      "\(clock), \(entry.who), process \(entry.pid): \(entry.kind.word)", 0, look.text)
    if let target = entry.target {
      self.lines += lines("\(target.name) \(look.glyphs.middleDot) \(target.owner)", 0, look.strong)
    }
    if case .signal = entry.kind {
    } else {
      let isHalfAdopted = entry.kind == .adopt && entry.outcome == .unfinished
      self.lines += lines(
        isHalfAdopted
          ? "It has no outcome: its process is still at it, or ended in the middle. r recovers it."
          : entry.outcome.sentence, 0, entry.outcome.style(look).bold)
    }
    for note in entry.notes { self.lines += lines(note, 0, look.text) }
    for made in entry.changes {
      let change = made.change
      self.lines.append(("", 0, look.text))
      self.lines += lines(
        "\(change.target.name) \(look.glyphs.middleDot) \(change.target.owner): \(change.knob.word) \(change.text(look.glyphs))",
        0, look.strong)
      if made.isDrifted {
        let theirs = context.state.theirs(entry.id, change)?.short ?? look.unknown
        self.lines += lines(
          "\(DriftMark.mark(look.glyphs)) changed by others: it is \(theirs) now.", 2,
          look.warn.bold)
      }
      for command in made.commands { self.lines += lines(SafeText(command).string, 2, look.dim) }
      if made.commands.isEmpty { self.lines += lines("no writes are recorded", 2, look.dim) }
    }
  }
}

/// The columns of the log, from left to right.
private enum LogColumns {
  static let all: [Column<JournalEntry>] = [time, who, what, outcome]

  private static let time = Column<JournalEntry>(
    "TIME", width: { context in ColumnWidth(context.width < 80 ? 8 : 12, rank: 0) },
    draw: { canvas, slot, entry, context in
      let clock = Format.clock(entry.time, offset: context.state.settings.clockOffset)
      let text = slot.width < 12 ? String(clock.dropFirst(4)) : clock
      canvas.write(text, x: slot.x, y: slot.y, width: slot.width, slot.paint(context.look.text))
    })

  private static let who = Column<JournalEntry>(
    "WHO", width: { _ in ColumnWidth(9...14, rank: 2) },
    draw: { canvas, slot, entry, context in
      canvas.write(
        entry.who, x: slot.x, y: slot.y, width: slot.width, ellipsis: context.glyphs.ellipsis,
        slot.paint(context.look.dim))
    })

  private static let what = Column<JournalEntry>(
    "WHAT", width: { _ in ColumnWidth(20...300, rank: 0, stretch: 3) },
    draw: { canvas, slot, entry, context in
      canvas.write(
        entry.what(context.glyphs), x: slot.x, y: slot.y, width: slot.width,
        ellipsis: context.glyphs.ellipsis, slot.paint(context.look.text))
    })

  private static let outcome = Column<JournalEntry>(
    "OUTCOME", width: { context in ColumnWidth(context.width < 100 ? 14 : 30, rank: 0) },
    draw: { canvas, slot, entry, context in
      let look = context.look
      var x = canvas.write(
        entry.outcome.word, x: slot.x, y: slot.y, width: slot.width,
        slot.paint(entry.outcome.style(look)).bold)
      guard entry.changes.contains(where: \.isDrifted) else { return }
      let long = "\(DriftMark.mark(look.glyphs)) \(DriftMark.word)"
      let text =
        x + 1 + long.columns <= slot.endX ? long : String(Character(DriftMark.mark(look.glyphs)))
      x = canvas.write(
        text, x: x + 1, y: slot.y, width: max(0, slot.endX - x - 1), slot.paint(look.warn).bold)
    })
}

extension JournalEntry {
  var who: String { user == 0 ? "root" : "user \(user)" }

  /// What it changed, in a line.
  fileprivate func what(_ glyphs: Glyphs) -> String {
    let changes = changes.map {
      "\($0.change.target.name) \($0.change.knob.word) \($0.change.text(glyphs))"
    }
    let text = changes.joined(separator: ", ")
    switch kind {
    case .apply: return text
    case .undo: return "undo: " + text
    case .adopt, .signal:
      var names = Set(self.changes.map(\.change.target.name.string))
      if let target { names.insert(target.name.string) }
      return ([kind.word] + names.sorted()).joined(separator: " ")
    }
  }
}

extension JournalEntry.Kind {
  fileprivate var word: String {
    switch self {
    case .apply: "apply"
    case .undo(let id): "undo of \(id)"
    case .adopt: "adopt"
    case .signal(let number):
      "signal \(Signal.offered.first { $0.number == number }?.name ?? "\(number)")"
    }
  }
}

extension JournalEntry.Outcome {
  fileprivate var word: String {
    switch self {
    case .applied: "applied"
    case .rolledBack: "rolled back"
    case .stuck: "stuck"
    case .unfinished: "unfinished"
    case .undone: "undone"
    case .partlyUndone: "partly undone"
    }
  }

  fileprivate var sentence: String {
    switch self {
    case .applied: "Applied and verified. z undoes it."
    case .rolledBack: "Something failed: everything was taken back."
    case .stuck: "Something failed, and not all of it could be taken back: r tries again."
    case .unfinished:
      "It has no outcome: its process is still at it, or ended in the middle. r takes back what it wrote."
    case .undone: "Applied, and undone since."
    case .partlyUndone: "Applied, and undone but for what somebody else had changed since."
    }
  }

  fileprivate func style(_ look: Look) -> Style {
    switch self {
    case .applied: look.ok
    case .rolledBack, .partlyUndone: look.warn
    case .stuck, .unfinished: look.bad
    case .undone: look.dim
    }
  }
}

/// How a value that somebody else has changed since is marked.
enum DriftMark {
  static let word = "changed by others"
  static func mark(_ glyphs: Glyphs) -> Unicode.Scalar { glyphs.isASCII ? "%" : "≠" }
}
