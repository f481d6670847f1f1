import Dashboard
import Drawing
import Model
import Testing

/// Screens as ANSI text in the directory that `PICTURES` names, to be looked at by a person.
@Suite(.enabled(if: environment("PICTURES") != nil, "set PICTURES to a directory to draw into"))
struct PicturesTests {
  @Test("screens to look at", arguments: [(80, 24), (120, 36), (200, 60), (60, 15)])
  func pictures(size: (Int, Int)) throws {
    let directory = try #require(environment("PICTURES"))
    func save(_ name: String, _ shown: Shown) {
      let path = "\(directory)/\(name)-\(size.0)x\(size.1).ansi"
      #expect(writeFile(path, shown.frame.canvas.ansi))
    }
    func shown(_ moment: Moment, theme: Theme = Themes.dark, glyphs: Glyphs = .blocks) -> Shown {
      var shown = Shown(moment, columns: size.0, rows: size.1)
      shown.theme = theme
      shown.glyphs = glyphs
      shown.draw()
      return shown
    }
    save("busy", shown(Boxes.busy()))
    save("plain", shown(Boxes.busy(), theme: Themes.plain))
    save("ascii", shown(Boxes.busy(), theme: Themes.mono, glyphs: .ascii))
    save("mono", shown(Boxes.busy(), theme: Themes.mono))
    save("idle", shown(Boxes.idle()))
    save("first", shown(Boxes.firstTick()))
    save("many", shown(Boxes.many(200)))
    for (name, keys) in [
      ("memory", "3"), ("help", "?"), ("palette", ":"), ("sort", "s"), ("filter", "/user:bob"),
      ("held", "f"),
    ] {
      var screen = shown(Boxes.busy())
      screen.type(keys)
      save(name, screen)
    }
    for (name, moment) in [("gpus", Boxes.gpus(16)), ("gpus-demo", Boxes.simulatedGPUs())] {
      for glyphs in [Glyphs.blocks, .ascii] {
        var screen = shown(
          moment, theme: glyphs.isASCII ? Themes.mono : Themes.dark, glyphs: glyphs)
        save(name + "-jobs" + (glyphs.isASCII ? "-ascii" : ""), screen)
        screen.press("4", .down, .down)
        save(name + (glyphs.isASCII ? "-ascii" : ""), screen)
      }
    }
    var opened = shown(Boxes.opened())
    while opened.selected != "llama-ft" { opened.press(.down) }
    opened.press(.enter)
    save("opened", opened)
  }
}
