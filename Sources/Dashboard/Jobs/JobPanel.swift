import Drawing
import Model

extension Frame {
  /// The selected job below the table: what holds it back, its numbers, its recent past.
  mutating func drawJobPanel(_ context: Context) {
    let panel = context.layout.panel
    guard panel.height >= 3 else { return }
    if context.state.draft != nil {
      drawDraftPanel(context)
      return
    }
    guard let job = context.selectedJob else { return }
    drawRule(
      job.job, name: job.job.name.string, note: Self.position(context.state.jobs, context),
      y: panel.y, context)
    var area = Rect(
      x: panel.x + 2, y: panel.y + 1, width: panel.width - 4, height: panel.height - 1)
    let trends = Trend.all(of: job, context)
    if panel.width >= 110, panel.height >= 7 {
      let graphs = panel.width * 2 / 5
      area.width -= graphs + 3
      drawTrends(
        trends,
        in: Rect(x: area.endX + 3, y: area.y, width: graphs, height: area.height), context)
    } else {
      drawTrendLine(trends, in: area.takeBottom(1), context.look)
    }
    let y = drawWhy(job, in: area, context)
    _ = drawFacts(
      JobFacts(job: job, context: context).all,
      in: Rect(x: area.x, y: y, width: area.width, height: area.endY - y), context.look)
  }

  private static func position(_ list: JobList, _ context: Context) -> String {
    var note = list.isFollowing ? "following" : ""
    let page = context.layout.listRows(of: list.rows.count)
    if list.rows.count > page {
      if !note.isEmpty { note += ", " }
      let last = min(list.rows.count, list.scroll.top + page)
      note += "\(list.scroll.top + 1)-\(last) of \(list.rows.count)"
    }
    return note
  }
}
