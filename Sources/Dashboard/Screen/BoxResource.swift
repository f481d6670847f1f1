import Drawing
import Model

/// One resource of the whole box, as the header shows it: a bar and words right of it.
struct BoxResource {
  var label: String
  var style: Style
  var used: Double?
  var reclaimable: Double
  var whole: Double
  /// Negative is overcommitted.
  var unallocated: Double?
  var words: [Segment]

  static func cores(_ context: Context) -> BoxResource {
    let (moment, look) = (context.moment, context.look)
    return BoxResource(
      label: "CORES", style: look.cpu, used: moment.box.used?.value, reclaimable: 0,
      whole: moment.box.cores.value, unallocated: moment.unallocatedCores?.value,
      unit: moment.box.cores.value == 1 ? "core" : "cores", scale: context.cores,
      pressure: moment.box.pressure.cpuSome, look)
  }

  static func memory(_ context: Context) -> BoxResource {
    let (moment, look, scale) = (context.moment, context.look, context.memory)
    return BoxResource(
      label: "MEM", style: look.memory, used: moment.box.memoryUsed.map { scale.value($0) },
      reclaimable: moment.box.memoryReclaimable.map { scale.value($0) } ?? 0,
      whole: scale.value(moment.box.memory),
      unallocated: moment.unallocatedMemory.map { scale.value($0) }, unit: "GiB", scale: scale,
      pressure: moment.box.pressure.memorySome, look)
  }

  /// Busy and held devices; the line stands where the free ones begin.
  static func gpus(_ summary: GPUSummary, _ context: Context) -> BoxResource {
    let look = context.look
    let count = Double(summary.count)
    let busy = summary.busy.map { Format.decimal($0, places: 1, unknown: look.unknown) }
    var idle = Segment("\(summary.idle)", "idle", summary.idle > 0 ? look.warn : look.text, rank: 1)
    if let longest = summary.longestIdle {
      let start = (longest.isSinceBeginning ? "before " : "") + context.clock(of: longest.since)
      // The number of the one; of several, that they are several.
      if summary.idle == 1 { idle.value = "GPU \(longest.index)" }
      idle.word += summary.idle == 1 ? " since \(start)" : ", GPU \(longest.index) since \(start)"
    }
    return BoxResource(
      label: "GPU", style: look.gpu, used: summary.busy, reclaimable: 0, whole: count,
      unallocated: Double(summary.free),
      words: [
        Segment(busy ?? look.unknown, "of \(Format.limit(count)) busy", look.strong),
        Segment("\(summary.held)", "held", look.text, rank: 2),
        Segment("\(summary.free)", "free", look.text, rank: 3),
        idle,
      ])
  }

  private init(
    label: String, style: Style, used: Double?, reclaimable: Double, whole: Double,
    unallocated: Double?, words: [Segment]
  ) {
    self.label = label
    self.style = style
    self.used = used
    self.reclaimable = reclaimable
    self.whole = whole
    self.unallocated = unallocated
    self.words = words
  }

  private init(
    label: String, style: Style, used: Double?, reclaimable: Double, whole: Double,
    unallocated: Double?, unit: String, scale: Scale, pressure: Share?, _ look: Look
  ) {
    self.label = label
    self.style = style
    self.used = used
    self.reclaimable = reclaimable
    self.whole = whole
    self.unallocated = unallocated
    func number(_ value: Double?, _ word: String, _ style: Style, rank: Int = 0) -> Segment {
      let text = value.map { scale.used($0, unknown: look.unknown) } ?? look.unknown
      return Segment(text, word, style, width: scale.usedWidth, rank: rank)
    }
    let isOver = scale.isOver(unallocated)
    words = [
      number(used, "of \(Format.limit(whole)) \(unit)", look.strong),
      number(unallocated.map { whole - $0 }, "granted", look.text, rank: 3),
      number(
        unallocated.map { abs($0) }, isOver ? "overcommitted" : "unallocated",
        isOver ? look.bad.bold : look.text, rank: isOver ? 1 : 4),
      Self.stalled(pressure, look, rank: 2),
    ]
  }

  /// PSI: the share of the interval in which some task stood still.
  static func stalled(_ share: Share?, _ look: Look, rank: Int) -> Segment {
    let text = share.map { Format.percent($0, unknown: look.unknown) } ?? look.unknown
    let isHigh = (share?.value ?? 0) >= 0.1
    return Segment(
      text, "of time stalled", isHigh ? look.warn.bold : look.text, width: 5, rank: rank)
  }

  /// Gives the same words of all resources the same columns.
  static func align(_ resources: inout [BoxResource]) {
    for word in 0..<(resources.map(\.words.count).min() ?? 0) {
      let values = resources.map { $0.words[word].lead + $0.words[word].value.columns }.max() ?? 0
      let words = resources.map { $0.words[word].word.columns }.max() ?? 0
      for index in resources.indices {
        let segment = resources[index].words[word]
        resources[index].words[word].lead = values - segment.value.columns
        resources[index].words[word].word += String(
          repeating: " ", count: words - segment.word.columns)
      }
    }
  }
}
