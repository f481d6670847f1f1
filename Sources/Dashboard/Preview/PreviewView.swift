import Drawing
import Model
import Planner

extension Frame {
  /// What is about to be written, is being written or was, on the whole screen.
  mutating func drawPreview(_ preview: Preview, _ context: Context) {
    let look = context.look
    let size = context.state.size
    let style = look.draft.bold.reversed
    canvas.fill(Rect(x: 0, y: 0, width: size.columns, height: 1), " ", style)
    let clock = Format.clock(
      context.moment.wallClock, offset: context.state.settings.clockOffset)
    var time = String(clock.dropFirst(4))
    if context.moment.gpusAreSimulated { time = "SIMULATED GPUs  " + time }
    canvas.write(
      preview.title(context), x: 1, y: 0, width: size.columns - time.columns - 4,
      ellipsis: look.glyphs.ellipsis, style)
    canvas.write(time, endingAt: size.columns - 1, y: 0, style)

    let area = PreviewText.area(size)
    let lines = PreviewText(preview, context, width: area.width).lines
    var scroll = preview.scroll
    scroll.clamp(count: lines.count, page: area.height)
    for (row, line) in lines.dropFirst(scroll.top).prefix(area.height).enumerated() {
      canvas.write(
        line.text, x: area.x + line.indent, y: area.y + row, width: area.width - line.indent,
        ellipsis: look.glyphs.ellipsis, line.style)
      if let (word, style) = line.note {
        canvas.write(" " + word, endingAt: area.endX, y: area.y + row, style)
      }
    }
    drawScrollBar(
      in: Rect(x: area.x, y: area.y, width: size.columns - area.x, height: area.height),
      top: scroll.top, page: area.height, count: lines.count, look)
  }
}

extension DashboardState {
  /// Keeps the preview's scroll position within what it says.
  mutating func settlePreview() {
    guard let preview, let moment else { return }
    let look = Look(theme: Theme(name: "", depth: .mono, styles: [:], gradient: []), glyphs: .ascii)
    let context = Context(state: self, moment: moment, layout: layout, look: look)
    let area = PreviewText.area(size)
    let lines = PreviewText(preview, context, width: area.width).lines
    self.preview?.scroll.clamp(count: lines.count, page: area.height)
  }
}

extension Preview {
  fileprivate func title(_ context: Context) -> String {
    let count = max(plan.changes.count, context.state.progress?.report.changes.count ?? 0)
    let changes = count == 1 ? "1 change" : "\(count) changes"
    switch stage {
    case .reading: return "\(word)  reading the journal\(context.glyphs.ellipsis)"
    case .checking:
      if let adopted { return "\(word)  adoption of \(adopted.name), nothing is moved yet" }
      var text = "\(word)  \(changes)"
      let refused = context.assessment?.items.count { $0.verdict != .fits } ?? 0
      if purpose == .apply, refused > 0 {
        text += refused == 1 ? ", 1 does not fit" : ", \(refused) do not fit"
      } else {
        text += ", nothing is written yet"
      }
      return text
    case .running:
      let done =
        context.state.progress?.report.changes.count {
          if case .verified = $0.state { true } else { false }
        } ?? 0
      return isAbandoned
        ? "ABANDONING  \(done) of \(changes) written" : "WRITING  \(done) of \(changes) verified"
    case .ended:
      guard let outcome = context.state.progress?.report.outcome else { return word }
      return purpose.isGood(outcome) ? "DONE" : outcome.title
    }
  }

  private var word: String {
    switch purpose {
    case .apply: "DRAFT preview"
    case .undo: "UNDO preview"
    case .redo: "REDO preview"
    case .undoAll: "TAKE BACK everything"
    case .recover: "RECOVER"
    }
  }
}

extension TransactionReport.Outcome {
  fileprivate var title: String {
    switch self {
    case .running: "WRITING"
    case .applied: "DONE"
    case .rolledBack: "ROLLED BACK"
    case .stuck: "STUCK"
    case .refused: "REFUSED"
    }
  }
}

