import Drawing

extension Frame {
  /// A framed empty box over the screen, in its middle, and returns the room inside.
  ///
  /// Nothing beneath it can be clicked any more.
  mutating func drawBox(title: String, columns: Int, rows: Int, _ context: Context) -> Rect {
    let look = context.look
    let (size, glyphs) = (context.state.size, look.glyphs)
    let width = min(columns, size.columns)
    let height = min(rows, size.rows - 3)
    let box = Rect(
      x: (size.columns - width) / 2, y: max(1, (size.rows - height) / 3), width: width,
      height: height)
    canvas.fill(box, " ", look.text)
    for x in box.x..<box.endX {
      canvas.put(glyphs.horizontal, x: x, y: box.y, look.border)
      canvas.put(glyphs.horizontal, x: x, y: box.endY - 1, look.border)
    }
    for y in box.y..<box.endY {
      canvas.put(glyphs.vertical, x: box.x, y: y, look.border)
      canvas.put(glyphs.vertical, x: box.endX - 1, y: y, look.border)
    }
    for (corner, x, y) in [
      (0, box.x, box.y), (1, box.endX - 1, box.y), (2, box.x, box.endY - 1),
      (3, box.endX - 1, box.endY - 1),
    ] {
      canvas.put(glyphs.corners[corner], x: x, y: y, look.border)
    }
    canvas.write(" \(title) ", x: box.x + 2, y: box.y, width: box.width - 4, look.accent.bold)
    let bar = context.layout.bar.y
    targets.removeAll { $0.rect.y != bar }
    return Rect(x: box.x + 2, y: box.y + 1, width: box.width - 4, height: box.height - 2)
  }

  /// A line in which something is typed.
  mutating func drawField(_ prompt: String, _ text: String, in rect: Rect, _ look: Look) {
    let start = canvas.write(prompt, x: rect.x, y: rect.y, look.dim)
    let room = rect.endX - start - 1
    let shown = text.columns > room ? String(text.suffix(max(0, room))) : text
    let end = canvas.write(shown, x: start, y: rect.y, width: room, look.strong)
    canvas.put(look.glyphs.cursor, x: end, y: rect.y, look.accent)
  }

  /// A line of a list of choices, marked where it is the chosen one; a click chooses it.
  mutating func drawChoice(
    _ name: String, key: String, index: Int, isChosen: Bool, in rect: Rect, _ look: Look
  ) {
    var background = look.text
    if isChosen {
      background.background = look.selection.background
      canvas.fill(rect, " ", background)
      canvas.put(
        look.glyphs.selected, x: rect.x, y: rect.y, look.accent.overBackground(of: background))
    }
    let style = isChosen ? look.strong.on(look.selection) : look.text
    canvas.write(
      name, x: rect.x + 2, y: rect.y, width: rect.width - 4 - key.columns,
      ellipsis: look.glyphs.ellipsis, style)
    canvas.write(
      key, endingAt: rect.endX - 1, y: rect.y, look.accent.bold.overBackground(of: background))
    targets.append(ClickArea(rect: rect, action: .choose(index)))
  }
}
