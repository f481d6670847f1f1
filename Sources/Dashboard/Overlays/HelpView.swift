import Drawing

extension Frame {
  /// Help over the whole screen between header and bottom bar; typing searches it.
  mutating func drawHelp(_ search: Search, _ context: Context) {
    let look = context.look
    let size = context.state.size
    canvas.fill(
      Rect(x: 0, y: 1, width: size.columns, height: context.layout.bar.y - 1), " ", look.text)
    var inner = drawBox(
      title: "help", columns: HelpText.boxWidth(size), rows: size.rows - 3, context)
    drawField("search: ", search.text, in: inner.takeTop(1), look)
    _ = inner.takeTop(1)
    let lines = HelpText.lines(matching: search.text, in: size, glyphs: look.glyphs)
    guard !lines.isEmpty else {
      canvas.write("nothing about that", x: inner.x, y: inner.y, look.dim)
      return
    }
    let top = max(0, min(search.index, lines.count - inner.height))
    let keyWidth = HelpText.keyWidth
    for (row, line) in lines.dropFirst(top).prefix(inner.height).enumerated() {
      let y = inner.y + row
      switch line.kind {
      case .blank: break
      case .heading: canvas.write(line.text, x: inner.x, y: y, look.accent.bold)
      case .entry:
        canvas.write(
          line.key, x: inner.x, y: y, width: keyWidth, ellipsis: look.glyphs.ellipsis, look.strong)
        canvas.write(
          line.text, x: inner.x + keyWidth + 1, y: y, width: inner.width - keyWidth - 2,
          ellipsis: look.glyphs.ellipsis, look.text)
      }
    }
    drawScrollBar(
      in: Rect(x: inner.x, y: inner.y, width: inner.width + 1, height: inner.height), top: top,
      page: inner.height, count: lines.count, look)
  }
}
