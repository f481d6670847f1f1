import Drawing
import Model

/// How busy a device was in each second of the last minute, so that idle gaps are seen.
///
/// A cell stands for one second or, where there are fewer cells, for several: always the same ones, so
/// that the strip steps to the left and never trembles.
struct BusyStrip {
  /// What a cell shows.
  enum Content: Equatable {
    case unknown
    /// Nothing ran in all of its time.
    case idle
    case busy(Double)
  }

  private(set) var cells: [Content] = []

  /// `values` are a second each, the last of them the one that ends at `now`.
  init(_ values: [Share?], now: Instant, width: Int) {
    guard width > 0 else { return }
    let seconds = (Self.minute + width - 1) / width
    // The cells that a minute touches, wherever in a cell it begins.
    let width = min(width, Self.minute / seconds + 1)
    let newest = Int(now.nanoseconds / 1_000_000_000)
    let last = newest / seconds
    var sums = [Double](repeating: 0, count: width)
    var counts = [Int](repeating: 0, count: width)
    for (back, value) in values.reversed().enumerated() where back <= newest {
      guard let value = value?.value, value.isFinite else { continue }
      let cell = width - 1 - (last - (newest - back) / seconds)
      guard cell >= 0 else { break }
      sums[cell] += min(max(0, value), 1)
      counts[cell] += 1
    }
    cells = zip(sums, counts).map { sum, count in
      count == 0 ? .unknown : sum < 0.005 * Double(count) ? .idle : .busy(sum / Double(count))
    }
  }

  /// The mean of several devices in each second; unknown where none is known.
  static func mean(_ strips: [[Share?]]) -> [Share?] {
    let length = strips.map(\.count).max() ?? 0
    return (0..<length).map { index in
      let back = length - index
      let known = strips.compactMap { $0.count >= back ? $0[$0.count - back]?.value : nil }
      return known.isEmpty ? nil : Share(known.reduce(0, +) / Double(known.count))
    }
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ style: Style, idle: Style, _ glyphs: Glyphs) {
    for (offset, cell) in cells.suffix(rect.width).enumerated() {
      let x = rect.endX - min(cells.count, rect.width) + offset
      switch cell {
      case .unknown: continue
      case .idle: canvas.put(Self.idleGlyph(glyphs), x: x, y: rect.endY - 1, idle)
      case .busy(let share):
        let eighths = max(1, Int((share * Double(rect.height * 8)).rounded()))
        for row in 0..<rect.height {
          let filled = min(8, eighths - row * 8)
          guard filled > 0 else { break }
          canvas.put(glyphs.columns[filled - 1], x: x, y: rect.endY - 1 - row, style)
        }
      }
    }
  }

  static func idleGlyph(_ glyphs: Glyphs) -> Unicode.Scalar {
    glyphs.isASCII ? "_" : glyphs.middleDot
  }

  private static let minute = 60
}

extension GPUMoment {
  /// How busy it was over the last minute, as far as that is known.
  var busyMinute: Share? {
    let known = lastMinute.compactMap { $0?.value }
    return known.isEmpty ? nil : Share(known.reduce(0, +) / Double(known.count))
  }
}
