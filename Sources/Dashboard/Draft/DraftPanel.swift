import Drawing
import Model
import Planner

extension Frame {
  /// The open draft below the table: what it changes, and whether that can be.
  mutating func drawDraftPanel(_ context: Context) {
    let panel = context.layout.panel
    guard let assessment = context.assessment, panel.height >= 2 else { return }
    drawDraftTitle(y: panel.y, context)
    let area = Rect(
      x: panel.x + 1, y: panel.y + 1, width: panel.width - 2, height: panel.height - 1)
    let items = DraftItems(context, assessment).ordered
    var y = area.y
    for (index, item) in items.enumerated() {
      // The last row says how much is left out, unless it is all that is left.
      let left = items.count - index
      let room = area.endY - y - (left > 1 ? 1 : 0)
      let lines = item.lines(width: area.width, context)
      guard lines.count <= room || index == 0 else {
        canvas.write(
          "\(left) more \(left == 1 ? "change" : "changes"): p shows all", x: area.x + 2, y: y,
          width: area.width, ellipsis: context.glyphs.ellipsis, context.look.dim)
        return
      }
      for line in lines.prefix(max(1, area.endY - y)) {
        write(line, x: area.x, y: y, end: area.endX, gap: 2, context.look)
        y += 1
      }
    }
    if items.isEmpty {
      canvas.write(
        "Nothing is drafted yet.", x: area.x + 2, y: y, context.look.dim)
    }
  }

  private mutating func drawDraftTitle(y: Int, _ context: Context) {
    let (look, state) = (context.look, context.state)
    let style = look.draft.bold.reversed
    let count = state.draft?.draft.changes.count ?? 0
    canvas.fill(Rect(x: 0, y: y, width: context.width, height: 1), " ", style)
    var text = "DRAFT  \(count) \(count == 1 ? "change" : "changes"), nothing is applied"
    if case .giving(let giving) = state.mode { text = "DRAFT  " + gift(giving, context) }
    let end = canvas.write(
      text, x: 2, y: y, width: context.width - 4, ellipsis: look.glyphs.ellipsis, style)
    guard let draft = state.draft else { return }
    let left = DraftState.secondsKept - context.state.now.seconds(since: draft.touched)
    let note = "dropped in \(Format.age(max(0, left)))"
    if end + 2 + note.columns < context.width - 1 {
      canvas.write(note, endingAt: context.width - 2, y: y, style)
    }
  }

  private func gift(_ giving: Giving, _ context: Context) -> String {
    func name(_ id: JobID) -> String {
      context.state.job(id)?.job.name.string ?? context.look.unknown
    }
    let amount: String
    if giving.knob == .cores {
      amount = Cores(giving.amount).text
    } else {
      amount = Bytes(Int64(giving.amount)).text + " of memory"
    }
    return "\(name(giving.giver)) gives \(name(giving.taker)) \(amount)"
  }
}

/// The changes of a draft as the panel lists them: what is being edited first, then the selected
/// job's, then the others.
private struct DraftItems {
  var ordered: [DraftItem]

  init(_ context: Context, _ assessment: Assessment) {
    var items = assessment.items.map { DraftItem(change: $0.change, assessed: $0) }
    if case .editing(let editor) = context.state.mode, let job = context.state.job(editor.job) {
      let index = items.firstIndex {
        $0.change.target.id == editor.job && $0.change.knob == editor.knob
      }
      var item: DraftItem
      if let index {
        item = items.remove(at: index)
      } else {
        // Not changed yet: what it is.
        let value =
          context.state.value(editor.knob, of: job) ?? editor.knob.ordinary
        item = DraftItem(change: Change(target: Target(job.job), from: value, to: value))
      }
      item.editor = editor
      items.insert(item, at: 0)
    }
    let selected = context.state.jobs.selected
    ordered =
      items.filter { $0.editor != nil }
      + items.filter { $0.editor == nil && $0.change.target.id == selected }
      + items.filter { $0.editor == nil && $0.change.target.id != selected }
  }
}

private struct DraftItem {
  var change: Change
  var assessed: Assessment.Item?
  var editor: Editor?

  /// Its job, knob and values, and behind them, or below, the verdict.
  func lines(width: Int, _ context: Context) -> [[Segment]] {
    let look = context.look
    var head: [Segment] = [
      Segment(editor == nil ? " " : String(Character(look.glyphs.selected)), "", look.accent),
      Segment(name(width), "", look.strong),
      Segment(change.knob.word, "", look.text),
      Segment(value(context), "", editor == nil ? look.strong : look.draft.bold),
    ]
    let (word, rest, style) = verdict(context)
    let all = rest.isEmpty ? word : word.isEmpty ? rest : "\(word): \(rest)"
    let room = width - segmentColumns(head, gap: 2) - 2
    if all.columns <= room {
      head.append(Segment(all, "", style))
      return [head]
    }
    // The word stays with the change; why, or what it does, goes below.
    var below = rest
    if word.columns <= room { head.append(Segment(word, "", style)) } else { below = all }
    if editor == nil, assessed?.verdict == .fits { return [head] }
    return [head]
      + wrap(below, width: width - 4).map { [Segment("  ", "", style), Segment($0, "", style)] }
  }

  private func name(_ width: Int) -> String {
    let name = change.target.name.string
    let room = max(8, width / 4)
    guard name.columns > room else { return name }
    var short = ""
    for scalar in name.unicodeScalars where short.columns + scalar.columns < room {
      short.unicodeScalars.append(scalar)
    }
    return short + "…"
  }

  private func value(_ context: Context) -> String {
    let from = change.from?.short ?? context.look.unknown
    let arrow = String(Character(context.glyphs.arrow))
    if let text = editor?.text {
      return "\(from) \(arrow) \(text)\(Character(context.glyphs.cursor))"
    }
    guard editor != nil else { return change.text(context.glyphs) }
    return change.from == change.to ? from : "\(from) \(arrow) \(change.to.short)"
  }

  private var hint: String {
    let unit = change.knob.typedUnit
    return unit.isEmpty ? "" : " (\(unit))"
  }

  /// A word, what is to be said besides, and how both look.
  private func verdict(_ context: Context) -> (String, String, Style) {
    let look = context.look
    if let problem = editor?.problem { return ("", problem, look.bad) }
    guard let assessed else {
      if case .fixed(_, let reason)? = context.state.controls[change.target.id]?.knobs[change.knob]
      {
        return ("never", reason, look.bad)
      }
      return ("", "+ - or digits\(hint); max is no limit", look.dim)
    }
    let (word, reason, style) = assessed.verdict.words(look)
    return (word, reason ?? assessed.effect ?? "", style)
  }
}

extension Verdict {
  /// The verdict in a word or two, its reason, and how it looks.
  func words(_ look: Look) -> (String, String?, Style) {
    switch self {
    case .fits: ("fits", nil, look.ok)
    case .notNow(let reason): ("not now", reason, look.warn.bold)
    case .never(let reason): ("never", reason, look.bad.bold)
    case .unknown: ("checking\(look.glyphs.ellipsis)", nil, look.dim)
    }
  }
}
