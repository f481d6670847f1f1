import Drawing
import Model

extension DashboardState {
  /// Carries out an action where something is typed or chosen; nil leaves it to the screen below.
  mutating func applyInField(_ action: Action) -> [Effect]? {
    switch action {
    case .redraw, .suspend, .quit: return nil
    default: break
    }
    switch mode {
    case .browsing: return nil
    case .filtering: return applyInFilter(action)
    case .help(var search):
      switch action {
      case .move(let lines): search.index += lines
      case .page(let halves): search.index += halves * max(1, HelpText.page(size) / 2)
      case .scroll(let lines): search.index += lines
      default:
        guard edit(&search.text, action) else {
          mode = .browsing
          return []
        }
        search.index = 0
      }
      let lines = HelpText.lines(matching: search.text, in: size, glyphs: .ascii).count
      search.index = max(0, min(search.index, lines - HelpText.page(size)))
      mode = .help(search)
    case .palette(var search):
      let commands = search.commands(over: scopeBelow)
      switch action {
      case .move(let rows): search.index = wrapped(search.index + rows, count: commands.count)
      case .page(let halves):
        search.index = max(0, min(search.index + halves * 8, commands.count - 1))
      case .scroll(let rows):
        search.index = max(0, min(search.index + rows.signum(), commands.count - 1))
      case .accept: return choose(commands, search.index)
      case .choose(let index): return choose(commands, index)
      default:
        guard edit(&search.text, action) else {
          mode = .browsing
          return []
        }
        search.index = 0
      }
      mode = .palette(search)
    case .picking(let index): return applyInPicker(action, index)
    case .editing(let editor): return applyInEditor(action, editor)
    case .giving(let giving): return applyInGiving(action, giving)
    case .previewing: return applyInPreview(action)
    case .asking(let question): return applyInQuestion(action, question)
    case .adopting:
      if action == .dismiss { mode = .browsing }
    }
    return []
  }

  private mutating func applyInFilter(_ action: Action) -> [Effect]? {
    switch action {
    case .accept: mode = .browsing
    case .dismiss:
      mode = .browsing
      setFilter("")
    default:
      var text = jobs.filter.text
      guard edit(&text, action) else { return nil }
      setFilter(text)
    }
    return []
  }

  private mutating func applyInPicker(_ action: Action, _ index: Int) -> [Effect]? {
    let keys = sortKeys
    switch action {
    case .move(let rows): mode = .picking(wrapped(index + rows, count: keys.count))
    case .scroll(let rows): mode = .picking(wrapped(index + rows.signum(), count: keys.count))
    case .choose(let index): pick(keys, index)
    case .accept: pick(keys, index)
    case .sort, .invertSort:
      mode = .browsing
      return nil
    default: mode = .browsing
    }
    return []
  }

  private mutating func pick(_ keys: [SortKey], _ index: Int) {
    mode = .browsing
    if keys.indices.contains(index) { sort(by: keys[index]) }
  }

  private mutating func choose(_ commands: [Command], _ index: Int) -> [Effect] {
    mode = .browsing
    guard commands.indices.contains(index) else { return [] }
    tour?.noticed(commands[index].action)
    return apply(commands[index].action)
  }

  /// Changes typed text; false where the action is not about text.
  func edit(_ text: inout String, _ action: Action) -> Bool {
    switch action {
    case .type(let scalar):
      let safe = SafeText(String(Character(scalar))).string
      if text.unicodeScalars.count < 200 { text += safe }
    case .eraseCharacter: _ = text.popLast()
    case .eraseWord:
      while text.last == " " { text.removeLast() }
      while let last = text.last, last != " " { text.removeLast() }
    case .eraseAll: text = ""
    default: return false
    }
    return true
  }

  func wrapped(_ index: Int, count: Int) -> Int {
    count == 0 ? 0 : ((index % count) + count) % count
  }
}
