import Drawing
import Model

extension JobColumns {
  static let state = Column<JobRow>(
    "STATE", sort: .state,
    width: { context in
      ColumnWidth(context.width < 100 ? 13...30 : 15...46, least: 5, rank: 0, stretch: 2)
    },
    draw: { canvas, slot, row, context in
      let (moment, look) = (context.moment, context.look)
      switch row {
      case .job(let index): drawStates(moment.jobs[index], on: &canvas, in: slot, context)
      case .other:
        // The memory column adds up with what no cgroup is charged with.
        guard let uncharged = moment.memoryUncharged, uncharged.count > 0 else { return }
        let text = "+ \(Format.bytes(uncharged)) uncharged"
        if text.columns <= slot.width { canvas.write(text, x: slot.x, y: slot.y, look.dim) }
      case .free:
        let texts = overcommitment(moment, context)
        let text = texts.first { $0.columns <= slot.width } ?? texts.last ?? ""
        canvas.write(text, x: slot.x, y: slot.y, width: slot.width, look.bad.bold)
      case .uncharged: return
      }
    })

  /// How much more is granted than there is, at length and in short; empty where it is not.
  private static func overcommitment(_ moment: Moment, _ context: Context) -> [String] {
    var amounts: [String] = []
    if let cores = moment.unallocatedCores?.value, context.cores.isOver(cores) {
      amounts.append(context.cores.used(-cores, unknown: "") + " cores")
    }
    if let memory = moment.unallocatedMemory.map({ context.memory.value($0) }),
      context.memory.isOver(memory)
    {
      amounts.append(context.memory.used(-memory, unknown: "") + " GiB")
    }
    if amounts.isEmpty { return [] }
    let all = amounts.joined(separator: ", ")
    return ["over by " + all, "over " + all, "overcommitted", "over"]
  }

  /// The most pressing state with its word; the others with theirs or, where there is no room, by
  /// their marks alone.
  private static func drawStates(
    _ job: JobMoment, on canvas: inout Canvas, in slot: Slot, _ context: Context
  ) {
    var signs = job.states.map { (mark: $0.mark, word: $0.word, style: $0.style(context.look)) }
    if context.state.drift.contains(where: { $0.target.id == job.id }) {
      signs.append(
        (String(Character(DriftMark.mark(context.glyphs))), DriftMark.word, context.look.warn))
    }
    guard let first = signs.first else { return }
    let others = signs.dropFirst()
    let marks = others.isEmpty ? 0 : 1 + others.count
    let short = first.mark + " " + first.word
    let words = others.reduce(0) { $0 + 2 + $1.mark.columns + 1 + $1.word.columns }
    var text = first.mark
    var hasWords = false
    if short.columns + marks <= slot.width {
      text = short
      hasWords = short.columns + words <= slot.width
    }
    if hasWords || others.isEmpty, job.states.first == .throttled, let demand = job.cpu.demand {
      let long = short + ", wants \(Format.decimal(demand.value, places: 1))"
      if long.columns + words <= slot.width { text = long }
    }
    var x = canvas.write(
      text, x: slot.x, y: slot.y, width: slot.width, slot.paint(first.style).bold)
    if !hasWords { x += 1 }
    for sign in others where x < slot.endX {
      if hasWords {
        x = canvas.write(
          "\(sign.mark) \(sign.word)", x: x + 2, y: slot.y, slot.paint(sign.style))
      } else {
        x = canvas.write(sign.mark, x: x, y: slot.y, slot.paint(sign.style))
      }
    }
  }
}
