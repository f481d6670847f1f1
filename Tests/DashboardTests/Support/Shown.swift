import Dashboard
import Drawing
import Model

/// A dashboard with its screen, as the loop holds them.
struct Shown {
  var state: DashboardState
  var frame = Frame()
  var theme = Themes.mono
  var glyphs = Glyphs.blocks

  init(
    _ moment: Moment?, columns: Int = 120, rows: Int = 40,
    settings: DashboardSettings = DashboardSettings(), tour: Tour? = nil
  ) {
    state = DashboardState(settings: settings, tour: tour)
    state.resize(to: Size(columns: columns, rows: rows))
    if let moment { state.receive(moment) }
    draw()
  }

  mutating func draw() { frame.draw(state, theme: theme, glyphs: glyphs) }

  @discardableResult
  mutating func press(_ keys: Key...) -> [Effect] {
    var effects: [Effect] = []
    for key in keys {
      effects += state.handle(.key(key), on: frame)
      draw()
    }
    return effects
  }

  @discardableResult
  mutating func type(_ text: String) -> [Effect] {
    var effects: [Effect] = []
    for scalar in text.unicodeScalars { effects += press(.character(scalar)) }
    return effects
  }

  @discardableResult
  mutating func mouse(_ action: MouseInput.Action, x: Int, y: Int) -> [Effect] {
    let effects = state.handle(.mouse(MouseInput(action, x: x, y: y)), on: frame)
    draw()
    return effects
  }

  mutating func receive(_ moment: Moment) {
    state.receive(moment)
    draw()
  }

  mutating func resize(_ columns: Int, _ rows: Int) {
    state.resize(to: Size(columns: columns, rows: rows))
    draw()
  }

  var lines: [String] { frame.canvas.lines }
  var text: String { lines.joined(separator: "\n") }

  /// The name of the selected job.
  var selected: String? {
    state.moment?.jobs.first { $0.id == state.jobs.selected }?.job.name.string
  }

  /// The names of the jobs in the order of the list.
  var order: [String] {
    guard let moment = state.moment else { return [] }
    return state.jobs.rows.map { moment.jobs[$0].job.name.string }
  }

  /// The first row of the screen that shows this text.
  func row(of text: String) -> Int? { lines.firstIndex { $0.contains(text) } }
}
