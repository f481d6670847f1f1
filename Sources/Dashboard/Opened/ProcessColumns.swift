import Drawing
import Model

/// The columns of an opened job's processes, from left to right.
enum ProcessColumns {
  static let all: [Column<ProcessMoment>] = [
    pid, user, cores, memory, read, written, state, waitsOn, command,
  ]

  private static let pid = number("PID", width: 7, rank: 0, sort: .pid) { process, _ in
    ("\(process.reading.pid)", true)
  }

  private static let cores = number("CORES", width: 6, rank: 0, sort: .cores) { process, context in
    let used = process.used?.value
    return (
      used.map { Format.decimal($0, places: 2, unknown: context.look.unknown) }
        ?? context.look.unknown, (used ?? 0) >= 0.005
    )
  }

  /// The resident set: pages shared with other processes count in each.
  private static let memory = number("RESIDENT", width: 9, rank: 0, sort: .memory) {
    process, context in
    (process.reading.resident.map { Format.bytes($0) } ?? context.look.unknown, true)
  }

  private static let read = flow("READ/s", sort: .io) { $0.read }
  private static let written = flow("WRITE/s", sort: nil) { $0.written }

  private static let user = text("USER", 6...10, rank: 2, sort: .user) { $0.reading.user.string }

  private static let state = Column<ProcessMoment>(
    "S", sort: .state, width: { _ in ColumnWidth(2, rank: 0) },
    draw: { canvas, slot, process, context in
      let state = process.reading.state
      let look = context.look
      let style = state == "R" ? look.ok : state == "D" || state == "Z" ? look.warn : look.dim
      canvas.write(String(state), x: slot.x, y: slot.y, width: 1, slot.paint(style))
    })

  private static let waitsOn = text("WAITS ON", 8...18, rank: 1, sort: nil) {
    $0.reading.waitingOn?.string ?? ""
  }

  private static let command = Column<ProcessMoment>(
    "COMMAND", sort: .command,
    width: { context in ColumnWidth(27...400, least: 12, rank: 0) },
    draw: { canvas, slot, process, context in
      let command = process.reading.shownCommand.string
      canvas.write(
        command.columns > slot.width ? withoutDirectory(command) : command, x: slot.x, y: slot.y,
        width: slot.width, ellipsis: context.glyphs.ellipsis, slot.paint(context.look.text))
    })

  /// A command without the directory of its program: what does not fit loses what says least.
  private static func withoutDirectory(_ command: String) -> String {
    let program = command.prefix { $0 != " " }
    guard program.first == "/", let slash = program.lastIndex(of: "/") else { return command }
    let name = command.index(after: slash)
    return name < program.endIndex ? String(command[name...]) : command
  }

  private static func number(
    _ title: String, width: Int, rank: Int, sort: SortKey?,
    _ value: @escaping @Sendable (ProcessMoment, Context) -> (text: String, isLoud: Bool)
  ) -> Column<ProcessMoment> {
    Column<ProcessMoment>(
      title, sort: sort, isNumber: true, width: { _ in ColumnWidth(width, rank: rank) },
      draw: { canvas, slot, process, context in
        let (text, isLoud) = value(process, context)
        canvas.write(
          text, endingAt: slot.endX, y: slot.y,
          slot.paint(isLoud ? context.look.text : context.look.dim))
      })
  }

  private static func flow(
    _ title: String, sort: SortKey?, _ direction: @escaping @Sendable (IOMoment) -> ByteRate?
  ) -> Column<ProcessMoment> {
    number(title, width: title.utf8.count + 1, rank: 3, sort: sort) { process, context in
      let rate = direction(process.io)
      return (Format.rate(rate, unknown: context.look.unknown), (rate?.perSecond ?? 0) >= 1)
    }
  }

  private static func text(
    _ title: String, _ width: ClosedRange<Int>, rank: Int, sort: SortKey?,
    _ value: @escaping @Sendable (ProcessMoment) -> String
  ) -> Column<ProcessMoment> {
    Column<ProcessMoment>(
      title, sort: sort, width: { _ in ColumnWidth(width, rank: rank) },
      draw: { canvas, slot, process, context in
        canvas.write(
          value(process), x: slot.x, y: slot.y, width: slot.width,
          ellipsis: context.glyphs.ellipsis, slot.paint(context.look.dim))
      })
  }
}
