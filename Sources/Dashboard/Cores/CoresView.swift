import Drawing
import Model

extension View {
  /// Every CPU as a seat, and whose it is.
  static let cores = View(
    id: .cores, name: "Cores", key: "2", totals: [], hasPanel: true, leastPanel: 2
  ) { frame, context in
    frame.drawSeats(context)
    frame.drawSeatPanel(context)
  }
}

extension Frame {
  fileprivate mutating func drawSeats(_ context: Context) {
    guard let map = context.state.seatMap, let holders = context.state.seatHolders(),
      let present = context.state.seatHolders(drafted: false)
    else { return }
    let (area, legend) = context.layout.seats
    let top = context.state.cores.scroll.top
    let rows = top..<top + area.height
    for title in map.titles where rows.contains(title.y) {
      drawSeatTitle(title, x: area.x, y: area.y + title.y - top, width: area.width, context)
    }
    let selected = context.state.selectedSeats
    for seat in map.seats where rows.contains(seat.rect.y) && rows.contains(seat.rect.endY - 1) {
      let cpu = seat.cpu
      let isDrafted =
        holders.holders(of: cpu).map { holders.holders[$0].job.id }
        != present.holders(of: cpu).map { present.holders[$0].job.id }
      let rect = Rect(
        x: area.x + seat.rect.x, y: area.y + seat.rect.y - top, width: seat.rect.width,
        height: seat.rect.height)
      let seatCell = SeatCell(
        cpu: cpu, form: map.form, owners: holders.holders(of: cpu).map { holders.holders[$0].job },
        isDrafted: isDrafted, isSelected: selected.contains(cpu),
        isAtCursor: context.state.cores.cursor == cpu)
      seatCell.draw(on: &canvas, in: rect, context)
      targets.append(
        ClickArea(rect: rect, action: .seatAt(cpu), dragAction: .dragSeat(cpu)))
    }
    drawScrollBar(
      in: Rect(x: area.x, y: area.y, width: context.width - area.x, height: area.height), top: top,
      page: area.height, count: map.height, context.look)
    drawSeatLegend(holders, in: legend, context)
  }

  private mutating func drawSeatTitle(
    _ title: SeatMap.Title, x: Int, y: Int, width: Int, _ context: Context
  ) {
    let look = context.look
    let count = title.cpus.count
    var segments = [
      Segment("node \(title.node)", "", look.strong),
      Segment("socket \(title.socket)", "", look.text, rank: 2),
    ]
    if title.cores < count {
      segments.append(Segment("\(title.cores)", "physical cores", look.text, rank: 3))
    }
    segments.append(Segment("\(count)", count == 1 ? "CPU" : "CPUs", look.text, rank: 1))
    if let gpus = title.gpus(context.moment) {
      segments.append(Segment(gpus.count == 1 ? "GPU" : "GPUs", "\(gpus)", look.gpu.bold, rank: 1))
    }
    let loads = title.cpus.numbers.compactMap { context.moment.box.load(of: $0)?.value }
    if !loads.isEmpty {
      let busy = Share(loads.reduce(0, +) / Double(loads.count))
      segments.append(Segment(Format.percent(busy), "busy", look.text, width: 5, rank: 1))
    }
    write(fitSegments(segments, into: width, gap: 2), x: x, y: y, end: x + width, gap: 2, look)
  }

  /// The letters of jobs, and what the other signs are.
  private mutating func drawSeatLegend(
    _ holders: SeatHolders, in rect: Rect, _ context: Context
  ) {
    let look = context.look
    let cores = context.state.cores
    var segments = holders.holders.sorted {
      (cores.letters[$0.job.id] ?? .max) < (cores.letters[$1.job.id] ?? .max)
    }.map { holder in
      Segment(
        String(Character(cores.letter(holder.job.id))),
        "\(holder.job.job.name) \(holder.cpus)", cores.style(holder.job.id, look).bold)
    }
    segments.append(Segment(SeatCell.shared, "shared", look.warn))
    segments.append(
      Segment(String(Character(look.glyphs.middleDot)), "in no core set", look.dim))
    var (x, y) = (rect.x, rect.y)
    for segment in segments {
      if x > rect.x, x + segment.columns > rect.endX {
        x = rect.x
        y += 1
      }
      guard y < rect.endY else {
        canvas.put(look.glyphs.ellipsis, x: rect.endX, y: rect.endY - 1, look.dim)
        return
      }
      x = write([segment], x: x, y: y, end: rect.endX, gap: 2, look) + 2
    }
  }

