import Drawing
import Model

extension MemoryColumns {
  static let anonymous = kind("ANON", .anonymous, rank: 4)
  static let shared = kind("SHARED", .shared, rank: 6)
  static let kernel = kind("KERNEL", .kernel, rank: 7)
  static let cache = kind("CACHE", .cache, rank: 5)

  static let peak = Column<JobRow>(
    "PEAK", isNumber: true, width: { ColumnWidth(max(5, $0.memory.usedWidth), rank: 3) },
    draw: { canvas, slot, row, context in
      guard case .job(let index) = row else { return }
      drawAmount(context.moment.jobs[index].memory.peak, on: &canvas, in: slot, context)
    })

  static let kills = Column<JobRow>(
    "OOM", isNumber: true, width: { _ in ColumnWidth(4, rank: 2) },
    draw: { canvas, slot, row, context in
      guard case .job(let index) = row else { return }
      let kills = context.moment.jobs[index].memory.oomKills
      let look = context.look
      canvas.write(
        kills.map { $0 > 999 ? "999+" : "\($0)" } ?? look.unknown, endingAt: slot.endX, y: slot.y,
        slot.paint((kills ?? 0) > 0 ? look.bad.bold : look.dim))
    })

  /// GiB a minute over the recent past.
  static let growth = Column<JobRow>(
    "GROWTH/min", isNumber: true, width: { _ in ColumnWidth(10, rank: 1) },
    draw: { canvas, slot, row, context in
      guard case .job(let index) = row else { return }
      let look = context.look
      let growth = MemoryGrowth(
        context.moment.jobs[index].history.memory, interval: context.state.settings.interval)
      guard let growth else {
        canvas.write(look.unknown, endingAt: slot.endX, y: slot.y, slot.paint(look.dim))
        return
      }
      let text = growth.text
      canvas.write(
        text, endingAt: slot.endX, y: slot.y,
        slot.paint(growth.isSteady ? look.dim : growth.perMinute.count > 0 ? look.warn : look.text))
    })

  private static func kind(_ title: String, _ kind: MemoryKind, rank: Int) -> Column<JobRow> {
    Column<JobRow>(
      title, isNumber: true,
      width: { ColumnWidth(max(title.utf8.count, $0.memory.usedWidth), rank: rank) },
      draw: { canvas, slot, row, context in
        switch row {
        case .job(let index):
          drawAmount(
            kind.amount(of: context.moment.jobs[index].memory), on: &canvas, in: slot, context)
        case .other:
          drawAmount(
            kind.amount(of: context.moment.other.memory), on: &canvas, in: slot, context)
        case .uncharged, .free: return
        }
      })
  }

  private static func drawAmount(
    _ bytes: Bytes?, on canvas: inout Canvas, in slot: Slot, _ context: Context
  ) {
    let (look, scale) = (context.look, context.memory)
    canvas.write(
      bytes.map { scale.used(scale.value($0), unknown: look.unknown) } ?? look.unknown,
      endingAt: slot.endX, y: slot.y, slot.paint(bytes == nil ? look.dim : look.text))
  }
}
