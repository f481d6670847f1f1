import Drawing

/// One column of a table whose rows are `Row`s.
struct Column<Row>: Sendable {
  let title: String
  /// What stands at the right end of the title: the meaning of the numbers.
  let note: String
  let sort: SortKey?
  /// Titles of numbers stand over the numbers' end.
  let isNumber: Bool
  let width: @Sendable (Context) -> ColumnWidth
  let draw: @Sendable (inout Canvas, Slot, Row, Context) -> Void

  init(
    _ title: String, note: String = "", sort: SortKey? = nil, isNumber: Bool = false,
    width: @escaping @Sendable (Context) -> ColumnWidth,
    draw: @escaping @Sendable (inout Canvas, Slot, Row, Context) -> Void
  ) {
    self.title = title
    self.note = note
    self.sort = sort
    self.isNumber = isNumber
    self.width = width
    self.draw = draw
  }
}

/// The cells of one column in one row.
struct Slot {
  var x: Int
  var y: Int
  var width: Int
  /// 2 on a roomy screen.
  var height: Int
  var isSelected: Bool
  /// The row's background.
  var background: Style

  var endX: Int { x + width }

  func paint(_ style: Style) -> Style { style.overBackground(of: background) }
}

/// Where the columns that fit stand.
struct TableFit {
  var slots: [(index: Int, x: Int, width: Int)] = []

  init<Row>(_ columns: [Column<Row>], in area: Rect, _ context: Context) {
    let gap = context.width >= 100 ? 2 : 1
    let widths = fitColumns(columns.map { $0.width(context) }, into: area.width, gap: gap)
    var x = area.x
    for (index, width) in widths.enumerated() {
      guard let width else { continue }
      slots.append((index, x, width))
      x += width + gap
    }
  }
}

extension Frame {
  /// The titles of a table, the sorted one marked; a click sorts by it.
  mutating func drawTitles<Row>(
    _ columns: [Column<Row>], fit: TableFit, y: Int, sorted: (key: SortKey, isInverted: Bool),
    _ context: Context
  ) {
    let look = context.look
    for slot in fit.slots {
      let column = columns[slot.index]
      let isSorted = column.sort == sorted.key
      let style = isSorted ? look.accent.bold : look.dim.bold
      var title = column.title
      if isSorted {
        let ascending = sorted.key.isAscending != sorted.isInverted
        title.unicodeScalars.append(ascending ? look.glyphs.ascending : look.glyphs.descending)
      }
      let columns = title.columns
      let x = column.isNumber ? max(slot.x, slot.x + slot.width - columns) : slot.x
      let end = canvas.write(
        title, x: x, y: y, width: slot.width, ellipsis: look.glyphs.ellipsis, style)
      if !column.note.isEmpty, column.note.columns < slot.x + slot.width - end {
        canvas.write(column.note, endingAt: slot.x + slot.width, y: y, look.dim)
      }
      if let sort = column.sort {
        let rect = Rect(x: slot.x, y: y, width: slot.width, height: 1)
        targets.append(ClickArea(rect: rect, action: isSorted ? .invertSort : .sort(sort)))
      }
    }
  }

  /// One row of a table.
  mutating func drawRow<Row>(
    _ row: Row, _ columns: [Column<Row>], fit: TableFit, y: Int, height: Int, isSelected: Bool,
    in area: Rect, _ context: Context
  ) {
    var background = context.look.text
    if isSelected {
      background.background = context.look.selection.background
      canvas.fill(
        Rect(x: area.x, y: y, width: area.width, height: height), " ", background)
      canvas.put(
        context.glyphs.selected, x: area.x, y: y,
        context.look.accent.bold.overBackground(of: background))
    }
    for place in fit.slots {
      let slot = Slot(
        x: place.x, y: y, width: place.width, height: height, isSelected: isSelected,
        background: background)
      columns[place.index].draw(&canvas, slot, row, context)
    }
  }

  /// A bar at the right edge that says which part of a list is on the screen.
  mutating func drawScrollBar(in rect: Rect, top: Int, page: Int, count: Int, _ look: Look) {
    guard count > page, rect.height > 0 else { return }
    let thumb = max(1, rect.height * page / count)
    let start = (rect.height - thumb) * top / max(1, count - page)
    for row in 0..<rect.height {
      let isThumb = row >= start && row < start + thumb
      canvas.put(
        isThumb ? look.glyphs.scrollThumb : look.glyphs.vertical, x: rect.endX - 1,
        y: rect.y + row, isThumb ? look.accent : look.border)
    }
  }
}
