import Drawing
import Model

extension View {
  /// What kinds of memory each job holds, under its limits, and how it grows.
  static let memory = View(
    id: .memory, name: "Memory", key: "3", totals: [.other, .uncharged, .free], hasPanel: true
  ) { frame, context in
    frame.drawJobTable(MemoryColumns.all, totals: [.other, .uncharged, .free], context)
    frame.drawMemoryPanel(context)
  }
}

/// The columns of the memory view, from left to right.
enum MemoryColumns {
  static let all: [Column<JobRow>] = [
    JobColumns.name, kinds, anonymous, shared, kernel, cache, growth, peak, kills,
  ]
}

extension Frame {
  /// The selected job's memory, what the bars are made of, and the swap.
  mutating func drawMemoryPanel(_ context: Context) {
    let panel = context.layout.panel
    guard panel.height >= 3 else { return }
    if context.state.draft != nil {
      drawDraftPanel(context)
      return
    }
    let look = context.look
    let job = context.selectedJob
    drawRule(
      job?.job, name: job?.job.name.string ?? "Memory", note: swapNote(context), y: panel.y,
      context)
    var area = Rect(
      x: panel.x + 2, y: panel.y + 1, width: panel.width - 4, height: panel.height - 1)
    let legend = area.takeTop(1)
    if panel.height >= 10 { _ = area.takeTop(1) }
    guard let job else {
      drawLegend(x: legend.x, y: legend.y, end: legend.endX, look)
      return
    }
    let trends = Trend.all(of: job, context).filter { $0.label == "memory" }
    if panel.width >= 110, area.height >= 4 {
      let graphs = panel.width * 2 / 5
      area.width -= graphs + 3
      drawTrends(
        trends, in: Rect(x: area.endX + 3, y: legend.y, width: graphs, height: panel.height - 1),
        context)
    } else {
      drawTrendLine(trends, in: area.takeBottom(1), look)
    }
    drawLegend(x: legend.x, y: legend.y, end: area.endX, look)
    _ = drawFacts([JobFacts(job: job, context: context).memory], in: area, look)
  }

  private func swapNote(_ context: Context) -> String {
    let box = context.moment.box
    guard let swap = box.swap else { return "" }
    guard swap.count > 0 else { return "no swap" }
    let used = box.swapUsed.map { Format.bytes($0) } ?? context.look.unknown
    return "swap: \(used) of \(Format.bytes(swap)) used"
  }

  private mutating func drawLegend(x: Int, y: Int, end: Int, _ look: Look) {
    var x = x
    for kind in MemoryKind.allCases where x + 4 + kind.word.columns <= end {
      for cell in 0..<3 {
        canvas.put(kind.glyph(look.glyphs), x: x + cell, y: y, kind.style(look))
      }
      x = canvas.write(kind.word, x: x + 4, y: y, look.text) + 2
    }
  }
}
