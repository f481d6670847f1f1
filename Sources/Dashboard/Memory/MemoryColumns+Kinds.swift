import Drawing
import Model

extension MemoryColumns {
  /// The stacked bar with its numbers; the line stands at the limit as in the jobs' table.
  static let kinds = Column<JobRow>(
    "MEMORY", note: "GiB used/grant", sort: .memory,
    width: { context in
      let numbers = GaugeCell.numberWidth(context.memory, context)
      return ColumnWidth(numbers + 13...numbers + 120, least: numbers + 6, rank: 0, stretch: 4)
    },
    draw: { canvas, slot, row, context in
      var cell = GaugeCell.memory(of: row, context)
      cell.gauge.mark = nil
      var memory: MemoryMoment?
      switch row {
      case .job(let index):
        let job = context.moment.jobs[index]
        memory = job.memory
        // The line is at what reclaims; what kills is marked behind it.
        if case .at(let high) = job.grant.memoryHigh, case .at(let max) = job.grant.memory,
          high < max
        {
          cell.gauge.mark = context.memory.value(max)
        }
      case .other: memory = context.moment.other.memory
      case .uncharged, .free: break
      }
      // The gauge draws line, mark and numbers; the kinds then lie over its bar.
      cell.draw(on: &canvas, in: slot, context.memory, context)
      // A drafted line lies in the bar: there the plain gauge is clearer.
      if let memory, cell.drafted == nil {
        let scale = cell.gauge.limit ?? cell.gauge.whole
        drawKinds(memory, scale: scale, on: &canvas, in: slot, context)
      }
    })

  private static func drawKinds(
    _ memory: MemoryMoment, scale: Double, on canvas: inout Canvas, in slot: Slot,
    _ context: Context
  ) {
    let look = context.look
    let parts = MemoryKind.allCases.compactMap { kind in
      kind.amount(of: memory).map {
        StackedBar.Part(
          context.memory.value($0), kind.glyph(look.glyphs), slot.paint(kind.style(look)))
      }
    }
    guard !parts.isEmpty else { return }
    let width = slot.width - GaugeCell.numberWidth(context.memory, context)
    let ends = look.glyphs.gaugeEnds == nil ? 0 : 1
    let line = Gauge.lineColumn(width: width, glyphs: look.glyphs) - ends
    StackedBar(parts: parts, scale: scale).draw(
      on: &canvas, x: slot.x + ends, y: slot.y, width: line, height: slot.height, scaleWidth: line,
      track: look.glyphs.slack, trackStyle: slot.paint(look.dim), glyphs: look.glyphs)
  }
}
