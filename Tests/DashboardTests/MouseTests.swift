import Dashboard
import Drawing
import Model
import Testing

struct MouseTests {
  private func busy() -> Shown { Shown(Boxes.busy(), columns: 120, rows: 40) }

  private func place(of text: String, in shown: Shown, from row: Int = 0) throws -> (x: Int, y: Int)
  {
    for y in row..<shown.lines.count {
      let line = shown.lines[y]
      if let range = line.firstRange(of: text) {
        return (line[..<range.lowerBound].columns, y)
      }
    }
    return try #require(nil, "\(text) is not on the screen")
  }

  @Test("a click selects the job of the row")
  func select() throws {
    var shown = busy()
    let place = try place(of: "vit-b", in: shown)
    #expect(shown.mouse(.press, x: 90, y: place.y) == [])
    #expect(shown.selected == "vit-b")
  }

  @Test("a double click opens it")
  func open() throws {
    var shown = busy()
    let place = try place(of: "vit-b", in: shown)
    #expect(shown.mouse(.doubleClick, x: 5, y: place.y) == [.open(shown.state.jobs.selected)])
    #expect(shown.selected == "vit-b")
    #expect(shown.state.opened != nil)
  }

  @Test("the wheel scrolls and leaves the selection")
  func wheel() {
    var shown = Shown(Boxes.many(200), columns: 80, rows: 24)
    let selected = shown.selected
    shown.mouse(.wheelDown, x: 10, y: 10)
    #expect(shown.state.jobs.scroll.top == 3)
    shown.mouse(.wheelUp, x: 10, y: 10)
    shown.mouse(.wheelUp, x: 10, y: 10)
    #expect(shown.state.jobs.scroll.top == 0)
    #expect(shown.selected == selected)
  }

  @Test("a click on a title sorts by it, on the sorted one turns it round")
  func titles() throws {
    var shown = busy()
    let place = try place(of: "MEMORY", in: shown)
    shown.mouse(.press, x: place.x + 2, y: place.y)
    #expect(shown.state.jobs.sort.key == .memory)
    #expect(!shown.state.jobs.sort.isInverted)
    shown.mouse(.press, x: place.x + 2, y: place.y)
    #expect(shown.state.jobs.sort.isInverted)
  }

  @Test("a click on the bottom bar does what it says")
  func bar() throws {
    var shown = busy()
    let help = try place(of: "? help", in: shown, from: 39)
    shown.mouse(.press, x: help.x, y: help.y)
    #expect(shown.state.mode == .help(Search()))
    let close = try place(of: "Esc close", in: shown, from: 39)
    shown.mouse(.press, x: close.x + 5, y: close.y)
    #expect(shown.state.mode == .browsing)
    let quit = try place(of: "q quit", in: shown, from: 39)
    #expect(shown.mouse(.press, x: quit.x, y: quit.y) == [.quit])
  }

  @Test("a click on a choice takes it; what lies under the box cannot be clicked")
  func boxes() throws {
    var shown = busy()
    let job = try place(of: "vit-b", in: shown)
    shown.press("s")
    shown.mouse(.press, x: 1, y: job.y)
    #expect(shown.selected == "llama-ft")
    let name = try place(of: "name", in: shown)
    shown.mouse(.press, x: name.x, y: name.y)
    #expect(shown.state.jobs.sort.key == .name)
    #expect(shown.state.mode == .browsing)
  }

  @Test("a click on nothing, a release and a drag do nothing")
  func nothing() {
    var shown = busy()
    let before = shown.lines
    shown.mouse(.press, x: 0, y: 39)
    shown.mouse(.press, x: 500, y: -3)
    shown.mouse(.release, x: 5, y: 10)
    shown.mouse(.drag, x: 5, y: 10)
    #expect(shown.lines == before)
  }
}
