import Drawing
import Testing

struct GaugeTests {
  private static let theme = Theme(
    name: "test", depth: .indexed, styles: [:],
    gradient: (0...10).map { Style(foreground: .indexed(UInt8($0))) })
  private static let paint = GaugePaint(
    reclaimable: Style(foreground: .indexed(20)), unmet: Style(foreground: .indexed(21)),
    line: Style(foreground: .indexed(22)), noLine: Style(foreground: .indexed(23)),
    mark: Style(foreground: .indexed(24)), slack: Style(foreground: .indexed(25)))

  /// 21 columns: 14 up to the line, the line, 6 beyond it.
  private func draw(
    _ gauge: Gauge, width: Int = 21, height: Int = 1, glyphs: Glyphs = .blocks
  ) -> Canvas {
    var canvas = Canvas(size: Size(columns: width, rows: height))
    gauge.draw(
      on: &canvas, x: 0, y: 0, width: width, height: height, theme: Self.theme, paint: Self.paint,
      glyphs: glyphs)
    return canvas
  }

  private func text(_ gauge: Gauge, width: Int = 21, glyphs: Glyphs = .blocks) -> String {
    draw(gauge, width: width, glyphs: glyphs).lines[0]
  }

  @Test("half of the limit is half of the way to the line")
  func half() {
    #expect(text(Gauge(used: 2, limit: 4, whole: 64)) == "███████       ┃")
  }

  @Test("a bar ends at an eighth of a cell")
  func eighths() {
    #expect(text(Gauge(used: 1, limit: 16, whole: 64)) == "▉             ┃")
  }

  @Test("next to nothing is visible, nothing is not")
  func smallest() {
    #expect(text(Gauge(used: 0.001, limit: 16, whole: 64)) == "▏             ┃")
    #expect(text(Gauge(used: 0, limit: 16, whole: 64)) == "              ┃")
  }

  @Test("an unknown use leaves the bar empty and the line standing")
  func unknown() {
    #expect(text(Gauge(used: nil, limit: 16, whole: 64)) == "              ┃")
  }

  @Test("demand beyond the line is on the same scale")
  func demand() {
    #expect(text(Gauge(used: 4, demand: 5, limit: 4, whole: 64)) == "██████████████┃▒▒▒▒")
  }

  @Test("demand off the scale ends in an arrow")
  func beyond() {
    #expect(text(Gauge(used: 4, demand: 24, limit: 4, whole: 64)) == "██████████████┃▒▒▒▒▒▸")
  }

  @Test("a demand a little beyond the line still shows")
  func slightDemand() {
    #expect(text(Gauge(used: 100, demand: 103, limit: 100, whole: 400)) == "██████████████┃▒")
  }

  @Test("demand that others hold back shows left of the line")
  func contention() {
    #expect(text(Gauge(used: 1, demand: 3, limit: 4, whole: 64)) == "███▌▒▒▒▒▒▒▒   ┃")
  }

  @Test("without a limit the line is dotted and stands for the whole")
  func noLimit() {
    #expect(text(Gauge(used: 32, limit: nil, whole: 64)) == "███████       ┊")
  }

  @Test("page cache follows in a lighter shade and ends at the line at the latest")
  func reclaimable() {
    #expect(text(Gauge(used: 1, reclaimable: 2, limit: 4, whole: 64)) == "███▌░░░░░░░   ┃")
    #expect(text(Gauge(used: 1, reclaimable: 99, limit: 4, whole: 64)) == "███▌░░░░░░░░░░┃")
  }

  @Test("use over the limit goes on behind the line, a hair over it does not")
  func over() {
    #expect(text(Gauge(used: 5, limit: 4, whole: 64)) == "██████████████┃███▌")
    #expect(text(Gauge(used: 4.05, limit: 4, whole: 64)) == "██████████████┃")
  }

  @Test("a budget has a thin mark on either side of the line, and none where it is the limit")
  func budget() {
    #expect(text(Gauge(used: 0, limit: 4, whole: 64, mark: 2)) == "       ╎      ┃")
    #expect(text(Gauge(used: 0, limit: 4, whole: 64, mark: 5)) == "              ┃   ╎")
    #expect(text(Gauge(used: 0, limit: 4, whole: 64, mark: 4)) == "              ┃")
    #expect(text(Gauge(used: 0, limit: 4, whole: 64, mark: 40)) == "              ┃")
  }

  @Test("a mark over the bar keeps the bar's colour behind it")
  func markOverBar() {
    let canvas = draw(Gauge(used: 4, limit: 4, whole: 64, mark: 2))
    #expect(canvas[7, 0].scalar == "╎")
    #expect(canvas[7, 0].style.background == Self.theme.load(0.5).foreground)
  }

  @Test("in ASCII it is enclosed and shows the slack")
  func ascii() {
    #expect(
      text(Gauge(used: 3, limit: 4, whole: 64), width: 23, glyphs: .ascii)
        == "[###########---|      ]")
    #expect(
      text(Gauge(used: 4, demand: 9, limit: 4, whole: 64), width: 23, glyphs: .ascii)
        == "[##############|=====>]")
    #expect(
      text(Gauge(used: 8, limit: nil, whole: 64), width: 23, glyphs: .ascii)
        == "[##------------:      ]")
  }

  @Test("the line stands at the same column whatever the numbers are", arguments: 5..<80)
  func lineColumn(width: Int) {
    for glyphs in [Glyphs.blocks, .ascii] {
      let column = Gauge.lineColumn(width: width, glyphs: glyphs)
      for gauge in [
        Gauge(used: 0, limit: 1, whole: 1), Gauge(used: 7, demand: 90, limit: 7, whole: 64),
        Gauge(used: nil, limit: 0.25, whole: 64), Gauge(used: 99, limit: 3, whole: 4, mark: 2.9),
      ] {
        #expect(draw(gauge, width: width, glyphs: glyphs)[column, 0].scalar == glyphs.line)
      }
    }
  }

  @Test(
    "absurd numbers draw a gauge and no harm",
    arguments: [0, -1, .nan, .infinity, 1e300] as [Double])
  func absurd(value: Double) {
    for gauge in [
      Gauge(
        used: value, reclaimable: value, demand: value, limit: value, whole: value, mark: value),
      Gauge(used: 1, demand: value, limit: nil, whole: value),
      Gauge(used: value, limit: 4, whole: 64, mark: value),
    ] {
      #expect(draw(gauge).lines[0].columns <= 21)
    }
  }

  @Test("the bar is the hotter the nearer to the line, whatever its length")
  func gradient() {
    let short = draw(Gauge(used: 2, limit: 4, whole: 64))
    let long = draw(Gauge(used: 4, limit: 4, whole: 64))
    #expect(short[0, 0] == long[0, 0])
    #expect(short[6, 0].style == long[6, 0].style)
    #expect(long[0, 0].style.foreground == .indexed(0))
    #expect(long[13, 0].style.foreground == .indexed(9))
  }

  @Test("in two rows the bar is one and a half high and the line goes all the way down")
  func twoRows() {
    let canvas = draw(Gauge(used: 2, limit: 4, whole: 64), height: 2)
    #expect(canvas.lines == ["███████       ┃", "▀▀▀▀▀▀▀       ┃"])
  }

  @Test("too narrow a gauge is not drawn")
  func narrow() {
    #expect(text(Gauge(used: 1, limit: 1, whole: 1), width: 4) == "")
  }
}
