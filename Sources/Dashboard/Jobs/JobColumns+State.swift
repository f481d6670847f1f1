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
      case .job(let index): Sign.draw(signs(of: moment.jobs[index], context), on: &canvas, in: slot)
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

  private static func signs(of job: JobMoment, _ context: Context) -> [Sign] {
    var signs = Sign.findings(of: job, context)
    let states = job.states.filter { !$0.isCovered(by: job.findings) }
    let isFirst = signs.isEmpty
    signs += states.map { Sign($0.mark, $0.word, $0.style(context.look)) }
    if isFirst, states.first == .throttled, let demand = job.cpu.demand {
      signs[0].longer = ["\(signs[0].word), wants \(Format.decimal(demand.value, places: 1))"]
    }
    if !job.findings.contains(where: { $0.rule == .gpuIdle }),
      let idle = Sign.idleGPUs(of: job, context)
    {
      // Being idle itself is less than what it keeps from others.
      signs.insert(idle, at: job.states.last == .idle ? signs.count - 1 : signs.count)
    }
    if context.state.drift.contains(where: { $0.target.id == job.id }) {
      signs.append(
        Sign(String(Character(DriftMark.mark(context.glyphs))), DriftMark.word, context.look.warn))
    }
    // That all is well is said where nothing else is.
    if signs.isEmpty, let note = job.findings.first { return [Sign(note, of: job, context)] }
    return signs
  }
}
