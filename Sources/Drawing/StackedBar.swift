/// A bar of several amounts one after the other, with marks over it.
///
/// All amounts are in one unit, which the bar does not know.
package struct StackedBar: Sendable {
  /// One part: an amount and how it is filled.
  package struct Part: Sendable {
    package var amount: Double
    package var glyph: Unicode.Scalar
    package var style: Style

    package init(_ amount: Double, _ glyph: Unicode.Scalar, _ style: Style) {
      self.amount = amount
      self.glyph = glyph
      self.style = style
    }
  }

  /// A thin line at an amount counted from the bar's start.
  package struct Mark: Sendable {
    package var amount: Double
    package var glyph: Unicode.Scalar
    package var style: Style

    package init(_ amount: Double, _ glyph: Unicode.Scalar, _ style: Style) {
      self.amount = amount
      self.glyph = glyph
      self.style = style
    }
  }

  package var parts: [Part]
  package var marks: [Mark]
  /// The amount at ``scaleWidth``.
  package var scale: Double

  package init(parts: [Part], marks: [Mark] = [], scale: Double) {
    self.parts = parts
    self.marks = marks
    self.scale = scale
  }

  /// Draws the bar into `width` cells, of which the first `scaleWidth` are the scale.
  ///
  /// A cell shows the part that takes most of it; where the bar ends in a solid part it ends at an
  /// eighth. In two rows it looks one and a half high.
  package func draw(
    on canvas: inout Canvas, x: Int, y: Int, width: Int, height: Int = 1, scaleWidth: Int,
    track: Unicode.Scalar, trackStyle: Style, glyphs: Glyphs
  ) {
    guard width > 0, scale > 0, scale.isFinite else { return }
    let perUnit = Double(scaleWidth) / scale
    for cell in 0..<width {
      if cell < scaleWidth { canvas.put(track, x: x + cell, y: y, trackStyle) }
      let (part, filled) = content(of: cell, perUnit: perUnit)
      guard let part else { continue }
      let isSolid = part.glyph == glyphs.bars.last && glyphs.bars.count == 8
      let eighths = Int((filled * 8).rounded())
      if isSolid, eighths > 0 {
        canvas.put(glyphs.bars[eighths - 1], x: x + cell, y: y, part.style)
      } else if !isSolid, filled >= 0.5 {
        canvas.put(part.glyph, x: x + cell, y: y, part.style)
      }
      if height > 1, isSolid, eighths >= 4 {
        canvas.put(glyphs.halfBars[eighths == 8 ? 0 : 1], x: x + cell, y: y + 1, part.style)
      }
    }
    for mark in marks where mark.amount.isFinite && mark.amount >= 0 {
      let position = (mark.amount * perUnit).rounded()
      guard position < Double(width) else { continue }
      for row in 0..<(mark.glyph == glyphs.line ? height : 1) {
        canvas.put(mark.glyph, x: x + Int(position), y: y + row, mark.style)
      }
    }
  }

  /// The part that takes most of a cell, and how much of the cell all parts fill.
  private func content(of cell: Int, perUnit: Double) -> (part: Part?, filled: Double) {
    let (start, end) = (Double(cell), Double(cell + 1))
    var sum = 0.0
    var best: (part: Part?, share: Double) = (nil, 0)
    for part in parts where part.amount.isFinite && part.amount > 0 {
      let from = sum * perUnit
      sum += part.amount
      let share = min(sum * perUnit, end) - max(from, start)
      if share > best.share { best = (part, share) }
    }
    return (best.part, min(max(0, sum * perUnit - start), 1))
  }
}
