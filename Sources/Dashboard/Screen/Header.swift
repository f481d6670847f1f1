import Drawing
import Model
import Planner

extension Frame {
  /// The header: which box this is, and how much of it is used, granted and stalled.
  mutating func drawHeader(_ context: Context) {
    drawTitle(context)
    let (look, rows) = (context.look, context.layout.gauges)
    let height = context.layout.boxGaugeHeight
    var resources = [BoxResource.cores(context), BoxResource.memory(context)]
    if context.layout.boxGauges > 2, context.hasGPUs {
      resources.append(BoxResource.gpus(GPUSummary(context.moment), context))
    }
    BoxResource.align(&resources)
    // All gauges are equally wide: their words take the same columns, so the same of them fit.
    let gap = 2
    let room = rows.width - Self.labelWidth - Self.leastGauge - gap - 1
    let widest =
      resources.prefix(2).map {
        segmentColumns(fitSegments($0.words, into: room, gap: gap), gap: gap)
      }.max() ?? 0
    for (index, resource) in resources.enumerated() {
      let y = rows.y + index * height
      // GPUs' words have an order of their own, and the room that the others leave.
      let words = fitSegments(resource.words, into: index < 2 ? room : widest, gap: gap)
      let columns = index < 2 ? segmentColumns(words, gap: gap) : widest
      let gauge = rows.width - Self.labelWidth - columns - gap - 1
      canvas.write(resource.label, x: 1, y: y, resource.style.bold)
      drawBar(of: resource, x: Self.labelWidth, y: y, width: gauge, height: height, look)
      write(words, x: Self.labelWidth + gauge + gap, y: y, end: rows.endX - 1, gap: gap, look)
    }
    if context.layout.boxGauges > 2, !context.hasGPUs { drawGPUProblem(context) }
    let used = context.layout.boxGauges * height
    if rows.height > used { drawFlows(context, y: rows.y + used) }
  }

  private static let labelWidth = 7
  private static let leastGauge = 16

  private mutating func drawTitle(_ context: Context) {
    let (look, state, box) = (context.look, context.state, context.moment.box)
    let end = context.width - 1
    let right = fitSegments(liveness(context), into: end - 20, gap: 2)
    let rightColumns = segmentColumns(right, gap: 2)
    func count(_ number: Int, _ one: String, _ many: String, rank: Int) -> Segment {
      Segment("\(number)", number == 1 ? one : many, look.text, rank: rank)
    }
    var left = [
      Segment("loadline", "", look.accent.bold, rank: 2),
      Segment(box.hostName.string, "", look.strong, rank: 1),
      Segment(
        Format.limit(box.cores.value), box.cores.value == 1 ? "core" : "cores", look.text, rank: 5),
      Segment(Format.bytes(box.memory), "", look.text, rank: 5),
      count(state.jobs.count, "job", "jobs", rank: 3),
    ]
    if state.jobs.count > 0 { left.append(count(state.jobs.owners, "user", "users", rank: 6)) }
    let y = context.layout.title.y
    left = fitSegments(left, into: end - 1 - rightColumns - 2, gap: 2)
    write(left, x: 1, y: y, end: end - rightColumns - 2, gap: 2, look)
    write(right, x: end - rightColumns, y: y, end: end, gap: 2, look)
  }

  /// How the display relates to the time: read-only, live or held, and the clock.
  private func liveness(_ context: Context) -> [Segment] {
    let (look, state) = (context.look, context.state)
    var segments: [Segment] = []
    if context.moment.gpusAreSimulated {
      segments.append(Segment("SIMULATED GPUs", "", look.warn.bold.reversed))
    }
    if state.settings.isReadOnly { segments.append(Segment("READ-ONLY", "", look.warn.bold)) }
    segments += changing(context)
    segments.append(
      Segment("", "every \(Format.limit(state.settings.interval)) s", look.dim, rank: 4))
    if let held = state.held, let live = state.live {
      let age = padded(Format.age(live.time.seconds(since: held.time)), to: 4)
      segments.append(Segment(" HELD \(age) ", "", look.warn.bold.reversed, action: .hold))
    } else {
      segments.append(Segment("\(look.glyphs.live) live", "", look.ok, rank: 1, action: .hold))
    }
    let clock = Format.clock(context.moment.wallClock, offset: state.settings.clockOffset)
    let time = context.width >= 100 ? clock : String(clock.dropFirst(4))
    segments.append(Segment(time, "", look.text))
    return segments
  }

