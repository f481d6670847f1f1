import Dashboard
import Drawing
import Model
import Testing

/// How what was found is shown.
struct FindingTests {
  private func shown(_ columns: Int, _ rows: Int) -> Shown {
    Shown(Boxes.found(), columns: columns, rows: rows)
  }

  private func select(_ name: String, _ shown: inout Shown) {
    while shown.selected != name { shown.press(.down) }
  }

  @Test(
    "every screen with findings is as recorded",
    arguments: [(60, 15), (80, 24), (120, 40), (200, 60)])
  func screens(size: (Int, Int)) {
    for glyphs in [Glyphs.blocks, .ascii] {
      var shown = shown(size.0, size.1)
      shown.glyphs = glyphs
      shown.draw()
      let form = "\(size.0)x\(size.1)\(glyphs.isASCII ? "-ascii" : "")"
      Golden.check(shown.frame.canvas.page, "found-\(form)")
      select("notebook-7", &shown)
      Golden.check(shown.frame.canvas.page, "found-waste-\(form)")
      shown.press("g", .enter)
      Golden.check(shown.frame.canvas.page, "found-opened-\(form)")
      shown.press(.tab)
      Golden.check(shown.frame.canvas.page, "found-all-\(form)")
    }
  }

  @Test("a row says the worst first, in words, at every width")
  func row() throws {
    for width in [80, 99, 100, 120, 163, 200] {
      let shown = shown(width, 40)
      for (job, words) in [
        ("vit-b", ["near limit", "memory near the line"]),
        ("notebook-7", ["GPU idle"]), ("etl-nightly", ["reclaim"]),
        ("bench", ["GPU best", "GPU at its best"]),
      ] {
        let line = try #require(shown.lines.first { $0.contains(" \(job) ") })
        #expect(words.contains { line.contains($0) }, "\(width): \(line)")
      }
    }
  }

  @Test("a state that a finding covers is not told twice, one that none covers stays")
  func states() throws {
    let line = try #require(shown(200, 60).lines.first { $0.contains(" etl-nightly ") })
    #expect(!line.contains("throttled"))
    #expect(line.contains("▲ reclaims memory △!"))
  }

  @Test(
    "the panel has the first cause with its numbers and what would answer it",
    arguments: [80, 120])
  func panel(width: Int) {
    let shown = shown(width, width == 80 ? 24 : 40)
    let text = shown.lines.map { line in
      line.split(separator: " ").joined(separator: " ")
    }.joined(separator: " ")
    for word in ["38 %", "22.4", "12 min", "Since 13:51", "Suggested: give it 7 more cores."] {
      #expect(text.contains(word), "\(word)")
    }
  }

  @Test("what is wasted is in the header where it fits, and whole")
  func header() {
    #expect(shown(200, 60).text.contains("1.0 GPU, 90 GiB wasted"))
    #expect(shown(80, 24).text.contains("1.0 GPU, 90 GiB wasted"))
    #expect(!Shown(Boxes.busy(), columns: 200, rows: 60).text.contains("wasted"))
  }

  @Test("the opened job has all numbers and says what was not looked at")
  func opened() {
    var shown = shown(100, 60)
    shown.press(.enter, .tab)
    for text in [
      "throttled share of periods 38 %", "granted 16.00 cores", "Not memory: some of its threads",
      "Suggested: give 48GiB back.", "Wasted: 48 GiB.", "Not looked at, and why:",
      "numa: the NUMA nodes of its memory are not known.",
    ] {
      #expect(shown.text.contains(text), "\(text)")
    }
    shown.press(.tab)
    #expect(!shown.text.contains("Not looked at"))
  }

  @Test("the findings scroll to their end and no further")
  func scrolling() {
    var shown = shown(80, 24)
    shown.press(.enter, .tab, "G")
    #expect(shown.text.contains("numa: the NUMA nodes"))
    let end = shown.lines
    shown.press(.down, .pageDown)
    #expect(shown.lines == end)
    shown.press("g")
    #expect(shown.text.contains("red, confirmed, main, since Fri 13:51:21, 12 min"))
  }

  @Test("a job of which nothing was found says so")
  func nothing() {
    var shown = Shown(Boxes.busy(), columns: 100, rows: 30)
    shown.press(.enter, .tab)
    #expect(shown.text.contains("Nothing was found."))
  }

  @Test("by state the worst come first, and a filter knows levels and rules")
  func order() {
    var shown = shown(120, 40)
    shown.press("T")
    #expect(Set(shown.order.prefix(3)) == ["llama-ft", "notebook-7", "etl-nightly"])
    shown.press("/")
    shown.type("state:gpu-idle")
    #expect(shown.order == ["notebook-7"])
    shown.press(.escape, "/")
    shown.type("state:amber")
    #expect(shown.order.contains("vit-b"))
    #expect(!shown.order.contains("bench"))
  }

  @Test("every rule fits into a column of 13 with its mark", arguments: RuleID.allCases)
  func narrow(rule: RuleID) throws {
    var moment = Boxes.found()
    moment.give("llama-ft", [Boxes.finding(rule, .red, ago: 60, "Text.")])
    let shown = Shown(moment, columns: 80, rows: 24)
    let line = try #require(shown.lines.first { $0.contains("llama-ft ") })
    let mark = try #require(line.firstIndex(of: "▲"))
    let words = line[mark...].dropFirst(2).split(separator: "  ")[0]
    #expect(words.first?.isLetter ?? false, "\(line)")
    #expect(!words.contains("…"), "\(line)")
  }
}
