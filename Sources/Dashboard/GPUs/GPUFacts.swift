import Drawing
import Model

/// What is known about one device, in words.
struct GPUFacts {
  let gpu: GPUMoment
  let context: Context

  private var look: Look { context.look }
  private var reading: GPUReading { gpu.reading }

  var title: String {
    var title = "GPU \(reading.identity.index)"
    if let parent = reading.identity.parent,
      let device = context.moment.gpus.first(where: { $0.id == parent })
    {
      title = "GPU \(device.reading.identity.index), instance \(reading.identity.index)"
    }
    title += " \(look.glyphs.middleDot) \(reading.identity.name)"
    if let node = reading.identity.node, context.moment.box.numaNodes > 1 {
      title += " \(look.glyphs.middleDot) node \(node)"
    }
    return title
  }

  /// Its condition, or whether it is idle, since when and by what measure.
  var sentence: String {
    switch reading.condition {
    case .lost:
      return "Lost: it has fallen off the bus. Only a reset or a restart of the box brings it back."
    case .refused: return "It may not be read by this user."
    case .silent(let since):
      return
        "No answer from its driver for \(context.age(of: since)): the values are those of before. It is asked again."
    case .answering: break
    }
    if let age = gpu.age(context) {
      return "These values are \(Format.age(age)) old: its driver answers slowly."
    }
    if reading.identity.isSplit {
      return "It is split into instances, which are held as devices of their own: they stand below."
    }
    return "\(idleness) \(definition)"
  }

  var sentenceStyle: Style {
    switch reading.condition {
    case .lost: look.bad
    case .silent, .refused: look.warn
    case .answering: gpu.idle.isIdle == true && gpu.isHeld ? look.warn : look.text
    }
  }

  private var idleness: String {
    guard gpu.idle.isIdle != nil else { return "Whether it is idle is not known." }
    guard let since = gpu.idle.since, gpu.idle.isIdle == true else {
      return "Busy."
    }
    let start = (gpu.idle.isSinceBeginning ? "before " : "") + context.clock(of: since)
    return
      "Idle since \(start), \(context.age(of: since, isAtLeast: gpu.idle.isSinceBeginning))."
  }

  /// What idle means here, and since when it is counted.
  private var definition: String {
    // Without counters of the multiprocessors, a kernel that runs is what the driver tells.
    var text =
      reading.activity.value == nil ? "Idle means that no kernel runs" : "Idle means no SM activity"
    if let level = gpu.idle.level, let lowest = gpu.idle.lowestPower {
      let most = Format.decimal(level.value, places: 0)
      let least = Format.decimal(lowest.value, places: 0)
      text += " and that it draws at most \(most) W (the least seen was \(least) W)"
    }
    if let start = gpu.idle.countedSince {
      text += "; counted since \(context.clock(of: start)), when loadline started"
    }
    return text + "."
  }

  var all: [Fact] {
    [gaps, work, power, memory, clocks, link, trouble].filter { !$0.segments.isEmpty }
  }

  private var gaps: Fact {
    var segments: [Segment] = []
    let idle = gpu.idle
    let counted = idle.countedSince.map { context.moment.time.seconds(since: $0) } ?? 0
    for (share, word, seconds) in [
      (idle.lastMinute, "of the last minute", 60), (idle.lastHour, "hour", 3600),
      (idle.lastDay, "day", 86400),
    ] {
      let isWhole = counted >= Double(seconds)
      let start = idle.countedSince.map { "since \(context.clock(of: $0))" }
      segments.append(
        Segment(
          share.map { Format.percent($0) } ?? look.unknown, isWhole ? word : start ?? word,
          look.text, width: 5))
      // Longer ones would be the same again.
      if !isWhole { break }
    }
    if let hours = idle.hours {
      segments.append(Segment(Format.decimal(hours, places: 1), "GPU-hours in all", look.text))
    }
    if let longest = idle.longest {
      segments.append(Segment(Format.age(longest), "the longest gap", look.text))
    }
    return Fact(label: "idle", style: look.dim, segments: segments)
  }

  private var work: Fact {
    func share(_ measure: Measure<Share>, _ word: String) -> Segment {
      Segment(look.text(measure) { Format.percent($0) }, word, look.text, width: 5)
    }
    var segments = [share(reading.busy, "of the time a kernel ran")]
    if case .value(let activity) = reading.activity {
      segments.append(share(.value(activity.multiprocessors), "SM"))
      for (value, word) in [
        (activity.occupancy, "occupancy"), (activity.tensor, "tensor"), (activity.memory, "memory"),
      ] {
        if let value { segments.append(share(.value(value), word)) }
      }
    } else {
      segments.append(share(reading.activity.map(\.multiprocessors), "SM and tensor"))
      segments.append(share(reading.memoryBusy, "memory moved data"))
    }
    return Fact(label: "busy", style: look.gpu, segments: segments)
  }

  private var memory: Fact {
    func amount(_ measure: Measure<Bytes>) -> String { look.text(measure) { Format.bytes($0) } }
    var segments = [Segment(amount(reading.memoryUsed), "used", look.strong, width: 8)]
    let isUnified = reading.memory.value?.count == 0
    segments.append(
      isUnified
        ? Segment("n/a", "in all: it shares the box's memory", look.text)
        : Segment(amount(reading.memory), "in all", look.text))
    if let reserved = reading.memoryReserved.value, reserved.count > 0 {
      segments.append(Segment(Format.bytes(reserved), "kept by the driver", look.dim))
    }
    return Fact(label: "memory", style: look.memory, segments: segments)
  }

