package import Drawing
import Model

extension DashboardState {
  /// Takes what a person did, and returns what the loop has to do about it.
  ///
  /// `frame` is the screen the person saw: a click means what was drawn where it fell.
  package mutating func handle(_ input: Input, on frame: Frame) -> [Effect] {
    guard let action = action(for: input, on: frame) else { return [] }
    message = nil
    tour?.noticed(action)
    let time = now
    draft?.touched = time
    return apply(action)
  }

  private func action(for input: Input, on frame: Frame) -> Action? {
    switch input {
    case .key(let key): return KeyTable.action(for: key, in: scope)
    case .resize: return nil
    case .mouse(let mouse):
      let target = frame.target(x: mouse.x, y: mouse.y)
      switch mouse.action {
      case .press: return target?.action
      case .doubleClick: return target.map { $0.doubleAction ?? $0.action }
      case .wheelUp: return .scroll(-3)
      case .wheelDown: return .scroll(3)
      case .drag: return target?.dragAction
      case .release: return nil
      }
    }
  }

  /// Where keys work at present.
  var scope: Command.Scopes {
    switch mode {
    case .browsing: scopeBelow
    case .filtering: .filter
    case .palette: .palette
    case .help: .help
    case .picking: .picker
    case .editing: .editor
    case .giving: .giving
    case .asking: .question
    case .adopting: .outcome
    case .previewing:
      switch preview?.stage {
      case .reading, .checking, nil: .preview
      case .running: .progress
      case .ended: .outcome
      }
    }
  }

  /// Where they work once every overlay is closed.
  var scopeBelow: Command.Scopes {
    var scopes: Command.Scopes =
      switch view {
      case _ where opened != nil: .opened
      case .jobs, .memory: .list
      case .cores: .cores
      case .gpus: .gpus
      case .log: log.opened == nil ? .log : .entry
      }
    if draft != nil || preview?.stage == .running { scopes.insert(.draft) }
    return scopes
  }
}
