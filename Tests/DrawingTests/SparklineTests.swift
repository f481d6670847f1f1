import Drawing
import Testing

struct SparklineTests {
  private func text(
    _ values: [Float], top: Float, width: Int = 8, height: Int = 1, glyphs: Glyphs = .blocks
  ) -> [String] {
    var canvas = Canvas(size: Size(columns: width, rows: height))
    Sparkline(values, top: top).draw(on: &canvas, in: canvas.bounds, Style(), glyphs: glyphs)
    return canvas.lines
  }

  @Test("each value is a column of eighths")
  func eighths() {
    #expect(text([1, 2, 3, 4, 5, 6, 7, 8], top: 8) == ["▁▂▃▄▅▆▇█"])
  }

  @Test("the newest value is at the right, what is too old is left out")
  func newest() {
    #expect(text([8, 8], top: 8) == ["      ██"])
    #expect(text([8, 8, 1, 1, 1, 1, 1, 1, 1, 1], top: 8) == ["▁▁▁▁▁▁▁▁"])
  }

  @Test("zero stands on the base line, unknown is blank")
  func unknown() {
    #expect(text([0, .nan, 0], top: 8) == ["     ▁ ▁"])
  }

  @Test("values beyond the top are at the top, and a top of zero is no harm")
  func beyond() {
    #expect(text([99, .infinity, -4], top: 8) == ["     █ ▁"])
    #expect(text([1, 2], top: 0) == ["      ▁▁"])
  }

  @Test("two rows have sixteen steps")
  func twoRows() {
    #expect(text([4, 8, 12, 16], top: 16, width: 4, height: 2) == ["  ▄█", "▄███"])
  }

  @Test("in ASCII it is coarser")
  func ascii() {
    #expect(text([1, 4, 8], top: 8, glyphs: .ascii) == ["     .:#"])
  }

  @Test("an empty rectangle or history draws nothing")
  func empty() {
    #expect(text([], top: 8) == [""])
    #expect(text([1], top: 8, width: 0) == [""])
  }
}
