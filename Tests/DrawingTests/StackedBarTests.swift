import Drawing
import Testing

struct StackedBarTests {
  private func text(
    _ parts: [(Double, Unicode.Scalar)], marks: [(Double, Unicode.Scalar)] = [],
    scale: Double = 10, width: Int = 11, height: Int = 1
  ) -> [String] {
    var canvas = Canvas(size: Size(columns: width, rows: height))
    StackedBar(
      parts: parts.map { StackedBar.Part($0.0, $0.1, Style()) },
      marks: marks.map { StackedBar.Mark($0.0, $0.1, Style()) }, scale: scale
    ).draw(
      on: &canvas, x: 0, y: 0, width: width, height: height, scaleWidth: 10, track: "·",
      trackStyle: Style(), glyphs: .blocks)
    return canvas.lines
  }

  @Test("parts follow one another and the rest is track")
  func parts() {
    #expect(text([(3, "█"), (2, "▓"), (1, "░")]) == ["███▓▓░····"])
  }

  @Test("a cell shows the part that takes most of it")
  func majority() {
    #expect(text([(2.7, "▓"), (0.4, "░"), (1.9, "▒")]) == ["▓▓▓▒▒·····"])
  }

  @Test("a bar that ends in a solid part ends at an eighth")
  func eighth() {
    #expect(text([(3.5, "█")]) == ["███▌······"])
  }

  @Test("marks lie over parts, and at the end of the scale in the cell behind it")
  func marks() {
    #expect(text([(3, "█")], marks: [(2, "╎"), (10, "┃")]) == ["██╎·······┃"])
  }

  @Test("more than the scale fills the bar and no more")
  func overflow() {
    #expect(text([(99, "█")]) == ["███████████"])
  }

  @Test("in two rows it is one and a half high")
  func twoRows() {
    #expect(text([(3, "█"), (2, "░")], height: 2) == ["███░░·····", "▀▀▀"])
  }

  @Test("absurd numbers draw no harm", arguments: [0, -1, .nan, .infinity] as [Double])
  func absurd(value: Double) {
    #expect(text([(value, "█"), (1, "░")], marks: [(value, "┃")], scale: 10)[0].columns <= 11)
    #expect(text([(1, "█")], scale: value)[0].columns <= 11)
  }
}
