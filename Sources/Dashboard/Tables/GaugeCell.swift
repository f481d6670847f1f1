import Drawing

/// A gauge and, right of it, `used/limit` with the slash at the same column in every row.
struct GaugeCell {
  var gauge: Gauge
  var isEstimate = false
  /// What follows the used amount; a total row has its own.
  var limit: Limit
  /// What is drawn is idle, not used: a faint bar, so that a full box is a blank row.
  var isFree = false

  /// What a draft would make of the limit; nil within is none.
  var drafted: Double??

  /// This cell with the limit as a draft would have it; nil leaves it.
  func drafting(_ limit: Double??) -> GaugeCell {
    guard let limit else { return self }
    var cell = self
    cell.drafted = .some(limit)
    cell.gauge.drafted = limit ?? gauge.whole
    return cell
  }

  enum Limit {
    case at(Double)
    /// No limit: measured against the box.
    case none
    /// What is unallocated, shown as 0 where it is negative: by how much is said in words.
    case rest(Double?)
    case blank
  }

  /// Columns of the number: a mark for estimates, the used amount, a slash and the limit.
  static func numberWidth(_ scale: Scale, _ context: Context) -> Int {
    1 + scale.usedWidth + limitWidth(scale, context)
  }

  private static func limitWidth(_ scale: Scale, _ context: Context) -> Int {
    let limit = 5
    return context.width >= 100 ? max(limit, whole(scale).utf8.count) : limit
  }

  private static func whole(_ scale: Scale) -> String { " of \(Format.limit(scale.whole))" }

  func draw(on canvas: inout Canvas, in slot: Slot, _ scale: Scale, _ context: Context) {
    let look = context.look
    let limitWidth = Self.limitWidth(scale, context)
    let numbers = Self.numberWidth(scale, context)
    var gauge = gauge
    let used = gauge.used
    if isFree {
      gauge.reclaimable = used ?? 0
      gauge.used = nil
    }
    gauge.draw(
      on: &canvas, x: slot.x, y: slot.y, width: slot.width - numbers, height: slot.height,
      theme: look.theme,
      paint: slot.isSelected ? look.gauge(on: slot.background) : look.gauge, glyphs: look.glyphs)

    let slash = slot.endX - limitWidth
    var text =
      used.map { scale.used($0, limit: gauge.limit, unknown: look.unknown) } ?? look.unknown
    if isEstimate, used != nil { text = "~" + text }
    canvas.write(
      text, endingAt: slash, y: slot.y,
      slot.paint(used == nil ? look.dim : slot.isSelected ? look.strong : look.text))
    if let drafted {
      // The arrow tells it from a limit in force, also without colour.
      let text = String(Character(look.glyphs.arrow)) + (drafted.map { Format.limit($0) } ?? "max")
      canvas.write(text, x: slash, y: slot.y, slot.paint(look.draft).bold.reversed)
      return
    }
    let dim = slot.paint(look.dim)
    switch limit {
    case .at(let limit): canvas.write("/" + Format.limit(limit), x: slash, y: slot.y, dim)
    case .none:
      let text = Self.whole(scale)
      if text.utf8.count <= limitWidth, context.width >= 100 {
        canvas.write(text, x: slash, y: slot.y, dim)
      }
    case .rest(let rest?):
      canvas.write(
        "/" + Format.limit(max(0, rest)), x: slash, y: slot.y,
        slot.paint(scale.isOver(rest) ? look.bad.bold : look.text))
    case .rest(nil): canvas.write("/" + look.unknown, x: slash, y: slot.y, dim)
    case .blank: break
    }
  }
}