  /// That there is a draft, or that changes are being written.
  private func changing(_ context: Context) -> [Segment] {
    let (look, state) = (context.look, context.state)
    if state.preview?.stage == .running {
      let changes = state.progress?.report.changes ?? []
      let done = changes.count { if case .verified = $0.state { true } else { false } }
      let count = max(changes.count, state.preview?.plan.changes.count ?? 0)
      return [
        Segment(" WRITING \(done) of \(count) ", "", look.draft.bold.reversed, action: .preview)
      ]
    }
    guard let count = state.draft?.draft.changes.count else { return [] }
    let changes = count == 1 ? "1 change" : "\(count) changes"
    return [Segment(" DRAFT \(changes) ", "", look.draft.bold.reversed, action: .preview)]
  }

  /// A driver that is installed and tells nothing: there may be GPUs that nobody sees.
  private mutating func drawGPUProblem(_ context: Context) {
    guard let problem = context.moment.gpuProblem else { return }
    let y = context.layout.gauges.y + 2 * context.layout.boxGaugeHeight
    canvas.write("GPU", x: 1, y: y, context.look.gpu.bold)
    canvas.write(
      "! \(problem)", x: Self.labelWidth, y: y, width: context.width - Self.labelWidth - 1,
      ellipsis: context.glyphs.ellipsis, context.look.warn)
  }

  private mutating func drawFlows(_ context: Context, y: Int) {
    let (look, box) = (context.look, context.moment.box)
    func flow(_ rate: ByteRate?, _ word: String, rank: Int = 0) -> Segment {
      Segment(
        Format.longRate(rate, unknown: look.unknown), word, look.text, width: 8, rank: rank)
    }
    var segments = [
      flow(box.io.read, "read"), flow(box.io.written, "written"),
      BoxResource.stalled(box.pressure.ioSome, look, rank: 2),
      flow(box.received, "net in", rank: 3), flow(box.sent, "net out", rank: 3),
    ]
    let x = Self.labelWidth - 1
    let room = context.width - x - 1
    for notice in context.moment.notices {
      segments.append(Segment("! \(notice.text)", "", look.warn, rank: 1))
    }
    if context.hasGPUs, let problem = context.moment.gpuProblem {
      segments.append(Segment("! \(problem)", "", look.warn, rank: 1))
    }
    if context.moment.gpus.contains(where: \.hasForeignPids) {
      segments.append(Segment("! GPU pids are the host's", "", look.warn, rank: 1))
    }
    canvas.write("IO", x: 1, y: y, look.io.bold)
    // Of what is wasted the dearest that fits, whole: it goes before the network does.
    for text in context.moment.waste.texts {
      let waste = Segment(text, "wasted", look.warn, rank: 1)
      if segmentColumns(segments.filter { $0.rank < 2 } + [waste], gap: 2) <= room {
        segments.insert(waste, at: 2)
        break
      }
    }
    let kept = fitSegments(segments, into: room, gap: 2)
    write(kept, x: x, y: y, end: context.width - 1, gap: 2, look)
  }

  private mutating func drawBar(
    of resource: BoxResource, x: Int, y: Int, width: Int, height: Int, _ look: Look
  ) {
    let glyphs = look.glyphs
    var (x, width) = (x, width)
    if let ends = glyphs.gaugeEnds {
      canvas.put(ends[0], x: x, y: y, look.dim)
      canvas.put(ends[1], x: x + width - 1, y: y, look.dim)
      x += 1
      width -= 2
    }
    guard resource.whole > 0, width > 2 else { return }
    let used = StackedBar.Part(resource.used ?? 0, glyphs.shades[0], resource.style)
    let cache = StackedBar.Part(resource.reclaimable, glyphs.reclaimable, resource.style.quiet)
    var marks: [StackedBar.Mark] = []
    if let unallocated = resource.unallocated {
      let isOver = unallocated < 0
      marks.append(
        StackedBar.Mark(
          min(resource.whole - unallocated, resource.whole),
          isOver ? glyphs.beyond : glyphs.line, isOver ? look.bad.bold : look.line.bold))
    }
    StackedBar(parts: [used, cache], marks: marks, scale: resource.whole).draw(
      on: &canvas, x: x, y: y, width: width, height: height, scaleWidth: width - 1,
      track: glyphs.track, trackStyle: look.border, glyphs: glyphs)
  }
}
