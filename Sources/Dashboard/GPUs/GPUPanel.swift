import Drawing
import Model

extension Frame {
  /// The selected device below the table: whether it is idle and by what measure, who holds it, its
  /// numbers.
  mutating func drawGPUPanel(_ context: Context) {
    let (look, panel) = (context.look, context.layout.panel)
    guard panel.height > 0 else { return }
    if context.state.draft != nil, panel.height >= 3 {
      drawDraftPanel(context)
      return
    }
    guard let gpu = context.state.selectedGPU else { return }
    let facts = GPUFacts(gpu: gpu, context: context)
    var area = Rect(
      x: panel.x + 2, y: panel.y, width: panel.width - 4, height: panel.height)
    if panel.height >= 3 {
      drawRule(
        nil, name: facts.title, note: position(context) ?? gpu.id.text.string,
        y: area.takeTop(1).y, context)
    }
    if panel.width >= 110, panel.height >= 7 {
      let width = min(70, panel.width * 2 / 5)
      area.width -= width + 3
      var right = Rect(x: area.endX + 3, y: area.y, width: width, height: area.height)
      if right.height >= 9, gpu.busyMinute != nil {
        drawLastMinute(gpu, in: right.takeBottom(4), context)
      }
      drawGPUProcesses(facts, in: right, context)
    }
    var y = area.y
    for line in wrap(facts.sentence, width: area.width).prefix(max(1, area.height)) {
      canvas.write(line, x: area.x, y: y, width: area.width, facts.sentenceStyle)
      y += 1
    }
    _ = area.takeTop(y - area.y)
    if area.width == panel.width - 4, area.height > 0 {
      let rows = min(max(1, facts.processes.count), max(1, area.height - 2))
      drawGPUProcesses(facts, in: area.takeTop(rows), context)
    }
    _ = drawFacts(facts.all, in: area, look)
  }

  /// The strip of the table, higher and where there is the room a second a cell.
  private mutating func drawLastMinute(_ gpu: GPUMoment, in rect: Rect, _ context: Context) {
    let look = context.look
    var rect = rect
    let label = rect.takeTop(1)
    canvas.write("busy over the last minute", x: label.x + 9, y: label.y, look.dim)
    let graph = Rect(
      x: rect.x + 9, y: rect.y, width: min(60, rect.width - 9), height: rect.height)
    BusyStrip(gpu.lastMinute, now: gpu.reading.time, width: graph.width).draw(
      on: &canvas, in: graph, gpu.isFresh(context) ? look.gpu : look.dim, idle: look.dim,
      look.glyphs)
  }

  private func position(_ context: Context) -> String? {
    let list = context.state.gpus
    let page = context.layout.gpuRows(of: list.rows.count)
    guard list.rows.count > page else { return nil }
    let last = min(list.rows.count, list.scroll.top + page)
    return "\(list.scroll.top + 1)-\(last) of \(list.rows.count)"
  }

  /// Who holds contexts: pid, job or name, memory and share of the device's time.
  private mutating func drawGPUProcesses(_ facts: GPUFacts, in rect: Rect, _ context: Context) {
    let look = context.look
    let processes = facts.processes
    guard !processes.isEmpty else {
      for (row, line) in wrap(facts.noProcesses, width: rect.width).prefix(rect.height).enumerated()
      {
        canvas.write(line, x: rect.x, y: rect.y + row, width: rect.width, look.dim)
      }
      return
    }
    let room = processes.count > rect.height ? rect.height - 1 : processes.count
    var y = rect.y
    for process in processes.prefix(max(1, room)) {
      canvas.write(process.pid, endingAt: rect.x + 11, y: y, look.dim)
      canvas.write(process.share, endingAt: rect.endX, y: y, look.text)
      canvas.write(process.memory, endingAt: rect.endX - 7, y: y, look.text)
      canvas.write(
        process.what, x: rect.x + 13, y: y,
        width: max(0, rect.width - (process.memory.isEmpty ? 13 : 31)),
        ellipsis: look.glyphs.ellipsis, process.isStranger ? look.warn : look.text)
      y += 1
    }
    if room < processes.count, y < rect.endY {
      canvas.write("+\(processes.count - room) more", x: rect.x + 13, y: y, look.dim)
    }
  }
}
