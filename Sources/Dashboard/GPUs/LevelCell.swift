import Drawing

/// A bar of a whole and, right of it, `used/whole` with the slash at the same column in every row.
struct LevelCell {
  var used: Double?
  var whole: Double?
  var usedText: String
  var wholeText: String
  /// Columns of what stands before and after the slash.
  var widths: (used: Int, whole: Int)
  var style: Style

  static func numberWidth(_ widths: (used: Int, whole: Int)) -> Int {
    widths.used + 1 + widths.whole
  }

  func draw(on canvas: inout Canvas, in slot: Slot, isDim: Bool, _ look: Look) {
    let glyphs = look.glyphs
    let text = slot.paint(isDim ? look.dim : look.text)
    // Where neither is offered, or neither could be read, it is said once.
    if used == nil, usedText == wholeText {
      canvas.write(usedText, endingAt: slot.endX, y: slot.y, slot.paint(look.dim))
      return
    }
    let slash = slot.endX - widths.whole - 1
    canvas.write(usedText, endingAt: slash, y: slot.y, text)
    canvas.write("/" + wholeText, x: slash, y: slot.y, slot.paint(look.dim))
    var x = slot.x
    var width = slot.width - Self.numberWidth(widths) - 1
    guard width >= 4 else { return }
    if let ends = glyphs.gaugeEnds {
      canvas.put(ends[0], x: x, y: slot.y, slot.paint(look.dim))
      canvas.put(ends[1], x: x + width - 1, y: slot.y, slot.paint(look.dim))
      x += 1
      width -= 2
    }
    guard let whole, whole > 0 else { return }
    let style = isDim ? look.dim : style
    StackedBar(
      parts: [.init(min(used ?? 0, whole), glyphs.shades[0], slot.paint(style))], scale: whole
    ).draw(
      on: &canvas, x: x, y: slot.y, width: width, height: slot.height, scaleWidth: width,
      track: glyphs.track, trackStyle: slot.paint(look.border), glyphs: glyphs)
  }
}
