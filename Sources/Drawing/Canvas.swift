/// One character cell: a scalar and how it looks.
///
/// A scalar that is two columns wide is followed by a cell whose scalar is NUL.
package struct Cell: Sendable, Hashable {
  package var scalar: Unicode.Scalar
  package var style: Style

  package init(_ scalar: Unicode.Scalar = " ", _ style: Style = Style()) {
    self.scalar = scalar
    self.style = style
  }
}

/// A rectangle of cells that screens are drawn on.
///
/// It knows neither a terminal nor a job.
///
/// Drawing outside of it is cut off; nothing wraps.
package struct Canvas: Sendable, Equatable {
  package private(set) var size: Size
  /// Row after row, each `size.columns` long.
  package private(set) var cells: [Cell]

  package init(size: Size) {
    self.size = size
    cells = Array(repeating: Cell(), count: max(0, size.columns) * max(0, size.rows))
  }

  package var bounds: Rect { Rect(x: 0, y: 0, width: size.columns, height: size.rows) }

  package subscript(x: Int, y: Int) -> Cell {
    get { cells[y * size.columns + x] }
    set { cells[y * size.columns + x] = newValue }
  }

  /// Blanks every cell, keeping the storage; gives the canvas another size when one is named.
  package mutating func clear(size newSize: Size? = nil, style: Style = Style()) {
    if let newSize, newSize != size {
      self = Canvas(size: newSize)
    }
    let blank = Cell(" ", style)
    for index in cells.indices { cells[index] = blank }
  }

  /// Puts one scalar of one column width.
  package mutating func put(_ scalar: Unicode.Scalar, x: Int, y: Int, _ style: Style) {
    guard x >= 0, y >= 0, x < size.columns, y < size.rows else { return }
    cells[y * size.columns + x] = Cell(scalar, style)
  }

  /// Writes text from `x` on, at most `width` columns of it, and returns the column after it.
  ///
  /// Text that does not fit ends in `…` (or `~` where only ASCII may be drawn).
  @discardableResult
  package mutating func write(
    _ text: String, x: Int, y: Int, width: Int = .max, ellipsis: Unicode.Scalar = "…",
    _ style: Style
  ) -> Int {
    guard y >= 0, y < size.rows, x >= 0 else { return x }
    let end = width > size.columns - x ? size.columns : x + width
    var column = x
    var lastStart = x
    for scalar in text.unicodeScalars {
      let columns = scalar.columns
      if columns == 0 { continue }
      if column + columns > end {
        // Cut: the last column that was written makes room for the mark.
        if column > x, column == end {
          put(ellipsis, x: lastStart, y: y, style)
          if lastStart + 1 < column { put(" ", x: lastStart + 1, y: y, style) }
        } else if column < end {
          put(ellipsis, x: column, y: y, style)
          column += 1
        }
        return column
      }
      cells[y * size.columns + column] = Cell(scalar, style)
      if columns == 2 { cells[y * size.columns + column + 1] = Cell("\0", style) }
      lastStart = column
      column += columns
    }
    return column
  }

  /// Writes text so that it ends before column `end`.
  package mutating func write(
    _ text: String, endingAt end: Int, y: Int, _ style: Style
  ) {
    write(text, x: max(0, end - text.columns), y: y, style)
  }

  /// Fills a rectangle with one scalar.
  package mutating func fill(_ rect: Rect, _ scalar: Unicode.Scalar = " ", _ style: Style) {
    for y in max(0, rect.y)..<max(0, min(rect.endY, size.rows), max(0, rect.y)) {
      for x in max(0, rect.x)..<max(0, min(rect.endX, size.columns), max(0, rect.x)) {
        cells[y * size.columns + x] = Cell(scalar, style)
      }
    }
  }

  /// Restyles a rectangle, keeping what is written there.
  package mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
    for y in max(0, rect.y)..<max(0, min(rect.endY, size.rows), max(0, rect.y)) {
      for x in max(0, rect.x)..<max(0, min(rect.endX, size.columns), max(0, rect.x)) {
        cells[y * size.columns + x].style = change(cells[y * size.columns + x].style)
      }
    }
  }

  /// Puts `?` for every character that a terminal without Unicode cannot show, such as in names; what
  /// sentences are written with has a likeness.
  package mutating func replaceNonASCII() {
    for index in cells.indices
    where cells[index].scalar.value < 0x20 || !cells[index].scalar.isASCII {
      cells[index].scalar =
        switch cells[index].scalar {
        case "→": ">"
        case "–", "−": "-"
        case "…": "~"
        case "×": "x"
        default: "?"
        }
    }
  }

  /// What is written on it, one string a row, blanks at the end of a row left out.
  package var lines: [String] {
    (0..<size.rows).map { y in
      var line = String.UnicodeScalarView()
      for cell in cells[(y * size.columns)..<((y + 1) * size.columns)] where cell.scalar != "\0" {
        line.append(cell.scalar)
      }
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }
}