  private var power: Fact {
    func watts(_ watts: Watts) -> String { Format.decimal(watts.value, places: 0) }
    var segments = [
      Segment(look.text(reading.power) { watts($0) + " W" }, "", look.strong, width: 6),
      Segment("of " + look.text(reading.powerLimit) { watts($0) + " W" }, "limit", look.text),
    ]
    if let standard = reading.powerLimitDefault.value, standard != reading.powerLimit.value {
      segments.append(Segment(watts(standard) + " W", "without us", look.dim))
    }
    segments.append(
      Segment(look.text(reading.temperature) { "\($0) C" }, "", look.text, width: 4))
    if let slow = reading.slowdownTemperature.value {
      segments.append(Segment("", "slows at \(slow) C", look.dim))
    }
    return Fact(label: "power", style: look.gpu, segments: segments)
  }

  private var clocks: Fact {
    var clock = look.text(reading.clock) { "\($0)" }
    if let most = reading.clockMost.value { clock += " of \(most)" }
    let held = reading.throttles.map { throttles in
      throttles.rawValue == 0 ? "nothing" : throttles.words.joined(separator: ", ")
    }
    let isHeld = (reading.throttles.value?.rawValue ?? 0) != 0
    return Fact(
      label: "clocks", style: look.dim,
      segments: [
        Segment(clock, "MHz", look.text),
        Segment(
          isHeld ? "T" : "", "held back by " + look.text(held) { $0 },
          isHeld ? look.throttled.bold : look.text),
      ])
  }

  private var link: Fact {
    let rates = [reading.received, reading.sent]
    guard rates.contains(where: { $0.value != nil }) else {
      return Fact(label: "PCIe", style: look.io, segments: [])
    }
    func rate(_ measure: Measure<ByteRate>) -> String {
      look.text(measure) { Format.longRate($0, unknown: look.unknown) }
    }
    return Fact(
      label: "PCIe", style: look.io,
      segments: [
        Segment(rate(rates[0]), "in", look.text, width: 8),
        Segment(rate(rates[1]), "out", look.text, width: 8),
      ])
  }

  private var trouble: Fact {
    var segments: [Segment] = []
    if let error = reading.lastError {
      segments.append(
        Segment("error \(error.number)", "at \(context.clock(of: error.time))", look.warn))
    }
    if let rows = reading.remappedRows.value, rows.correctable + rows.uncorrectable > 0 {
      segments.append(
        Segment(
          "\(rows.correctable + rows.uncorrectable)", "memory rows replaced",
          rows.hasFailed ? look.bad : look.text))
      if rows.isPending { segments.append(Segment("", "waits for a reset", look.warn)) }
    }
    return Fact(label: "trouble", style: look.warn, segments: segments)
  }

  // MARK: Processes

  struct Line {
    var pid: String
    var what: String
    var memory: String
    var share: String
    var isStranger = false
  }

  /// Who holds contexts, those with most memory first; then jobs whose it is without one.
  var processes: [Line] {
    let ordered = (reading.processes.value ?? []).sorted {
      ($0.memory ?? .zero, $1.pid) > ($1.memory ?? .zero, $0.pid)
    }
    var lines = ordered.map { process in
      Line(
        pid: "pid \(process.pid)", what: "", memory: look.amount(process.memory),
        share: look.text(process.share) { Format.percent($0) })
    }
    for (index, process) in ordered.enumerated() {
      if let holder = gpu.holders.first(where: { $0.pids.contains(process.pid) }) {
        lines[index].what = name(of: holder.job)
      } else {
        lines[index].isStranger = true
        lines[index].what = words(of: process)
      }
    }
    for holder in gpu.holders where holder.reason != .context {
      let why = holder.reason == .budget ? "by its budget" : "given on its start"
      lines.append(
        Line(
          pid: look.unknown, what: "\(name(of: holder.job)), \(why)", memory: "", share: ""))
    }
    return lines
  }

  private func name(of id: JobID) -> String {
    guard let job = context.job(id) else { return look.unknown }
    return "\(job.name) \(look.glyphs.middleDot) \(job.owner)"
  }

  private func words(of process: GPUProcess) -> String {
    if !process.isHere {
      return gpu.hasForeignPids ? "a pid of the host" : "gone, and its memory held"
    }
    let stranger = gpu.strangers.first { $0.process.pid == process.pid }
    var text = stranger?.name?.string ?? look.unknown
    if let owner = stranger?.owner { text += " \(look.glyphs.middleDot) \(owner)" }
    return text + ", in no job"
  }

  /// What stands where no process is.
  var noProcesses: String {
    if reading.identity.isSplit { return "Its instances have the processes." }
    switch reading.processes {
    case .value: return "Nobody holds a context on it."
    case .unknown: return "Who holds it could not be read."
    case .unsupported: return "Who holds it: n/a on this device."
    }
  }
}

extension Look {
  fileprivate func amount(_ bytes: Bytes?) -> String {
    bytes.map { Format.bytes($0) } ?? unknown
  }
}