  /// The seat at the cursor and the selection, or the draft.
  fileprivate mutating func drawSeatPanel(_ context: Context) {
    if context.state.draft != nil {
      drawDraftPanel(context)
      return
    }
    let (look, panel) = (context.look, context.layout.panel)
    guard panel.height > 0, let cpu = context.state.cores.cursor else { return }
    var area = Rect(x: panel.x + 1, y: panel.y, width: panel.width - 2, height: panel.height)
    if panel.height > 3 {
      drawRule(nil, name: "CPU \(cpu)", note: "", y: area.takeTop(1).y, context)
      area.x += 1
    }
    var lines: [[Segment]] = [seatFacts(cpu, context)]
    let holders = context.state.seatHolders()
    let names = holders?.holders(of: cpu).compactMap { holders?.holders[$0].job.job.name.string }
    if let names, !names.isEmpty {
      lines.append(
        [Segment("", "in the core set of", look.dim)] + names.map { Segment($0, "", look.text) })
    } else {
      lines.append([Segment("", "in no core set: every job without one may run here", look.dim)])
    }
    let selected = context.state.selectedSeats
    let selection =
      selected.isEmpty
      ? [Segment("", "nothing is selected", look.dim)]
      : [
        Segment("\(selected.count)", "selected:", look.strong),
        Segment(selected.description, "", look.text),
      ]
    // On two rows the selection is dearer than whose seat it is: the letter says that.
    lines.insert(selection, at: area.height < 3 ? 1 : 2)
    for (row, line) in lines.prefix(area.height).enumerated() {
      write(line, x: area.x, y: area.y + row, end: area.endX, gap: 1, look)
    }
  }

  private func seatFacts(_ cpu: Int, _ context: Context) -> [Segment] {
    let look = context.look
    var segments = [Segment("CPU \(cpu)", "", look.strong)]
    let topology = context.moment.box.seating
    if let place = topology.cpu(cpu) {
      let siblings = topology.cpus.filter {
        $0.core == place.core && $0.socket == place.socket && $0.number != cpu
      }
      segments.append(Segment("node", "\(place.node)", look.text))
      segments.append(Segment("socket", "\(place.socket)", look.text))
      if let sibling = siblings.first {
        segments.append(Segment("shares its core with", "\(sibling.number)", look.text))
      }
    }
    let load = context.moment.box.load(of: cpu)
    segments.append(
      Segment(load.map { Format.percent($0) } ?? look.unknown, "busy", look.text, width: 5))
    return fitSegments(segments, into: context.width - 3, gap: 1)
  }
}

extension CoresState {
  func style(_ id: JobID, _ look: Look) -> Style {
    let roles: [Role] = [
      .job1, .job2, .job3, .job4, .job5, .job6, .job7, .job8, .job9, .job10, .job11, .job12,
    ]
    guard let number = letters[id] else { return look.text }
    let style = look.theme[roles[number % roles.count]]
    return style.background == .standard ? style.overBackground(of: look.text) : style
  }
}

extension BoxMoment {
  /// The busy part of a CPU's interval; nil where it is not known.
  func load(of cpu: Int) -> Share? { cpuLoads.indices.contains(cpu) ? cpuLoads[cpu] : nil }
}

/// One seat.
private struct SeatCell {
  var cpu: Int
  var form: SeatMap.Form
  var owners: [JobMoment]
  var isDrafted: Bool
  var isSelected: Bool
  var isAtCursor: Bool

