import Drawing
import Model

/// The columns of the GPU view, from left to right.
enum GPUColumns {
  /// Those that some device has something to say in.
  static func all(_ moment: Moment) -> [Column<GPUMoment>] {
    var columns = [label, name, holder, owner, busy]
    if moment.gpus.contains(where: { $0.reading.activity.value != nil }) {
      columns += [multiprocessors, tensor]
    }
    return columns + [memory, power, temperature, idleShare, idleHours, state]
  }

  private static let label = Column<GPUMoment>(
    "GPU", width: { _ in ColumnWidth(3, rank: 0) },
    draw: { canvas, slot, gpu, context in
      canvas.write(
        gpu.label(context.glyphs), x: slot.x + (gpu.reading.identity.parent == nil ? 0 : 1),
        y: slot.y, slot.paint(context.look.strong))
    })

  private static let name = Column<GPUMoment>(
    "NAME", width: { _ in ColumnWidth(8...22, rank: 8) },
    draw: { canvas, slot, gpu, context in
      canvas.write(
        gpu.shortName, x: slot.x, y: slot.y, width: slot.width, ellipsis: context.glyphs.ellipsis,
        slot.paint(context.look.dim))
    })

  private static let holder = Column<GPUMoment>(
    "JOB", width: { _ in ColumnWidth(13...24, least: 8, rank: 0, stretch: 2) },
    draw: { canvas, slot, gpu, context in
      let look = context.look
      let names = gpu.holderNames(context)
      guard let first = names.first else {
        canvas.write(
          gpu.nobody(look), x: slot.x, y: slot.y, width: slot.width, slot.paint(look.dim))
        return
      }
      // A process is not a job: its name is not set like one.
      let style = gpu.holders.isEmpty ? look.warn : slot.isSelected ? look.strong : look.text
      // What is cut is the name, never a number.
      let more = first.number + (names.count > 1 ? " +\(names.count - 1)" : "")
      let end = canvas.write(
        first.name, x: slot.x, y: slot.y, width: slot.width - more.columns,
        ellipsis: look.glyphs.ellipsis, slot.paint(style))
      canvas.write(more, x: end, y: slot.y, slot.paint(look.text))
    })

  private static let owner = Column<GPUMoment>(
    "OWNER", width: { _ in ColumnWidth(6...12, rank: 2) },
    draw: { canvas, slot, gpu, context in
      guard let first = gpu.holderNames(context).first else { return }
      canvas.write(
        first.owner, x: slot.x, y: slot.y, width: slot.width, ellipsis: context.glyphs.ellipsis,
        slot.paint(context.look.dim))
    })

  private static let busy = Column<GPUMoment>(
    "BUSY", note: "% now/min",
    width: { context in
      ColumnWidth(
        (context.width < 100 ? 16 : 18)...busyNumbers + 61, least: 12, rank: 0, stretch: 6)
    },
    draw: { canvas, slot, gpu, context in
      let look = context.look
      let isFresh = gpu.isFresh(context)
      let width = min(60, slot.width - busyNumbers - 1)
      BusyStrip(gpu.lastMinute, now: gpu.reading.time, width: width).draw(
        on: &canvas, in: Rect(x: slot.x, y: slot.y, width: width, height: slot.height),
        slot.paint(isFresh ? look.gpu : look.dim), idle: slot.paint(look.dim), look.glyphs)
      if let text = insteadOfBusy(gpu, look) {
        canvas.write(text, endingAt: slot.endX, y: slot.y, slot.paint(look.dim))
        return
      }
      let isLost = gpu.reading.condition == .lost
      let now: Measure<Share> = isLost ? .unknown : gpu.reading.busy
      let minute = gpu.busyMinute.map { Format.decimal($0.percent, places: 0) } ?? look.unknown
      let slash = slot.endX - 4
      canvas.write(
        look.text(now) { Format.decimal($0.percent, places: 0, unknown: look.unknown) },
        endingAt: slash, y: slot.y,
        slot.paint(!isFresh ? look.dim : slot.isSelected ? look.strong : look.text))
      canvas.write("/", x: slash, y: slot.y, slot.paint(look.dim))
      canvas.write(minute, endingAt: slot.endX, y: slot.y, slot.paint(look.dim))
    })

  /// What stands where a device does not tell how busy it is: an instance tells its units' activity.
  private static func insteadOfBusy(_ gpu: GPUMoment, _ look: Look) -> String? {
    guard gpu.reading.busy == .unsupported, gpu.busyMinute == nil else { return nil }
    guard let activity = gpu.reading.activity.value else { return "n/a" }
    return "SM \(Format.percent(activity.multiprocessors, unknown: look.unknown))"
  }

  /// `100/100`.
  private static let busyNumbers = 7

  private static let multiprocessors = share("SM", rank: 6) {
    $0.reading.activity.map(\.multiprocessors)
  }
  private static let tensor = share("TENSOR", rank: 9) { gpu in
    switch gpu.reading.activity {
    case .value(let activity): activity.tensor.map { .value($0) } ?? .unsupported
    case .unknown: .unknown
    case .unsupported: .unsupported
    }
  }

