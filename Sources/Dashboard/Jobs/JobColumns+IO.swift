import Drawing
import Model

extension JobColumns {
  static let read = flow("READ/s", sort: .io) { $0.read }
  static let written = flow("WRITE/s", sort: nil) { $0.written }

  private static func flow(
    _ title: String, sort: SortKey?, _ direction: @escaping @Sendable (IOMoment) -> ByteRate?
  ) -> Column<JobRow> {
    Column<JobRow>(
      title, sort: sort, isNumber: true,
      width: { _ in ColumnWidth(title.utf8.count + 1, rank: 4) },
      draw: { canvas, slot, row, context in
        guard case .job(let index) = row else { return }
        let rate = direction(context.moment.jobs[index].io)
        let isQuiet = (rate?.perSecond ?? 0) < 1
        canvas.write(
          Format.rate(rate, unknown: context.look.unknown), endingAt: slot.endX, y: slot.y,
          slot.paint(isQuiet ? context.look.dim : context.look.text))
      })
  }
}
