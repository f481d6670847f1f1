import Dashboard
import Drawing
import Model
import Testing

/// What keys do: the behaviour of the dashboard, key by key.
struct InputTests {
  private func busy(columns: Int = 120, rows: Int = 40) -> Shown {
    Shown(Boxes.busy(), columns: columns, rows: rows)
  }

  @Test("arrows, j and k move the selection, and it stops at both ends")
  func move() {
    var shown = busy()
    let order = shown.order
    #expect(shown.selected == order[0])
    shown.press(.down, "j")
    #expect(shown.selected == order[2])
    shown.press(.up, "k", .up)
    #expect(shown.selected == order[0])
    shown.press("G", .down)
    #expect(shown.selected == order[13])
    shown.press("g")
    #expect(shown.selected == order[0])
  }

  @Test("a page is what is on the screen, half of it is half")
  func pages() {
    var shown = Shown(Boxes.many(200), columns: 80, rows: 24)
    shown.press(.pageDown)
    #expect(shown.state.jobs.selectedRow == 8)
    shown.press(.control("d"))
    #expect(shown.state.jobs.selectedRow == 12)
    shown.press(.pageUp, .control("u"))
    #expect(shown.state.jobs.selectedRow == 0)
  }

  @Test("the list scrolls as little as needed to show the selection")
  func scrolling() {
    var shown = Shown(Boxes.many(200), columns: 80, rows: 24)
    for _ in 0..<9 { shown.press(.down) }
    #expect(shown.state.jobs.scroll.top == 1)
    shown.press(.up)
    #expect(shown.state.jobs.scroll.top == 1)
    shown.press("G")
    #expect(shown.state.jobs.scroll.top == 191)
  }

  @Test("digits and Tab change the view")
  func views() {
    var shown = busy()
    shown.press("3")
    #expect(shown.state.view == .memory)
    shown.press(.tab)
    #expect(shown.state.view == .gpus)
    shown.press(.tab)
    #expect(shown.state.view == .log)
    shown.press(.tab)
    #expect(shown.state.view == .jobs)
    shown.press("2")
    #expect(shown.state.view == .cores)
    shown.press(.backTab)
    #expect(shown.state.view == .jobs)
    shown.press("1")
    #expect(shown.state.view == .jobs)
  }

  @Test("q and ^C quit, from a text field only ^C does")
  func quit() {
    var shown = busy()
    #expect(shown.press("q") == [.quit])
    shown.press("/")
    #expect(shown.press("q") == [])
    #expect(shown.state.jobs.filter.text == "q")
    #expect(shown.press(.control("c")) == [.quit])
  }

  @Test(
    "^Z suspends and ^L redraws, also over help", arguments: [[], ["?"], [":"], ["s"]] as [[Key]])
  func terminal(keys: [Key]) {
    var shown = busy()
    for key in keys { shown.press(key) }
    #expect(shown.press(.control("z")) == [.suspend])
    #expect(shown.press(.control("l")) == [.redraw])
  }

  @Test("y copies the job's name, Y where it is")
  func copy() {
    var shown = busy()
    #expect(shown.press("y") == [.copy("llama-ft")])
    #expect(shown.lines[39].contains("copied llama-ft"))
    #expect(shown.press("Y") == [.copy("/loadline/llama-ft")])
  }

  @Test("what was copied is said for three seconds")
  func message() {
    var shown = busy()
    shown.press("y")
    var later = Boxes.busy()
    later.time = later.time.advanced(bySeconds: 2)
    shown.receive(later)
    #expect(shown.text.contains("copied"))
    later.time = later.time.advanced(bySeconds: 2)
    shown.receive(later)
    #expect(!shown.text.contains("copied"))
  }

  @Test("+ and - do nothing while nothing is edited")
  func reserved() {
    var shown = busy()
    let before = shown.lines
    #expect(shown.press("+", "-") == [])
    #expect(shown.lines == before)
  }

  @Test("an unknown key does nothing")
  func unknown() {
    var shown = busy()
    let before = shown.lines
    #expect(shown.press(.function(12), .insert, "§", .control("x")) == [])
    #expect(shown.lines == before)
  }

  @Test("nothing is bound while there is no moment, and nothing breaks")
  func noMoment() {
    var shown = Shown(nil)
    for command in KeyTable.commands {
      for key in command.keys { shown.press(key) }
    }
    #expect(shown.state.moment == nil)
  }

  @Test("any sequence of keys leaves a screen that can be drawn", arguments: 0..<8)
  func monkey(seed: Int) {
    let keys = KeyTable.commands.flatMap(\.keys) + ["a", "(", "*", "!", ":", " "]
    var shown = Shown(Boxes.opened(), columns: 100, rows: 30)
    var random = UInt64(seed &* 7919 &+ 1)
    for step in 0..<400 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      shown.press(keys[Int(random >> 33) % keys.count])
      if step % 50 == 20 { shown.receive(Boxes.many(step % 7)) }
      if step % 50 == 40 { shown.receive(Boxes.opened(processes: step)) }
      if step % 60 == 30 { shown.resize(60 + step % 100, 15 + step % 40) }
    }
    #expect(shown.frame.canvas.size == shown.state.size)
  }
}
