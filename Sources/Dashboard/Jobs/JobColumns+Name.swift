import Drawing
import Model

extension JobColumns {
  static let name = Column<JobRow>(
    "NAME", sort: .name,
    width: { context in ColumnWidth(14...36, least: 8, rank: 0, stretch: 2) },
    draw: { canvas, slot, row, context in
      let look = context.look
      switch row {
      case .job(let index):
        let job = context.moment.jobs[index].job
        drawName(
          job.name.string, on: &canvas, in: slot,
          slot.isSelected ? look.text.bold.on(look.selection) : look.text, look)
        if slot.height > 1 {
          canvas.write(
            detail(context.moment.jobs[index]), x: slot.x, y: slot.y + 1, width: slot.width,
            ellipsis: look.glyphs.ellipsis, slot.paint(look.dim))
        }
      case .other: canvas.write("other", x: slot.x, y: slot.y, look.other)
      case .uncharged: canvas.write("uncharged", x: slot.x, y: slot.y, look.other)
      case .free: canvas.write("free", x: slot.x, y: slot.y, look.ok)
      }
    })

  /// A name that is too long loses its middle, not the `#2` or `-2` that tells it from its like.
  private static func drawName(
    _ name: String, on canvas: inout Canvas, in slot: Slot, _ style: Style, _ look: Look
  ) {
    var head = name
    var tail = ""
    if name.columns > slot.width, let sign = name.lastIndex(where: { $0 == "#" || $0 == "-" }),
      (2...4).contains(name[sign...].utf8.count),
      name[sign...].utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) })
    {
      head = String(name[..<sign])
      tail = String(name[sign...])
    }
    let room = slot.width - tail.columns
    let end = canvas.write(
      head, x: slot.x, y: slot.y, width: room, ellipsis: look.glyphs.ellipsis, style)
    if !tail.isEmpty { canvas.write(tail, x: end, y: slot.y, style) }
  }

  /// What a roomy row has below the name.
  private static func detail(_ job: JobMoment) -> String {
    guard let processes = job.processes else { return job.job.source.rawValue }
    return "\(job.job.source.rawValue), \(processes) \(processes == 1 ? "process" : "processes")"
  }

  static let owner = Column<JobRow>(
    "OWNER", sort: .user, width: { _ in ColumnWidth(6...12, rank: 3) },
    draw: { canvas, slot, row, context in
      guard case .job(let index) = row else { return }
      canvas.write(
        context.moment.jobs[index].job.owner.string, x: slot.x, y: slot.y, width: slot.width,
        ellipsis: context.glyphs.ellipsis, slot.paint(context.look.dim))
    })
}
