import Dashboard
import Drawing
import Model
import Testing

/// What the screens look like on which jobs are changed, cell by cell.
struct ControlScreenTests {
  enum Scene: String, CaseIterable {
    case draft, editing, giving, preview, progress, rolledBack = "rolled-back", undo, question
    case fourSeats = "cores-4", manySeats = "cores-64", draftedSeats = "cores-draft", log, entry
    case drift

    var moment: Moment {
      switch self {
      case .fourSeats: Boxes.seats(Boxes.fourCPUs)
      case .manySeats, .draftedSeats: Boxes.seats(Boxes.threads64)
      default: Boxes.roomy()
      }
    }
  }

  static let sizes = [(60, 15), (80, 24), (120, 40), (200, 60)]

  static func shown(_ scene: Scene, _ size: (Int, Int), _ glyphs: Glyphs, theme: Theme? = nil)
    throws -> Shown
  {
    var shown = Shown.controlled(scene.moment, columns: size.0, rows: size.1)
    shown.glyphs = glyphs
    if let theme { shown.theme = theme }
    shown.draw()
    if scene != .fourSeats, scene != .manySeats, scene != .draftedSeats {
      shown.choose("train")
    }
    try prepare(scene, &shown)
    return shown
  }

  private static func prepare(_ scene: Scene, _ shown: inout Shown) throws {
    switch scene {
    case .draft: draft(&shown)
    case .editing:
      shown.press("m")
      shown.type("7GiB")
    case .giving:
      shown.choose("etl")
      shown.press(">", "+")
    case .preview: preview(&shown, memory: "2")
    case .progress:
      preview(&shown, memory: "12")
      shown.press(.enter)
      let changes = shown.state.preview?.plan.changes ?? []
      shown.receive(
        Reports.running(changes, [.verified(actual: changes[0].to), .writing(seconds: 3)]))
    case .rolledBack:
      preview(&shown, memory: "12")
      shown.press(.enter)
      let changes = shown.state.preview?.plan.changes ?? []
      let failure = ChangeFailure(
        .failed, "The kernel refused memory.max of train: the group is busy (EBUSY).", errno: 16)
      shown.receive(
        .transaction(Reports.report(changes, [.failed(failure), .notBegun], .rolledBack)))
    case .undo:
      shown.press("z")
      shown.receive(.drift(try drift(shown)))
      shown.receive(.journal(try entries(shown)))
    case .question: shown.press(.function(9))
    case .fourSeats: shown.press("2", .right)
    case .manySeats: shown.press("2", "v", .down, .right)
    case .draftedSeats:
      shown.press("2", "v", .right, .right, .right, .enter)
      while shown.text.contains("▶ serve") == false, shown.text.contains("> serve") == false {
        shown.press(.down)
      }
      shown.press(.enter)
    case .log, .entry:
      shown.press("6")
      shown.receive(.drift(try drift(shown)))
      shown.receive(.journal(try entries(shown)))
      if scene == .entry { shown.press(.enter) }
    case .drift: shown.receive(.drift(try drift(shown)))
    }
  }

  private static func draft(_ shown: inout Shown) {
    shown.press("a")
    shown.type("4")
    shown.press(.enter)
    shown.choose("etl")
    shown.press("m")
    shown.type("12")
    shown.press(.enter)
  }

  private static func preview(_ shown: inout Shown, memory: String) {
    shown.press("a")
    shown.type("4")
    shown.press(.enter, "m")
    shown.type(memory)
    shown.press(.enter, "p")
    let plan = shown.state.preview?.plan ?? Plan(changes: [])
    shown.receive(.described(plan, commands: plan.changes.map(Reports.writes)))
  }

  private static func changes(_ shown: Shown) throws -> [Change] {
    let (train, etl) = (try #require(shown.job("train")), try #require(shown.job("etl")))
    return [
      Change(target: Target(etl.job), from: .cores(.at(Cores(5))), to: .cores(.at(Cores(4)))),
      Change(target: Target(train.job), from: .cores(.at(Cores(1))), to: .cores(.at(Cores(2)))),
    ]
  }

  private static func drift(_ shown: Shown) throws -> [Drift] {
    let change = try changes(shown)[1]
    return [
      Drift(
        transaction: TransactionID("20261121-140321-4711"), target: change.target, mine: change.to,
        theirs: .cores(.at(Cores(1.5))))
    ]
  }

  private static func entries(_ shown: Shown) throws -> [JournalEntry] {
    let changes = try changes(shown)
    let memory = Change(
      target: changes[0].target, from: .memory(.at(.gibi(24))), to: .memory(.at(.gibi(16))))
    return [
      Reports.entry("20261121-140321-4711", changes, drifted: [1], secondsAgo: 12),
      Reports.entry(
        "20261121-140101-4711", [memory], kind: .undo(of: TransactionID("20261121-135901-4711")),
        secondsAgo: 140),
      Reports.entry("20261121-135901-4711", [memory], outcome: .undone, secondsAgo: 260),
      Reports.entry("20261121-120000-99", changes, outcome: .rolledBack, secondsAgo: 7400),
      Reports.entry(
        "20261121-110000-99", [changes[1]], outcome: .unfinished, secondsAgo: 11_000),
      Reports.entry("20261121-100000-99", [changes[1]], kind: .signal(15), secondsAgo: 14_000),
    ]
  }

  @Test("every screen is as recorded", arguments: Scene.allCases, sizes)
  func text(scene: Scene, size: (Int, Int)) throws {
    for glyphs in [Glyphs.blocks, .ascii] {
      let shown = try Self.shown(scene, size, glyphs)
      let form = glyphs.isASCII ? "-ascii" : ""
      Golden.check(
        shown.frame.canvas.page, "\(scene.rawValue)-\(size.0)x\(size.1)\(form)")
    }
  }

  @Test("the styles of a few screens are as recorded", arguments: [Scene.draft, .draftedSeats])
  func styles(scene: Scene) throws {
    let shown = try Self.shown(scene, (80, 24), .blocks, theme: Themes.roles)
    Golden.check(
      shown.frame.canvas.stylePage(Themes.roleName), "\(scene.rawValue)-80x24-styles")
  }

  @Test("with ASCII glyphs nothing but ASCII is drawn", arguments: Scene.allCases)
  func ascii(scene: Scene) throws {
    let shown = try Self.shown(scene, (80, 24), .ascii)
    #expect(shown.frame.canvas.cells.allSatisfy { (0x20..<0x7F).contains($0.scalar.value) })
  }
}