/// A preview as lines, broken to a width.
struct PreviewText {
  struct Line {
    var text: String
    var indent: Int
    var style: Style
    /// What stands at the end of the line.
    var note: (String, Style)?
  }

  private(set) var lines: [Line] = []
  private let width: Int
  private let context: Context
  private var look: Look { context.look }

  /// Between the title and the bottom bar.
  static func area(_ size: Size) -> Rect {
    Rect(x: 1, y: 1, width: size.columns - 3, height: max(1, size.rows - 2))
  }

  init(_ preview: Preview, _ context: Context, width: Int) {
    self.width = width
    self.context = context
    switch preview.stage {
    case .reading: break
    case .checking: check(preview)
    case .running, .ended: report(preview)
    }
  }

  private mutating func add(
    _ text: String, indent: Int = 0, _ style: Style, note: (String, Style)? = nil
  ) {
    let room = width - indent - (note.map { $0.0.columns + 2 } ?? 0)
    let parts = wrap(text, width: max(10, room))
    for (index, part) in parts.enumerated() {
      lines.append(
        Line(text: part, indent: indent, style: style, note: index == 0 ? note : nil))
    }
  }

  private mutating func blank() { lines.append(Line(text: "", indent: 0, style: look.text)) }

  // MARK: Before

  private mutating func check(_ preview: Preview) {
    let items = context.assessment?.items ?? []
    if preview.purpose == .apply { balance(preview.plan) } else { explainUndo(preview) }
    for (index, change) in preview.plan.changes.enumerated() {
      blank()
      let item = items.first {
        $0.change.target.id == change.target.id && $0.change.to == change.to
      }
      let verdict = item?.verdict.words(look)
      add(
        "\(index + 1) \(change.target.name) \(look.glyphs.middleDot) \(change.target.owner): \(change.knob.word) \(change.text(look.glyphs))",
        look.strong, note: preview.purpose == .apply ? verdict.map { ($0.0, $0.2) } : nil)
      if case (_, let reason?, let style)? = verdict { add(reason, indent: 4, style) }
      if let effect = item?.effect { add("effect: \(effect)", indent: 4, look.text) }
      for risk in item?.risks ?? [] { add("! \(risk)", indent: 4, look.warn) }
      if preview.drifted.contains(index) {
        add(
          "changed by others since: theirs is \(change.from?.short ?? look.unknown), taken back it is \(change.to.short).",
          indent: 4, look.warn.bold)
        add(
          preview.isForced
            ? "It is taken back all the same; f keeps theirs."
            : "Theirs is kept; f takes it back all the same.", indent: 4, look.warn)
      }
      guard let commands = preview.commands else {
        add("finding the exact writes\(look.glyphs.ellipsis)", indent: 4, look.dim)
        continue
      }
      for command in commands.indices.contains(index) ? commands[index] : [] {
        add(command, indent: 4, look.dim)
      }
    }
  }

  private mutating func explainUndo(_ preview: Preview) {
    guard case .undo(let id?) = preview.purpose else {
      add("What was undone last is written again.", look.text)
      return
    }
    if let adopted = preview.adopted {
      add(
        "The processes of \(adopted.name) go back to the groups they came from; the group of its own, and the limits on it, go. Transaction \(id).",
        look.text)
      return
    }
    add("What is written back, the last change first. Transaction \(id).", look.text)
  }

  /// Who gains and who loses, and what is left.
  private mutating func balance(_ plan: Plan) {
    var parts: [String] = []
    for change in plan.changes {
      guard let text = change.balance else { continue }
      parts.append("\(change.target.name) \(text)")
    }
    if !parts.isEmpty { add(parts.joined(separator: "; ") + ".", look.text) }
    guard let assessment = context.assessment else { return }
    var rest: [String] = []
    let moment = context.state.live ?? context.moment
    func amount(_ now: String?, _ then: String?, _ unit: String) {
      guard let now, let then, now != then else { return }
      rest.append("\(now) \(look.glyphs.arrow) \(then) \(unit)")
    }
    amount(
      moment.unallocatedCores.map { Format.decimal($0.value, places: 1) },
      assessment.unallocatedCores.map { Format.decimal($0.value, places: 1) }, "cores")
    amount(
      moment.unallocatedMemory.map { Format.decimal(context.memory.value($0), places: 1) },
      assessment.unallocatedMemory.map { Format.decimal(context.memory.value($0), places: 1) },
      "GiB of memory")
    if !rest.isEmpty { add("unallocated: \(rest.joined(separator: ", ")).", look.text) }
  }

