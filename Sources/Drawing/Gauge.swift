/// A bar of use against a limit, with the load line at the same column whatever the limit is.
///
/// All amounts are in one unit, which the gauge does not know.
package struct Gauge: Sendable, Equatable {
  /// What is used; nil while unknown, which leaves the bar empty but the line standing.
  package var used: Double?
  /// What is held besides but could be taken back at once, such as page cache.
  package var reclaimable: Double = 0
  /// What would be used if nothing held it back; nil where nothing does.
  package var demand: Double?
  /// Where the line stands; nil measures against ``whole`` with a dotted line.
  package var limit: Double?
  /// The scale where there is no limit.
  package var whole: Double
  /// Another amount worth a thin mark: a budget or a softer limit.
  package var mark: Double?
  /// The limit as a draft would have it, where it differs: ``whole`` for none.
  ///
  /// The wider of the two stands at the line's column and is the scale, so that both are on it.
  package var drafted: Double?

  package init(
    used: Double?, reclaimable: Double = 0, demand: Double? = nil, limit: Double?, whole: Double,
    mark: Double? = nil, drafted: Double? = nil
  ) {
    self.used = used
    self.reclaimable = reclaimable
    self.demand = demand
    self.limit = limit
    self.whole = whole
    self.mark = mark
    self.drafted = drafted
  }

  /// The amount at the line's column.
  var scale: Double {
    let present = limit ?? whole
    guard let drafted, drafted.isFinite else { return present }
    // Without a limit the box is far too wide a scale for a line drawn near the use.
    return limit == nil ? drafted : max(present, drafted)
  }
}

/// How the parts of a gauge look; the bar itself takes the theme's gradient.
package struct GaugePaint: Sendable, Equatable {
  package var reclaimable: Style
  package var unmet: Style
  package var line: Style
  package var noLine: Style
  package var mark: Style
  package var slack: Style
  package var drafted: Style

  package init(
    reclaimable: Style, unmet: Style, line: Style, noLine: Style, mark: Style, slack: Style,
    drafted: Style = Style(attributes: .reverse)
  ) {
    self.reclaimable = reclaimable
    self.unmet = unmet
    self.line = line
    self.noLine = noLine
    self.mark = mark
    self.slack = slack
    self.drafted = drafted
  }
}

extension Gauge {
  /// The column, counted from the gauge's first, at which the line stands in a gauge this wide.
  ///
  /// Three tenths stay to its right, so that a demand of up to 1.4 limits is on the scale.
  package static func lineColumn(width: Int, glyphs: Glyphs) -> Int {
    let ends = glyphs.gaugeEnds == nil ? 0 : 1
    return ends + max(0, (width - 2 * ends - 1) * 7 / 10)
  }

  /// Draws the gauge into one row, or into two that look like one and a half.
  package func draw(
    on canvas: inout Canvas, x: Int, y: Int, width: Int, height: Int = 1, theme: Theme,
    paint: GaugePaint, glyphs: Glyphs
  ) {
    guard width > 4 else { return }
    let cells = GaugeCells(self, width: width, glyphs: glyphs)
    drawRow(of: cells, on: &canvas, x: x, y: y, width: width, theme, paint, glyphs)
    if height > 1 {
      drawLowerRow(of: cells, on: &canvas, x: x, y: y + 1, theme, paint, glyphs)
    }
    let mark = mark.map { ($0, glyphs.budgetMark, paint.mark) }
    // The narrower line lies in the bar; the wider one is drawn with it.
    var other: (Double, Unicode.Scalar, Style)?
    if let drafted, let limit {
      other =
        drafted < limit
        ? (drafted, glyphs.draftedLine, paint.drafted) : (limit, glyphs.line, paint.line)
    }
    for case let (amount, glyph, style)? in [mark, other] {
      drawMark(
        amount, glyph, style, on: &canvas, x: x + cells.first, y: y, cells: cells)
    }
  }

  private func drawRow(
    of cells: GaugeCells, on canvas: inout Canvas, x: Int, y: Int, width: Int, _ theme: Theme,
    _ paint: GaugePaint, _ glyphs: Glyphs
  ) {
    if let ends = glyphs.gaugeEnds {
      canvas.put(ends[0], x: x, y: y, paint.slack)
      canvas.put(ends[1], x: x + width - 1, y: y, paint.slack)
    }
    for cell in 0..<cells.count {
      let column = x + cells.first + cell
      switch cells[cell] {
      case .line: drawLine(on: &canvas, x: column, y: y, paint, glyphs)
      case .used(let eighths):
        canvas.put(
          glyphs.bars[eighths * glyphs.bars.count / 8 - 1], x: column, y: y,
          cells.style(cell, theme, on: paint.slack))
      case .reclaimable: canvas.put(glyphs.reclaimable, x: column, y: y, paint.reclaimable)
      case .unmet: canvas.put(glyphs.unmet, x: column, y: y, paint.unmet)
      case .beyond: canvas.put(glyphs.beyond, x: column, y: y, paint.unmet)
      case .slack: canvas.put(glyphs.slack, x: column, y: y, paint.slack)
      case .empty: canvas.put(" ", x: column, y: y, paint.slack)
      }
    }
  }

  /// The upper half of what is solid, and the line all the way down.
  private func drawLowerRow(
    of cells: GaugeCells, on canvas: inout Canvas, x: Int, y: Int, _ theme: Theme,
    _ paint: GaugePaint, _ glyphs: Glyphs
  ) {
    for cell in 0..<cells.count {
      let column = x + cells.first + cell
      switch cells[cell] {
      case .line: drawLine(on: &canvas, x: column, y: y, paint, glyphs)
      case .used(let eighths) where eighths >= 4:
        canvas.put(
          glyphs.halfBars[eighths == 8 ? 0 : 1], x: column, y: y,
          cells.style(cell, theme, on: paint.slack))
      default: break
      }
    }
  }

  private func drawLine(
    on canvas: inout Canvas, x: Int, y: Int, _ paint: GaugePaint, _ glyphs: Glyphs
  ) {
    if let drafted, drafted >= limit ?? 0 {
      canvas.put(glyphs.draftedLine, x: x, y: y, paint.drafted)
      return
    }
    let isLimit = limit != nil
    canvas.put(
      isLimit ? glyphs.line : glyphs.noLine, x: x, y: y, isLimit ? paint.line : paint.noLine)
  }

  /// The mark lies over the bar: it keeps the colour beneath it as its background.
  private func drawMark(
    _ amount: Double, _ glyph: Unicode.Scalar, _ paint: Style, on canvas: inout Canvas, x: Int,
    y: Int, cells: GaugeCells
  ) {
    guard amount.isFinite, let cell = cells.column(of: amount) else { return }
    let column = x + cell
    guard column < canvas.size.columns, y < canvas.size.rows else { return }
    var style = paint
    if case .used(8) = cells[cell], canvas[column, y].style.foreground != .standard {
      style.background = canvas[column, y].style.foreground
    }
    canvas.put(glyph, x: column, y: y, style)
  }
}

extension GaugeCells {
  /// A cell of the bar is the hotter the nearer it is to the line, whatever the bar's length: so a
  /// change of one cell changes one cell.
  fileprivate func style(_ cell: Int, _ theme: Theme, on background: Style) -> Style {
    theme.load(Double(cell) / Double(max(1, line))).overBackground(of: background)
  }
}

extension Style {
  /// This style with another's background, for marks and bars on a coloured row.
  package func overBackground(of other: Style) -> Style {
    var style = self
    style.background = other.background
    return style
  }
}
