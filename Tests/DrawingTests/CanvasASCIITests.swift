import Drawing
import Testing

struct CanvasASCIITests {
  @Test("what is not ASCII becomes question marks, one a column")
  func replaced() {
    var canvas = Canvas(size: Size(columns: 8, rows: 1))
    canvas.write("a訓é~", x: 0, y: 0, Style())
    canvas.replaceNonASCII()
    #expect(canvas.lines == ["a???~"])
  }

  @Test func theSignsOfSentencesHaveALikeness() {
    var canvas = Canvas(size: Size(columns: 20, rows: 1))
    canvas.write("38 % → 0–5 %… 2×", x: 0, y: 0, Style())
    canvas.replaceNonASCII()
    #expect(canvas.lines == ["38 % > 0-5 %~ 2x"])
  }
}
