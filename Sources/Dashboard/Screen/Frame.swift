package import Drawing
import Model
import Planner

/// A drawn screen: what is on it, and what a click on each part of it does.
///
/// Keep one and draw into it again and again; its storage is reused.
package struct Frame {
  package internal(set) var canvas = Canvas(size: Size(columns: 0, rows: 0))
  package internal(set) var targets: [ClickArea] = []

  package init() {}

  /// What a click at a cell does; what was drawn last lies on top.
  package func target(x: Int, y: Int) -> ClickArea? {
    targets.last { $0.rect.contains(x: x, y: y) }
  }

  /// Draws the whole screen.
  package mutating func draw(_ state: DashboardState, theme: Theme, glyphs: Glyphs) {
    defer { if glyphs.isASCII { canvas.replaceNonASCII() } }
    canvas.clear(size: state.size, style: theme[.text])
    targets.removeAll(keepingCapacity: true)
    let look = Look(theme: theme, glyphs: glyphs)
    let layout = state.layout
    guard layout.fits else {
      drawTooSmall(state.size, look)
      return
    }
    guard let moment = state.moment else {
      canvas.write("loadline: reading the box\(glyphs.ellipsis)", x: 1, y: 0, look.dim)
      return
    }
    let context = Context(state: state, moment: moment, layout: layout, look: look)
    if let preview = state.preview, state.mode == .previewing {
      drawPreview(preview, context)
    } else {
      drawHeader(context)
      if let opened = state.opened {
        drawOpenedJob(opened, context)
      } else {
        ViewTable[state.view].draw(&self, context)
      }
    }
    drawHint(context)
    drawBottomBar(context)
    switch state.mode {
    case .browsing, .filtering: break
    case .help(let search): drawHelp(search, context)
    case .palette(let search): drawPalette(search, context)
    case .picking(let index): drawSortPicker(index, context)
    case .editing, .giving, .previewing: break
    case .asking(let question): drawQuestion(question, context)
    case .adopting: drawAdoption(context)
    }
    drawExplanation(context)
  }

  private mutating func drawTooSmall(_ size: Size, _ look: Look) {
    let need = "loadline needs \(Layout.least.columns)×\(Layout.least.rows), "
    let have = "this is \(size.columns)×\(size.rows)"
    var text = need + have
    if text.columns > size.columns { text = "needs \(Layout.least.columns)×\(Layout.least.rows)" }
    if look.glyphs.isASCII {
      text = String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "×" ? "x" : $0 }))
    }
    canvas.write(text, x: 0, y: 0, ellipsis: look.glyphs.ellipsis, look.text)
  }
}

/// A part of the screen that can be clicked.
package struct ClickArea: Sendable, Equatable {
  package var rect: Rect
  package var action: Action
  /// What a double click does; nil is the same.
  package var doubleAction: Action?
  /// What a pointer does that is drawn across it with its button held.
  package var dragAction: Action?
}

/// What every part of the screen is drawn from.
struct Context {
  let state: DashboardState
  let moment: Moment
  let layout: Layout
  let look: Look
  let cores: Scale
  let memory: Scale
  /// The open draft held against the box; nil where none is open.
  let assessment: Assessment?

  init(state: DashboardState, moment: Moment, layout: Layout, look: Look) {
    self.state = state
    self.moment = moment
    self.layout = layout
    self.look = look
    cores = .cores(box: moment.box.cores)
    memory = .memory(box: moment.box.memory)
    assessment = state.assessment
  }

  /// The job of the selected row.
  var selectedJob: JobMoment? {
    let list = state.jobs
    guard let row = list.selectedRow, list.rows.indices.contains(row),
      moment.jobs.indices.contains(list.rows[row])
    else { return nil }
    return moment.jobs[list.rows[row]]
  }

  /// What the open draft makes of a job's grants; nil where it leaves the job alone.
  func drafted(_ job: JobMoment) -> DraftedGrant? {
    guard let draft = state.draft?.draft, draft.changes.contains(where: { $0.target.id == job.id })
    else { return nil }
    return DraftedGrant(
      of: job, in: draft, control: state.controls[job.id], box: moment.box)
  }

  var hasGPUs: Bool { !moment.gpus.isEmpty }
  var glyphs: Glyphs { look.glyphs }
  var width: Int { state.size.columns }
}
