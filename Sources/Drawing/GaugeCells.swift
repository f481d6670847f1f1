/// What stands in each cell of a gauge, before it has a character or a colour.
struct GaugeCells {
  enum Content: Equatable {
    case line
    /// So many eighths of the cell.
    case used(Int)
    case reclaimable, unmet, beyond, slack, empty
  }

  /// The column of the first cell: 1 where the gauge is enclosed.
  let first: Int
  let count: Int
  /// The cell of the load line; as many cells to its left are the limit.
  let line: Int

  private let usedEighths: Int
  private let reclaimableEnd: Int
  private let unmetStart: Int
  private let unmetEnd: Int
  private let isBeyond: Bool
  private let perUnit: Double

  init(_ gauge: Gauge, width: Int, glyphs: Glyphs) {
    first = glyphs.gaugeEnds == nil ? 0 : 1
    count = max(0, width - 2 * first)
    line = Gauge.lineColumn(width: width, glyphs: glyphs) - first
    let scale = gauge.scale
    perUnit = scale > 0 && scale.isFinite ? Double(line) / scale : 0

    // The line takes a cell of its own, so the scale has one cell less than the gauge.
    let cells = count - 1
    let used = Self.finite(gauge.used)
    var eighths = Self.cells(used * perUnit * 8, atMost: cells * 8)
    // A sample's length is never exact: a hair over the line is at the line.
    if used <= scale * 1.02 { eighths = min(eighths, line * 8) }
    if glyphs.bars.count < 8 {
      eighths = (eighths + 4) / 8 * 8
    } else if eighths == 0, used > 0 {
      eighths = 1
    }
    usedEighths = eighths
    let usedEnd = (eighths + 7) / 8
    reclaimableEnd = max(
      usedEnd,
      Self.cells((used + Self.finite(gauge.reclaimable)) * perUnit, atMost: line))

    let demand = Self.finite(gauge.demand)
    unmetStart = usedEnd
    if demand > used * 1.02, perUnit > 0 {
      // Demand beyond the limit shows even where it is less than a cell.
      let least = demand > scale * 1.02 && used >= scale * 0.9 ? line + 1 : 0
      unmetEnd = max(Self.cells(demand * perUnit, atMost: cells), min(least, cells))
      isBeyond = demand * perUnit > Double(cells)
    } else {
      unmetEnd = 0
      isBeyond = false
    }
  }

  /// What stands in this cell, 0..<`count`.
  subscript(cell: Int) -> Content {
    if cell == line { return .line }
    if isBeyond, cell == count - 1 { return .beyond }
    let scaled = cell > line ? cell - 1 : cell
    let filled = usedEighths - scaled * 8
    if filled > 0 { return .used(min(filled, 8)) }
    if scaled >= unmetStart, scaled < unmetEnd { return .unmet }
    if cell > line { return .empty }
    return scaled < reclaimableEnd ? .reclaimable : .slack
  }

  /// The cell in which an amount lies; nil where that is the line or off the scale.
  func column(of amount: Double) -> Int? {
    guard perUnit > 0 else { return nil }
    // A hair below the line, for want of a digit, is at the line.
    let position = (amount * perUnit + 1e-6).rounded(.down)
    guard position >= 0, position < Double(count - 1) else { return nil }
    let scaled = Int(position)
    return scaled == line ? nil : scaled > line ? scaled + 1 : scaled
  }

  private static func finite(_ amount: Double?) -> Double {
    guard let amount, amount.isFinite else { return 0 }
    return max(0, amount)
  }

  private static func cells(_ amount: Double, atMost most: Int) -> Int {
    amount.isFinite ? Int(min(max(0, amount.rounded()), Double(max(0, most)))) : 0
  }
}
