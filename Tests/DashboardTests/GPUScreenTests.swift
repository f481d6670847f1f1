import Dashboard
import Drawing
import Model
import Testing

/// What the screens with GPUs look like, cell by cell.
struct GPUScreenTests {
  enum Scene: String, CaseIterable {
    case none = "gpus-0", problem = "gpus-problem", one = "gpus-1", two = "gpus-2"
    case eight = "gpus-8", sixteen = "gpus-16", demo = "gpus-demo"
    case jobs = "gpus-8-jobs", opened = "gpus-8-opened", demoJobs = "gpus-demo-jobs"
    case cores = "gpus-8-cores", openedBusy = "gpus-8-opened-busy"

    var moment: Moment {
      switch self {
      case .none: return Boxes.busy()
      case .problem:
        var moment = Boxes.busy()
        moment.gpuProblem = SafeText("NVIDIA: the driver is of another version than its library")
        return moment
      case .one: return Boxes.gpus(1)
      case .two: return Boxes.gpus(2)
      case .eight, .jobs, .opened, .openedBusy: return Boxes.gpus(8)
      case .cores:
        var moment = Boxes.gpus(8)
        moment.box.topology = Boxes.threads64
        return moment
      case .sixteen: return Boxes.gpus(16)
      case .demo, .demoJobs: return Boxes.simulatedGPUs()
      }
    }

    var keys: [Key] {
      switch self {
      case .jobs: ["U"]
      case .opened: ["4", .down, .enter]
      case .openedBusy: ["4", .enter]
      case .demoJobs: [.down, .down]
      case .cores: ["2"]
      case .eight, .two: ["4", .down]
      case .sixteen: ["4", "G", .up, .up, .up, .up, .up]
      case .demo: ["4", "G"]
      default: ["4"]
      }
    }
  }

  static let sizes = [(80, 24), (120, 36), (200, 60)]

  @Test("every screen with GPUs is as recorded", arguments: Scene.allCases, sizes)
  func text(scene: Scene, size: (Int, Int)) {
    var shown = Shown(scene.moment, columns: size.0, rows: size.1)
    for key in scene.keys { shown.press(key) }
    Golden.check(shown.frame.canvas.page, "\(scene.rawValue)-\(size.0)x\(size.1)")
  }

  @Test("without Unicode every screen says the same", arguments: [Scene.sixteen, .demo, .jobs])
  func ascii(scene: Scene) {
    var shown = Shown(scene.moment, columns: 80, rows: 24)
    shown.glyphs = .ascii
    for key in scene.keys { shown.press(key) }
    #expect(shown.frame.canvas.cells.allSatisfy { (0x20..<0x7F).contains($0.scalar.value) })
    Golden.check(shown.frame.canvas.page, "\(scene.rawValue)-80x24-ascii")
  }

  @Test("the styles of the view are as recorded")
  func styles() {
    var shown = Shown(Boxes.gpus(8), columns: 80, rows: 24)
    shown.theme = Themes.roles
    shown.press("4", .down)
    Golden.check(shown.frame.canvas.stylePage(Themes.roleName), "gpus-8-80x24-styles")
  }

  @Test("the smallest screen has the list and a sentence")
  func small() {
    var shown = Shown(Boxes.gpus(16), columns: 60, rows: 15)
    shown.press("4", .down)
    Golden.check(shown.frame.canvas.page, "gpus-16-60x15")
  }
}
