import Drawing
import Model

extension JobColumns {
  /// What it has of GPUs: a strip of the last minute and how many are busy, or since when none is.
  static let gpu = Column<JobRow>(
    "GPU", sort: .gpu,
    width: { context in
      let numbers = numberWidth(context)
      if context.width < 100 { return ColumnWidth(numbers + 2...numbers + 13, rank: 2) }
      return ColumnWidth(numbers + 13...numbers + 31, rank: 2)
    },
    draw: { canvas, slot, row, context in
      let look = context.look
      // The last column is the mark's of what is shared.
      let end = slot.endX - 1
      switch row {
      case .job(let index):
        guard let gpus = context.moment.jobs[index].gpus else {
          canvas.write(look.unknown, endingAt: end, y: slot.y, slot.paint(look.dim))
          return
        }
        let busy = gpus.busy.map { Format.decimal($0, places: 1, unknown: look.unknown) }
        canvas.write(
          "\(busy ?? look.unknown)/\(gpus.held.count)", endingAt: end, y: slot.y,
          slot.paint(slot.isSelected ? look.strong : look.text))
        if gpus.isShared { canvas.write("&", x: end, y: slot.y, slot.paint(look.text)) }
        let room = Rect(
          x: slot.x, y: slot.y, width: slot.width - numberWidth(context) - 1, height: slot.height)
        if let since = gpus.idleSince(at: context.moment.time) {
          let age = context.age(of: since, isAtLeast: gpus.idleIsSinceBeginning)
          let text = ["idle \(age)", age, Sign.idleGPUMark].first { $0.columns <= room.width }
          canvas.write(text ?? "", x: slot.x, y: slot.y, slot.paint(look.warn))
        } else if room.width >= 3 {
          strip(of: gpus, width: room.width, context).draw(
            on: &canvas, in: room, slot.paint(look.gpu), idle: slot.paint(look.dim), look.glyphs)
        }
      case .free:
        canvas.write(
          "\(GPUSummary(context.moment).free)", endingAt: end, y: slot.y, slot.paint(look.text))
      case .other:
        let held = context.moment.gpus.count { $0.holders.isEmpty && !$0.strangers.isEmpty }
        guard held > 0 else { return }
        canvas.write("/\(held)", endingAt: end, y: slot.y, slot.paint(look.text))
      case .uncharged: return
      }
    })

  /// Columns of `2.4/4` and of the mark behind it.
  private static func numberWidth(_ context: Context) -> Int {
    context.moment.jobs.contains { ($0.gpus?.held.count ?? 0) >= 10 } ? 8 : 6
  }

  private static func strip(of gpus: JobGPUs, width: Int, _ context: Context) -> BusyStrip {
    let devices = context.moment.gpus.filter { gpus.held.contains($0.id) }
    return BusyStrip(
      BusyStrip.mean(devices.map(\.lastMinute)),
      now: devices.first?.reading.time ?? context.moment.time,
      width: min(60, width))
  }
}

extension Sign {
  static let idleGPUMark = "g"

  /// That all GPUs of a job are idle; nil where they are not.
  static func idleGPUs(of job: JobMoment, _ context: Context) -> Sign? {
    guard let gpus = job.gpus, let since = gpus.idleSince(at: context.moment.time) else {
      return nil
    }
    var sign = Sign(idleGPUMark, "GPU idle", context.look.warn)
    sign.longer = ["GPU idle \(context.age(of: since, isAtLeast: gpus.idleIsSinceBeginning))"]
    return sign
  }
}

extension JobMoment {
  /// That all of its GPUs are idle, which and since when.
  func idleGPUSentence(_ context: Context) -> String? {
    guard let gpus, let since = gpus.idleSince(at: context.moment.time) else { return nil }
    let devices = JobFacts(job: self, context: context).devices(gpus)
    let start = (gpus.idleIsSinceBeginning ? "before " : "") + context.clock(of: since)
    let age = context.age(of: since, isAtLeast: gpus.idleIsSinceBeginning)
    return
      "GPU idle: \(devices) \(gpus.held.count == 1 ? "has" : "have") done nothing since \(start), \(age)."
  }
}

extension JobFacts {
  /// Which GPUs it has, how busy they are, since when they are idle, and its memory on them.
  var gpus: Fact {
    let look = context.look
    guard let gpus = job.gpus else { return Fact(label: "GPU", style: look.gpu, segments: []) }
    let busy = gpus.busy.map { Format.decimal($0, places: 1) } ?? look.unknown
    var segments = [
      Segment("\(busy) of \(gpus.held.count)", "busy", look.strong),
      Segment(devices(gpus), "", look.text),
    ]
    if let memory = gpus.memory {
      segments.append(Segment(Format.bytes(memory), "held", look.text))
    }
    if gpus.isShared { segments.append(Segment("&", "shared with other jobs", look.text)) }
    // That all are idle is a sentence of its own.
    guard gpus.idleSince(at: context.moment.time) == nil else {
      return Fact(label: "GPU", style: look.gpu, segments: segments)
    }
    let held = context.moment.gpus.filter { gpus.held.contains($0.id) }
    for device in held {
      guard let since = device.idleSince(at: context.moment.time) else { continue }
      segments.append(
        Segment(device.name(in: context), "idle since \(context.clock(of: since))", look.warn))
    }
    if (2...8).contains(held.count) {
      let each = held.map { device in
        padded(
          look.text(device.reading.busy) { Format.decimal($0.percent, places: 0) }, to: 3)
      }
      segments.append(Segment(each.joined(separator: " "), "% each", look.text))
    }
    return Fact(label: "GPU", style: look.gpu, segments: segments)
  }

  /// `GPU 2`, `GPUs 0-3`; instances by device and number.
  func devices(_ gpus: JobGPUs) -> String {
    let held = context.moment.gpus.filter { gpus.held.contains($0.id) }
    let whole = CPUSet(held.map(\.reading.identity).filter { $0.parent == nil }.map(\.index))
    let instances = held.filter { $0.reading.identity.parent != nil }.map { $0.name(in: context) }
    let names = (whole.isEmpty ? [] : ["\(whole)"]) + instances
    return (held.count == 1 ? "GPU " : "GPUs ") + names.joined(separator: ", ")
  }
}

extension GPUMoment {
  /// `2`, or `0:1` for an instance: its device's number and its own.
  func name(in context: Context) -> String {
    guard let parent = reading.identity.parent,
      let device = context.moment.gpus.first(where: { $0.id == parent })
    else { return "\(reading.identity.index)" }
    return "\(device.reading.identity.index):\(reading.identity.index)"
  }
}
