import Dashboard
import Drawing
import Model
import Testing

/// A held display stands still, and everything but time goes on.
struct HoldTests {
  private func held() -> Shown {
    var shown = Shown(Boxes.busy(), columns: 120, rows: 40)
    shown.press("f")
    var later = Boxes.many(3)
    later.time = later.time.advanced(bySeconds: 12)
    shown.receive(later)
    return shown
  }

  @Test("f holds the display at its moment and says for how long")
  func hold() {
    let shown = held()
    #expect(shown.order.count == 14)
    #expect(shown.lines[0].contains("HELD 12 s"))
    #expect(!shown.lines[0].contains("live"))
  }

  @Test("sorting, filtering, moving and paging still work")
  func alive() {
    var shown = held()
    shown.press("N", .down)
    #expect(shown.selected == "etl-nightly")
    shown.type("/user:bob")
    #expect(shown.order.count == 3)
  }

  @Test("f, or Esc, goes on with the newest moment", arguments: ["f", .escape] as [Key])
  func letGo(key: Key) {
    var shown = held()
    shown.press(key)
    #expect(shown.order.count == 3)
    #expect(shown.lines[0].contains("● live"))
  }

  @Test("Esc leaves one thing at a time: first the filter, then the hold")
  func escapes() {
    var shown = held()
    shown.type("/bob")
    shown.press(.enter, .escape)
    #expect(shown.state.held != nil)
    shown.press(.escape)
    #expect(shown.state.held == nil)
  }

  @Test("read-only is marked in the header")
  func readOnly() {
    let shown = Shown(Boxes.busy(), settings: DashboardSettings(isReadOnly: true))
    #expect(shown.lines[0].contains("READ-ONLY"))
    #expect(!Shown(Boxes.busy()).lines[0].contains("READ-ONLY"))
  }
}