  // MARK: During and after

  private mutating func report(_ preview: Preview) {
    let progress = context.state.progress
    if preview.stage == .ended, let report = progress?.report {
      let isGood = preview.purpose.isGood(report.outcome)
      add(
        report.outcome.sentence(preview.purpose, report),
        isGood ? look.ok.bold : look.bad.bold)
      if preview.purpose == .apply, !isGood { add("The draft is kept.", look.text) }
    } else {
      add(
        preview.isAbandoned
          ? "What is not begun stays so, and what was written is taken back."
          : "Esc abandons what has not begun. The views go on meanwhile: 1 to 6.", look.dim)
    }
    let changes =
      progress?.report.changes
      ?? preview.plan.changes.map { TransactionReport.Progress(change: $0) }
    for (index, item) in changes.enumerated() {
      if index == 0 || context.state.size.rows >= 30 { blank() }
      let change = item.change
      add(
        "\(index + 1) \(change.target.name): \(change.knob.word) \(change.text(look.glyphs))",
        look.strong, note: item.state.words(elapsed: elapsed(progress), change, look))
      if case .failed(let failure) = item.state { add(failure.sentence, indent: 4, look.bad) }
    }
  }

  private func elapsed(_ progress: Progress?) -> Double {
    guard let progress, progress.report.outcome == .running else { return 0 }
    return context.state.now.seconds(since: progress.since)
  }
}

extension ChangeState {
  /// A word or two, and how they look.
  fileprivate func words(elapsed: Double, _ change: Change, _ look: Look) -> (String, Style) {
    switch self {
    case .waiting: return ("waiting", look.dim)
    case .writing(let seconds):
      let time = seconds + elapsed
      return (
        time < 1 ? "writing" : "writing \(Format.decimal(time, places: 0)) s", look.warn.bold
      )
    case .verified(let actual):
      return (actual == change.to ? "verified" : "verified: \(actual.text)", look.ok.bold)
    case .failed: return ("failed", look.bad.bold)
    case .takenBack: return ("taken back", look.warn.bold)
    case .notBegun: return ("not begun", look.dim)
    }
  }
}

extension CPUSet {
  fileprivate var name: String { count == 1 ? "CPU \(self)" : "CPUs \(self)" }
}

extension Change {
  /// What the job gains or loses; nil where it is neither.
  fileprivate var balance: String? {
    func words<Amount>(
      _ now: Limit<Amount>, _ then: Limit<Amount>, _ difference: (Amount, Amount) -> String
    ) -> String? {
      switch (now, then) {
      case (.at(let now), .at(let then)) where now > then: "gains \(difference(now, then))"
      case (.at(let now), .at(let then)) where now < then: "loses \(difference(then, now))"
      case (.unlimited, .at): "has no limit of \(knob.word) any more"
      case (.at, .unlimited): "is limited in \(knob.word) from now on"
      default: nil
      }
    }
    switch (to, from) {
    case (.cores(let now), .cores(let then)?):
      return words(now, then) { more, less in
        (more - less).text
      }
    case (.memory(let now), .memory(let then)?), (.memoryHigh(let now), .memoryHigh(let then)?):
      return words(now, then) { more, less in
        "\((more - less).text) of memory"
      }
    case (.cpus(let now), .cpus(let then)?):
      let (gained, lost) = (now.subtracting(then), then.subtracting(now))
      if now.isEmpty || then.isEmpty { return nil }
      let parts =
        (gained.isEmpty ? [] : ["gains \(gained.name)"])
        + (lost.isEmpty ? [] : ["loses \(lost.name)"])
      return parts.isEmpty ? nil : parts.joined(separator: " and ")
    case (.frozen(let isFrozen), _): return isFrozen ? "stands still" : "goes on"
    default: return nil
    }
  }
}
