import Drawing
import Model

extension View {
  /// Every GPU: whose it is, what it does, and since when it does nothing.
  static let gpus = View(
    id: .gpus, name: "GPUs", key: "4", totals: [], hasPanel: true, leastPanel: 2, word: "GPUs"
  ) { frame, context in
    guard context.hasGPUs else {
      frame.drawNoGPUs(context)
      return
    }
    frame.drawGPUs(context)
    frame.drawGPUPanel(context)
  }
}

extension Frame {
  fileprivate mutating func drawGPUs(_ context: Context) {
    let (layout, state) = (context.layout, context.state.gpus)
    let area = layout.table
    let inner = Rect(x: area.x + 2, y: area.y, width: area.width - 3, height: area.height)
    let columns = GPUColumns.all(context.moment)
    let fit = TableFit(columns, in: inner, context)
    drawTitles(columns, fit: fit, y: layout.titles.y, sorted: (.name, false), context)
    let count = state.rows.count
    let height = layout.height(of: count)
    let page = layout.gpuRows(of: count)
    var y = area.y
    for row in state.rows.indices.dropFirst(state.scroll.top).prefix(page) {
      guard context.moment.gpus.indices.contains(state.rows[row]) else { continue }
      let gpu = context.moment.gpus[state.rows[row]]
      drawRow(
        gpu, columns, fit: fit, y: y, height: height, isSelected: row == state.selectedRow,
        in: area, context)
      targets.append(
        ClickArea(
          rect: Rect(x: area.x, y: y, width: area.width, height: height),
          action: .selectGPU(gpu.id), doubleAction: .open))
      y += height
    }
    if count == 0 {
      canvas.write(
        "No GPU of a job that matches the filter. Esc clears it.", x: inner.x, y: area.y + 1,
        width: inner.width, context.look.text)
    }
    // One driver may be broken while another tells of its devices.
    if let problem = context.moment.gpuProblem, y < area.endY {
      canvas.write(
        "! \(problem)", x: inner.x, y: area.endY - 1, width: inner.width,
        ellipsis: context.glyphs.ellipsis, context.look.warn)
    }
    drawScrollBar(
      in: Rect(x: area.x, y: area.y, width: area.width, height: y - area.y),
      top: state.scroll.top, page: page, count: count, context.look)
  }

  fileprivate mutating func drawNoGPUs(_ context: Context) {
    let (look, body) = (context.look, context.layout.body)
    var lines = [("No GPU: no driver here tells of one.", look.strong)]
    if let problem = context.moment.gpuProblem {
      lines = [
        ("No GPU can be read.", look.strong), (problem.string, look.warn),
        ("It is tried again by itself.", look.dim),
      ]
    }
    var y = body.y + 1
    for (text, style) in lines {
      for line in wrap(text, width: body.width - 4) where y < body.endY {
        canvas.write(line, x: 2, y: y, width: body.width - 4, style)
        y += 1
      }
    }
  }
}