  private static let memory = Column<GPUMoment>(
    "MEMORY", note: "GiB",
    width: { context in
      let numbers = LevelCell.numberWidth(memoryWidths(context))
      return ColumnWidth(
        numbers + (context.width < 100 ? 0 : 6)...numbers + 20, rank: 1, stretch: 1)
    },
    draw: { canvas, slot, gpu, context in
      let (look, scale) = (context.look, memoryScale(context))
      let (used, whole) = (gpu.reading.memoryUsed, gpu.reading.memory)
      // It shares the box's memory: there is no whole of its own.
      let isUnified = whole.value?.count == 0
      LevelCell(
        used: used.value.map { scale.value($0) },
        whole: isUnified ? nil : whole.value.map { scale.value($0) },
        usedText: look.text(used) { scale.used(scale.value($0), unknown: look.unknown) },
        wholeText: isUnified ? "n/a" : look.text(whole) { Format.limit(scale.value($0)) },
        widths: memoryWidths(context), style: look.memory
      ).draw(on: &canvas, in: slot, isDim: !gpu.isFresh(context), look)
    })

  private static func memoryScale(_ context: Context) -> Scale {
    .memory(box: context.moment.gpus.compactMap(\.reading.memory.value).max() ?? .zero)
  }

  private static func memoryWidths(_ context: Context) -> (used: Int, whole: Int) {
    (memoryScale(context).usedWidth, 4)
  }

  private static let power = Column<GPUMoment>(
    "POWER", note: "W",
    width: { context in
      let numbers = LevelCell.numberWidth(powerWidths(context))
      return ColumnWidth(
        numbers + (context.width < 100 ? 0 : 5)...numbers + 14, rank: 3, stretch: 1)
    },
    draw: { canvas, slot, gpu, context in
      let look = context.look
      func watts(_ measure: Measure<Watts>) -> String {
        look.text(measure) { Format.decimal($0.value, places: 0, unknown: look.unknown) }
      }
      let (used, limit) = (gpu.reading.power, gpu.reading.powerLimit)
      LevelCell(
        used: used.value?.value, whole: limit.value?.value, usedText: watts(used),
        wholeText: watts(limit), widths: powerWidths(context), style: look.gpu
      ).draw(on: &canvas, in: slot, isDim: !gpu.isFresh(context), look)
    })

  private static func powerWidths(_ context: Context) -> (used: Int, whole: Int) {
    let most = context.moment.gpus.compactMap(\.reading.powerLimit.value?.value).max() ?? 0
    let digits = most >= 1000 ? 4 : 3
    return (digits, digits)
  }

  private static let temperature = Column<GPUMoment>(
    "TEMP", isNumber: true, width: { _ in ColumnWidth(5, rank: 5) },
    draw: { canvas, slot, gpu, context in
      let (look, reading) = (context.look, gpu.reading)
      let isHot = reading.throttles.value?.contains(.thermal) == true
      canvas.write(
        look.text(reading.temperature) { "\($0) C" }, endingAt: slot.endX, y: slot.y,
        slot.paint(!gpu.isFresh(context) ? look.dim : isHot ? look.throttled.bold : look.text))
    })

  /// The idle part of the last hour, or of what is known of it.
  private static let idleShare = share("IDLE/1h", rank: 4) {
    $0.idle.lastHour.map { .value($0) } ?? .unknown
  }

  /// Device-hours of idleness since the counting began.
  private static let idleHours = Column<GPUMoment>(
    "IDLE h", isNumber: true, width: { _ in ColumnWidth(6, rank: 7) },
    draw: { canvas, slot, gpu, context in
      let look = context.look
      let hours = gpu.idle.hours.map { Format.decimal($0, places: $0 < 100 ? 1 : 0) }
      canvas.write(
        hours ?? look.unknown, endingAt: slot.endX, y: slot.y,
        slot.paint(hours == nil ? look.dim : look.text))
    })

  private static let state = Column<GPUMoment>(
    "STATE",
    width: { context in
      ColumnWidth(25...40, least: 8, rank: 0, stretch: 2)
    },
    draw: { canvas, slot, gpu, context in
      Sign.draw(Sign.all(of: gpu, context), on: &canvas, in: slot)
    })

  private static func share(
    _ title: String, rank: Int, _ measure: @escaping @Sendable (GPUMoment) -> Measure<Share>
  ) -> Column<GPUMoment> {
    Column<GPUMoment>(
      title, isNumber: true, width: { _ in ColumnWidth(max(5, title.utf8.count), rank: rank) },
      draw: { canvas, slot, gpu, context in
        let look = context.look
        let value = measure(gpu)
        canvas.write(
          look.text(value) { Format.percent($0, unknown: look.unknown) }, endingAt: slot.endX,
          y: slot.y,
          slot.paint(value.value == nil || !gpu.isFresh(context) ? look.dim : look.text))
      })
  }
}
