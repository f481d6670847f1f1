import Drawing
import Model

extension Frame {
  /// The keys that matter here, from the key table, and what loadline itself costs.
  mutating func drawBottomBar(_ context: Context) {
    let look = context.look
    let y = context.layout.bar.y
    let end = context.width - 1
    var left: [Segment] = []
    if let message = context.state.message, !message.isLong(for: context.width) {
      left.append(Segment(message.text, "", look.accent, rank: 1))
    }
    // It is about lists of jobs: elsewhere it would only take the room.
    let isList = !context.state.scope.isDisjoint(with: [.list, .filter])
    if isList, !context.state.jobs.filter.isEmpty || context.state.mode == .filtering {
      left.append(contentsOf: filterSegments(context))
    }
    let scope = context.state.scope
    for command in KeyTable.commands where !command.scopes.isDisjoint(with: scope) {
      guard let bar = command.bar, command.action != .view(context.state.view) else { continue }
      // Its place is somebody else's where there is nothing to see.
      if command.action == .view(.gpus), !context.moment.tellsGPUs { continue }
      if context.state.settings.isReadOnly, command.action.changesJobs { continue }
      let key =
        (look.glyphs.isASCII ? bar.asciiKeys : bar.keys)
        ?? command.keys.first?.label(ascii: look.glyphs.isASCII) ?? ""
      left.append(
        Segment(key, bar.word, look.accent.bold, rank: bar.rank * 10, action: command.action))
    }
    let cost = Self.cost(context)
    let reserved = context.width >= 76 ? (cost.last?.columns ?? 0) + 3 : 0
    left = fitSegments(left, into: end - 1 - reserved, gap: 2)
    let used = write(left, x: 1, y: y, end: end, gap: 2, look)
    if let text = cost.first(where: { end - used - 3 >= $0.columns }) {
      canvas.write(text, endingAt: end, y: y, look.dim)
    }
  }

  /// What loadline itself costs, at length and in short.
  private static func cost(_ context: Context) -> [String] {
    let cost = context.moment.cost
    let unknown = context.look.unknown
    let share = padded(cost.cpu.map { Format.percent($0, unknown: unknown) } ?? unknown, to: 5)
    let memory = padded(Format.bytes(cost.resident), to: 7)
    return ["loadline: \(share) of a core, \(memory)", "\(share) of a core"]
  }

  private func filterSegments(_ context: Context) -> [Segment] {
    let (look, list) = (context.look, context.state.jobs)
    let isOpen = context.state.mode == .filtering
    let cursor = isOpen ? String(Character(look.glyphs.cursor)) : ""
    var text = list.filter.text
    // What is being typed is at its end.
    let room = context.width / 2
    if text.columns > room { text = String(text.suffix(max(0, room - 1))) }
    var segments = [
      Segment("/" + text + cursor, "", look.accent.bold, action: .filter),
      Segment("\(list.rows.count) of \(list.count) jobs", "", look.text, rank: 2),
    ]
    if isOpen, let remark = list.filter.remark {
      segments.append(Segment(remark, "", look.warn, rank: 3))
    }
    return segments
  }

  /// What does not fit into the bottom bar, above it, over whatever is there.
  mutating func drawExplanation(_ context: Context) {
    guard let message = context.state.message, message.isLong(for: context.width) else { return }
    let look = context.look
    let lines = wrap(message.text, width: context.width - 4).prefix(4)
    let rect = Rect(
      x: 0, y: context.layout.bar.y - lines.count, width: context.width, height: lines.count)
    let style = look.warn.reversed
    canvas.fill(rect, " ", style)
    for (row, line) in lines.enumerated() {
      canvas.write(
        line, x: 2, y: rect.y + row, width: rect.width - 4, ellipsis: look.glyphs.ellipsis, style)
    }
    targets.removeAll { rect.contains(x: $0.rect.x, y: $0.rect.y) }
  }

  /// The tour's step, above the bottom bar.
  mutating func drawHint(_ context: Context) {
    guard let hint = context.state.tour?.current, context.layout.hint.height > 0 else { return }
    let look = context.look
    let key =
      KeyTable.commands.first { $0.name == hint.command }?.keys.first?
      .label(ascii: look.glyphs.isASCII) ?? ""
    let rect = context.layout.hint
    let style = look.accent.bold.reversed
    canvas.fill(rect, " ", style)
    canvas.write(
      hint.text.replacing("{key}", with: key), x: 1, y: rect.y, width: rect.width - 2,
      ellipsis: look.glyphs.ellipsis, style)
  }
}

extension Message {
  /// Whether it is too long to stand beside the keys.
  func isLong(for width: Int) -> Bool { text.columns > width / 3 }
}
