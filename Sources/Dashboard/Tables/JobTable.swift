import Drawing
import Model

extension Frame {
  /// The titles, jobs and totals of a view's table; the totals follow the jobs closely.
  mutating func drawJobTable(_ columns: [Column<JobRow>], totals: [JobRow], _ context: Context) {
    let (layout, list, look) = (context.layout, context.state.jobs, context.look)
    let area = layout.table
    // One column for the mark of the selected row, one for the scroll bar.
    let inner = Rect(x: area.x + 2, y: area.y, width: area.width - 3, height: area.height)
    let fit = TableFit(columns, in: inner, context)
    drawTitles(
      columns, fit: fit, y: layout.titles.y, sorted: (list.sort.key, list.sort.isInverted), context)

    let count = list.rows.count
    let height = layout.height(of: count)
    let page = layout.listRows(of: count)
    var y = area.y
    for row in list.rows.indices.dropFirst(list.scroll.top).prefix(page) {
      let index = list.rows[row]
      guard context.moment.jobs.indices.contains(index) else { continue }
      drawRow(
        JobRow.job(index), columns, fit: fit, y: y, height: height,
        isSelected: row == list.selectedRow, in: area, context)
      let id = context.moment.jobs[index].id
      if case .giving(let giving) = context.state.mode, giving.giver == id {
        canvas.put("-", x: area.x, y: y, look.draft.bold.reversed)
      }
      targets.append(
        ClickArea(
          rect: Rect(x: area.x, y: y, width: area.width, height: height), action: .select(id),
          doubleAction: .openJob(id)))
      y += height
    }
    if count == 0 {
      let bottom = area.endY - totals.count * height
      y += drawEmptyBox(
        in: Rect(x: inner.x, y: y, width: inner.width, height: bottom - y), context)
    }
    drawScrollBar(
      in: Rect(x: area.x, y: area.y, width: area.width, height: y - area.y),
      top: list.scroll.top, page: page, count: count, look)
    for total in totals where y + height <= area.endY {
      drawRow(
        total, columns, fit: fit, y: y, height: height, isSelected: false, in: area, context)
      y += height
    }
  }
}
