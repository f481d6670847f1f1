import Dashboard
import Drawing
import Model
import Testing

/// What every screen looks like, cell by cell.
struct ScreenTests {
  /// Something to look at, and the keys that lead there.
  enum Scene: String, CaseIterable {
    case busy, idle, firstTick = "first-tick", oneJob = "one-job", manyJobs = "many-jobs", opened
    case reading, memory, help, palette, filter, sort, held

    var moment: Moment {
      switch self {
      case .idle: Boxes.idle()
      case .firstTick: Boxes.firstTick()
      case .oneJob: Boxes.many(1)
      case .manyJobs: Boxes.many(200)
      case .opened: Boxes.opened()
      default: Boxes.busy()
      }
    }

    var keys: [Key] {
      switch self {
      case .opened, .reading: [.enter]
      case .memory: ["3"]
      case .help: ["?"]
      case .palette: [":", "s", "o", "r", "t"]
      case .filter: ["/", "u", "s", "e", "r", ":", "b", "o", "b"]
      case .sort: ["s", .down]
      case .held: ["f"]
      default: []
      }
    }
  }

  static let sizes = [(60, 15), (80, 24), (120, 40), (200, 60)]

  private func shown(_ scene: Scene, _ size: (Int, Int)) -> Shown {
    Shown(
      scene.moment, columns: size.0, rows: size.1,
      settings: DashboardSettings(isReadOnly: scene == .held))
  }

  @Test("every screen is as recorded", arguments: Scene.allCases, sizes)
  func text(scene: Scene, size: (Int, Int)) {
    for glyphs in [Glyphs.blocks, .ascii] {
      var shown = shown(scene, size)
      shown.glyphs = glyphs
      shown.draw()
      for key in scene.keys { shown.press(key) }
      let form = glyphs.isASCII ? "-ascii" : ""
      Golden.check(
        shown.frame.canvas.page, "\(scene.rawValue)-\(size.0)x\(size.1)\(form)")
    }
  }

  @Test("the styles of a few screens are as recorded", arguments: [Scene.busy, .memory, .opened])
  func styles(scene: Scene) {
    var shown = shown(scene, (80, 24))
    shown.theme = Themes.roles
    shown.draw()
    for key in scene.keys { shown.press(key) }
    Golden.check(
      shown.frame.canvas.stylePage(Themes.roleName), "\(scene.rawValue)-80x24-styles")
  }

  @Test("the demo's hint stands above the bottom bar")
  func hint() {
    let shown = Shown(Boxes.busy(), columns: 80, rows: 24, tour: .demo)
    #expect(shown.lines[22] == " Each row is a job. ↓ goes down the list.")
  }

  @Test("before the first moment it says what it is doing")
  func noMoment() {
    #expect(Shown(nil).lines[0] == " loadline: reading the box…")
  }

  @Test(
    "a screen that is too small says which size is needed",
    arguments: [(50, 10), (59, 40), (80, 14)])
  func tooSmall(size: (Int, Int)) {
    let shown = Shown(Boxes.busy(), columns: size.0, rows: size.1)
    #expect(shown.lines[0] == "loadline needs 60×15, this is \(size.0)×\(size.1)")
    #expect(shown.lines.dropFirst().allSatisfy { $0.isEmpty })
  }

  @Test("even a screen of one cell is drawn on without harm", arguments: [(0, 0), (1, 1), (5, 2)])
  func tiny(size: (Int, Int)) {
    let shown = Shown(Boxes.busy(), columns: size.0, rows: size.1)
    #expect(shown.frame.canvas.size == Size(columns: size.0, rows: size.1))
  }

  @Test("with ASCII glyphs nothing but ASCII is drawn, whatever jobs are called")
  func ascii() {
    var shown = Shown(Boxes.busy(), columns: 120, rows: 40)
    shown.glyphs = .ascii
    shown.draw()
    for keys in [[], [.enter], [.escape, "3"], ["?"]] as [[Key]] {
      for key in keys { shown.press(key) }
      #expect(shown.frame.canvas.cells.allSatisfy { (0x20..<0x7F).contains($0.scalar.value) })
    }
  }

  @Test("a long name keeps the number that tells it from its like")
  func numberedNames() {
    let jobs = ["a-rather-long-command.py", "a-rather-long-command.py#2"].enumerated().map {
      JobBuilder($1, number: UInt64($0)).cores(1).moment
    }
    let text = Shown(Boxes.moment(jobs: jobs), columns: 80, rows: 24).text
    #expect(text.contains(" a-rather-long… "))
    #expect(text.contains(" a-rather-lo…#2 "))
  }

  @Test("notices are in the header")
  func notices() {
    var moment = Boxes.busy()
    moment.notices = [.othersHidden]
    #expect(Shown(moment, columns: 80, rows: 24).text.contains("! others' processes hidden"))
  }
}
