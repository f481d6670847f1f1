/// A graph of the recent past, newest at the right, one column a value.
package struct Sparkline: Sendable {
  package var values: ArraySlice<Float>
  /// The value at full height.
  package var top: Float

  package init(_ values: some Sequence<Float>, top: Float) {
    self.values = ArraySlice(values)
    self.top = top
  }

  package init(_ values: [Float], top: Float) {
    self.values = values[...]
    self.top = top
  }

  /// Draws into all rows of a rectangle; what is older than its width is left out.
  ///
  /// A known zero stands on the base line; an unknown value (NaN) leaves its column blank.
  package func draw(on canvas: inout Canvas, in rect: Rect, _ style: Style, glyphs: Glyphs) {
    guard !rect.isEmpty else { return }
    let shown = values.suffix(rect.width)
    var x = rect.endX - shown.count
    for value in shown {
      defer { x += 1 }
      guard value.isFinite else { continue }
      let share = top > 0 ? min(max(0, value / top), 1) : 0
      let eighths = max(1, Int((share * Float(rect.height * 8)).rounded()))
      for row in 0..<rect.height {
        let filled = min(8, eighths - row * 8)
        guard filled > 0 else { break }
        canvas.put(glyphs.columns[filled - 1], x: x, y: rect.endY - 1 - row, style)
      }
    }
  }
}
