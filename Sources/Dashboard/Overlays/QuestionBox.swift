import Drawing
import Model

extension Frame {
  /// A question over the screen; its first answer, which changes nothing, is chosen at first.
  mutating func drawQuestion(_ question: Question, _ context: Context) {
    let look = context.look
    let columns = min(72, context.width - 4)
    var lines = question.lines.flatMap { wrap($0, width: columns - 4) }
    // On a low screen the answers come first: without them nothing can be done.
    let room = context.state.size.rows - 3 - 2 - question.choices.count
    lines = Array(lines.prefix(max(0, room - 1)))
    let gap = lines.isEmpty ? 0 : 1
    var inner = drawBox(
      title: question.title, columns: columns, rows: lines.count + gap + question.choices.count + 2,
      context)
    for line in lines {
      let row = inner.takeTop(1)
      canvas.write(line, x: row.x, y: row.y, width: row.width, look.text)
    }
    _ = inner.takeTop(gap)
    var scroll = Scroll()
    scroll.reveal(question.index, page: inner.height)
    for index in question.choices.indices.dropFirst(scroll.top).prefix(inner.height) {
      drawChoice(
        question.choices[index], key: "", index: index, isChosen: index == question.index,
        in: inner.takeTop(1), look)
    }
  }

  /// How far an adoption is, or how it ended.
  mutating func drawAdoption(_ context: Context) {
    guard let report = context.state.adoption else { return }
    let look = context.look
    let columns = min(72, context.width - 4)
    var lines: [(String, Style)] = []
    let moved = "\(report.moved) \(report.moved == 1 ? "process" : "processes")"
    switch report.stage {
    case .moving: lines.append(("moving: \(moved) so far", look.text))
    case .done: lines.append(("adopted: \(moved) moved", look.ok.bold))
    case .refused(let failure): lines.append(("refused: \(failure.sentence)", look.bad.bold))
    }
    for process in report.left {
      lines.append(
        ("stayed: \(process.pid) \(process.name), \(process.reason)", look.warn))
    }
    lines += report.notes.map { ($0, look.text) }
    let wrapped = lines.flatMap { line, style in
      wrap(line, width: columns - 4).map { ($0, style) }
    }
    let inner = drawBox(
      title: "adopt \(report.target.name)", columns: columns, rows: wrapped.count + 2, context)
    for (row, line) in wrapped.prefix(inner.height).enumerated() {
      canvas.write(
        line.0, x: inner.x, y: inner.y + row, width: inner.width, ellipsis: look.glyphs.ellipsis,
        line.1)
    }
  }
}