  static let shared = "&"

  func draw(on canvas: inout Canvas, in rect: Rect, _ context: Context) {
    let look = context.look
    var background = look.text
    if isSelected {
      background = look.selection
      canvas.fill(Rect(x: rect.x, y: rect.y, width: width, height: rect.height), " ", background)
    }
    let load = context.moment.box.load(of: cpu)
    let style = letterStyle(context).on(isSelected ? look.selection : look.text)
    let letter = letter(context)
    let mark: Unicode.Scalar = isAtCursor ? look.glyphs.selected : isSelected ? "+" : " "
    let markStyle = look.accent.bold.on(background)
    switch form {
    case .large:
      canvas.put(mark, x: rect.x, y: rect.y, markStyle)
      canvas.write("CPU \(cpu)", x: rect.x + 1, y: rect.y, width: 8, look.dim.on(background))
      canvas.write(
        load.map { Format.percent($0) } ?? look.unknown, endingAt: rect.x + width, y: rect.y,
        look.text.on(background))
      let name = owners.count == 1 ? " \(owners[0].job.name)" : owners.isEmpty ? "" : " shared"
      canvas.write(
        letter + name, x: rect.x + 1, y: rect.y + 1, width: width - 1,
        ellipsis: look.glyphs.ellipsis, style)
      drawBar(load, on: &canvas, x: rect.x + 1, y: rect.y + 2, width: width - 1, context)
    case .medium:
      canvas.put(mark, x: rect.x, y: rect.y, markStyle)
      let end = canvas.write("\(cpu)", x: rect.x + 1, y: rect.y, width: 3, look.dim.on(background))
      canvas.write(letter, x: min(end, rect.x + 4), y: rect.y, width: 1, style)
      drawBar(load, on: &canvas, x: rect.x + 1, y: rect.y + 1, width: 4, context)
    case .small, .tiny:
      var x = rect.x
      if form == .small {
        canvas.put(mark, x: x, y: rect.y, markStyle)
        x += 1
      }
      canvas.write(letter, x: x, y: rect.y, width: 1, isAtCursor ? style.bold.underlined : style)
      let block = block(load, look)
      canvas.put(
        block, x: x + 1, y: rect.y,
        (load.map { look.theme.load($0.value) } ?? look.dim).overBackground(of: background))
    }
  }

  /// A seat's own columns, without what parts it from the next.
  private var width: Int { form == .large ? form.width - 1 : form == .medium ? 5 : form.width }

  private func letter(_ context: Context) -> String {
    switch owners.count {
    case 0: String(Character(context.glyphs.middleDot))
    case 1: String(Character(context.state.cores.letter(owners[0].id)))
    default: Self.shared
    }
  }

  private func letterStyle(_ context: Context) -> Style {
    let look = context.look
    let style: Style =
      switch owners.count {
      case 0: look.dim
      case 1: context.state.cores.style(owners[0].id, look).bold
      default: look.warn
      }
    return isDrafted ? style.reversed : style
  }

  private func block(_ load: Share?, _ look: Look) -> Unicode.Scalar {
    guard let load, load.value.isFinite else { return " " }
    let eighths = Int((min(max(0, load.value), 1) * 8).rounded())
    return eighths == 0 ? (look.glyphs.isASCII ? "_" : "▁") : look.glyphs.columns[eighths - 1]
  }

  private func drawBar(
    _ load: Share?, on canvas: inout Canvas, x: Int, y: Int, width: Int, _ context: Context
  ) {
    let look = context.look
    let share = load.map { min(max(0, $0.value), 1) } ?? 0
    StackedBar(
      parts: [.init(share, look.glyphs.shades[0], look.theme.load(share))], scale: 1
    ).draw(
      on: &canvas, x: x, y: y, width: width, scaleWidth: width, track: look.glyphs.track,
      trackStyle: look.border, glyphs: look.glyphs)
  }
}
