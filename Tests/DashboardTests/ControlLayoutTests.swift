import Dashboard
import Drawing
import Model
import Testing

/// What holds for drafts, previews and the log on every screen from 60×15 to 300×100.
struct ControlLayoutTests {
  private func forAll(_ scene: ControlScreenTests.Scene, _ body: (Shown, String) -> Void) throws {
    var shown = try ControlScreenTests.shown(scene, (120, 40), .blocks)
    for height in LayoutPropertyTests.heights {
      for width in LayoutPropertyTests.widths {
        shown.resize(width, height)
        body(shown, "\(scene.rawValue) on \(width)×\(height)")
      }
    }
  }

  @Test("a draft is named in the header and over its changes, each with its verdict")
  func draft() throws {
    try forAll(.draft) { shown, what in
      let lines = shown.lines
      #expect(lines[0].contains("DRAFT 2 changes"), "\(what)")
      #expect(lines[0].hasSuffix("14:03:21"), "\(what)")
      #expect(lines.contains { $0.contains("DRAFT  2 changes, nothing is applied") }, "\(what)")
      #expect(lines.contains { $0.contains("2.0→4") }, "\(what)")
      #expect(lines.contains { $0.contains("3.0→12") }, "\(what)")
      #expect(lines.contains { $0.contains("16 GiB → 12 GiB") && $0.contains("fits") }, "\(what)")
      #expect(lines.contains { $0.hasPrefix("  free ") }, "\(what)")
      let bar = lines[shown.state.size.rows - 1]
      #expect(bar.contains("p preview") && bar.contains("? help  q quit"), "\(what)")
    }
  }

  @Test("the value that is typed stands beside its knob, and the keys of the field in the bar")
  func editing() throws {
    try forAll(.editing) { shown, what in
      #expect(shown.lines.contains { $0.contains("memory  8 GiB → 7GiB▏") }, "\(what)")
      let bar = shown.lines[shown.state.size.rows - 1]
      #expect(bar.contains("Enter keep  Esc leave"), "\(what): \(bar)")
    }
  }

  @Test("each change of a preview can be scrolled to, with its verdict and its write")
  func preview() throws {
    try forAll(.preview) { shown, what in
      var shown = shown
      var seen: Set<String> = []
      for _ in 0..<4 {
        for line in shown.lines { seen.insert(line) }
        shown.press(.pageDown)
      }
      func sees(_ parts: String...) -> Bool {
        seen.contains { line in parts.allSatisfy { line.contains($0) } }
      }
      #expect(sees("1 train", "memory 8 GiB → 2 GiB", "not now"), "\(what)")
      #expect(sees("2 train", "cores 2 → 4", "fits"), "\(what)")
      #expect(sees("/sys/fs/cgroup/loadline/train/memory.max"), "\(what)")
      #expect(shown.lines[0].contains("DRAFT preview  2 changes, 1 does not fit"), "\(what)")
      #expect(
        shown.lines[shown.state.size.rows - 1].contains("Enter apply  Esc back"), "\(what)")
    }
  }

  @Test("the state of each change is whole while it is written")
  func progress() throws {
    try forAll(.progress) { shown, what in
      #expect(
        shown.lines.contains { $0.hasSuffix("verified") && $0.contains("1 train") }, "\(what)")
      #expect(
        shown.lines.contains { $0.hasSuffix("writing 3 s") && $0.contains("2 train") }, "\(what)")
      #expect(shown.lines[shown.state.size.rows - 1].contains("Esc abandon"), "\(what)")
    }
  }

  @Test("every entry of the log has its time and outcome")
  func log() throws {
    try forAll(.log) { shown, what in
      let rows = shown.lines.filter { $0.contains("14:03:09") || $0.contains("11:00:01") }
      #expect(rows.count == 2, "\(what)")
      #expect(rows[0].contains("applied ≠"), "\(what): \(rows[0])")
      #expect(rows[1].contains("unfinished"), "\(what)")
    }
  }

  @Test("every click area lies on the screen", arguments: ControlScreenTests.Scene.allCases)
  func areas(scene: ControlScreenTests.Scene) throws {
    try forAll(scene) { shown, what in
      let bounds = shown.frame.canvas.bounds
      for area in shown.frame.targets {
        #expect(
          area.rect.x >= 0 && area.rect.endX <= bounds.width && area.rect.y >= 0
            && area.rect.endY <= bounds.height && !area.rect.isEmpty, "\(what): \(area)")
      }
    }
  }
}
