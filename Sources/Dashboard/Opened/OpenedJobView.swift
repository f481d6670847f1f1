import Drawing
import Model

extension Frame {
  /// One job alone: its gauges at full width, its numbers, its past and its processes.
  mutating func drawOpenedJob(_ opened: OpenedJobState, _ context: Context) {
    let layout = context.layout
    guard let job = context.moment.jobs.first(where: { $0.id == opened.id }) else {
      drawRule(nil, name: opened.name.string, note: "", y: layout.facts.y, context)
      canvas.write(
        "This job has ended. Esc goes back to the list.", x: 2, y: layout.facts.y + 2,
        context.look.text)
      return
    }
    var area = layout.facts
    let count = opened.rows.map { $0.count == 1 ? "1 process" : "\($0.count) processes" } ?? ""
    drawRule(job.job, name: job.job.name.string, note: count, y: area.takeTop(1).y, context)
    area = Rect(x: 2, y: area.y, width: area.width - 4, height: area.height)
    drawOpenedGauges(job, in: area.takeTop(area.height >= 14 ? 4 : 2), context)
    let trends = Trend.all(of: job, context)
    if area.width >= 106, area.height >= 6 {
      let graphs = area.width * 2 / 5
      drawTrends(
        trends,
        in: Rect(
          x: area.endX - graphs, y: area.y + 1, width: graphs, height: area.height - 2),
        context)
      area.width -= graphs + 3
      _ = area.takeTop(1)
    } else {
      drawTrendLine(trends, in: area.takeBottom(1), context.look)
    }
    let y = drawWhy(job, in: area, context)
    _ = drawFacts(
      JobFacts(job: job, context: context).all,
      in: Rect(x: area.x, y: y, width: area.width, height: area.endY - y), context.look)
    if opened.showsFindings {
      drawFindings(opened, job, context)
    } else {
      drawProcesses(opened, context)
    }
  }

  /// The two gauges of the table, as wide as the screen and with their lines in one column.
  private mutating func drawOpenedGauges(_ job: JobMoment, in rect: Rect, _ context: Context) {
    let look = context.look
    guard let index = context.moment.jobs.firstIndex(where: { $0.id == job.id }) else { return }
    // The used amounts end in one column too.
    var scales = [context.cores, context.memory]
    let usedWidth = scales.map(\.usedWidth).max() ?? 0
    for row in scales.indices { scales[row].usedWidth = usedWidth }
    let numbers = scales.map { GaugeCell.numberWidth($0, context) }
    let height = rect.height / 2
    let gauge = rect.width - Self.labels - (numbers.max() ?? 0)
    for (row, label, style, cell) in [
      (0, "CORES", look.cpu, GaugeCell.cores(of: .job(index), context)),
      (1, "MEM GiB", look.memory, GaugeCell.memory(of: .job(index), context)),
    ] {
      canvas.write(label, x: rect.x, y: rect.y + row * height, style.bold)
      let slot = Slot(
        x: rect.x + Self.labels, y: rect.y + row * height, width: gauge + numbers[row],
        height: height,
        isSelected: false, background: look.text)
      cell?.draw(on: &canvas, in: slot, scales[row], context)
    }
  }

  private static let labels = 9

  private mutating func drawProcesses(_ opened: OpenedJobState, _ context: Context) {
    let (layout, look) = (context.layout, context.look)
    let area = layout.processes
    guard let rows = opened.rows, let processes = context.moment.opened?.processes else {
      let text =
        context.state.held == nil
        ? "reading processes\(look.glyphs.ellipsis)"
        : "The display is held at a moment without these processes. f goes on."
      canvas.write(text, x: 2, y: layout.processTitles.y, look.dim)
      return
    }
    let inner = Rect(x: 2, y: area.y, width: area.width - 3, height: area.height)
    let fit = TableFit(ProcessColumns.all, in: inner, context)
    drawTitles(
      ProcessColumns.all, fit: fit, y: layout.processTitles.y,
      sorted: (opened.sort.key, opened.sort.isInverted), context)
    var y = area.y
    for row in rows.indices.dropFirst(opened.scroll.top).prefix(layout.processRows) {
      guard processes.indices.contains(rows[row]) else { continue }
      drawRow(
        processes[rows[row]], ProcessColumns.all, fit: fit, y: y, height: 1,
        isSelected: row == opened.selectedRow, in: area, context)
      let reading = processes[rows[row]].reading
      targets.append(
        ClickArea(
          rect: Rect(x: 0, y: y, width: area.width, height: 1),
          action: .selectProcess(pid: reading.pid, start: reading.start)))
      y += 1
    }
    drawScrollBar(
      in: area, top: opened.scroll.top, page: layout.processRows, count: rows.count, look)
  }
}
