package import Drawing

/// All commands: the one source of what keys do, the bottom bar, help and the palette.
package enum KeyTable {
  package static let commands = movement + looking + sorting + general + fields

  private static let movement: [Command] = [
    Command(
      "down one row", [.down, "j"], .move(1), in: .browsing, .move, bar: "job", rank: 5,
      barKeys: "↑↓", asciiBarKeys: "Up/Down"),
    Command("up one row", [.up, "k"], .move(-1), in: .browsing, .move),
    Command("first row", ["g", .home], .first, in: .browsing, .move),
    Command("last row", ["G", .end], .last, in: .browsing, .move),
    Command("page down", [.pageDown], .page(halves: 2), in: .browsing, .move),
    Command("page up", [.pageUp], .page(halves: -2), in: .browsing, .move),
    Command("half a page down", [.control("d")], .page(halves: 1), in: .browsing, .move),
    Command("half a page up", [.control("u")], .page(halves: -1), in: .browsing, .move),
    Command(
      "open the job: gauges and processes", [.enter], .open, in: .list, .move, bar: "open",
      rank: 1),
    Command("leave the filter, then the held display", [.escape], .back, in: .list, .move),
    Command("back to the list", [.escape], .back, in: .opened, .move, bar: "back", rank: 0),
    Command("next view", [.tab], .nextView(1), in: .list, .move),
    Command("view before", [.backTab], .nextView(-1), in: .list, .move),
  ]

  private static let looking: [Command] =
    ViewTable.views.map { view in
      Command(
        "view: \(view.name)", [.character(view.key)], .view(view.id), in: .browsing, .look,
        bar: view.name.lowercased(), rank: 4)
    } + [
      Command(
        "filter the jobs", ["/"], .filter, in: .list, .look,
        bar: "filter", rank: 2),
      Command("follow: the list scrolls with the job", ["F"], .follow, in: .list, .look),
      Command(
        "hold the display, or let it go on", ["f"], .hold, in: .browsing, .look, bar: "hold",
        rank: 6),
      Command("copy the job's name", ["y"], .copyName, in: .browsing, .look),
      Command("copy the job's cgroup or root pid", ["Y"], .copyPlace, in: .browsing, .look),
    ]

  private static let sorting: [Command] =
    [
      Command(
        "choose what to sort by", ["s", .function(6)], .sortPicker, in: .browsing, .sort,
        bar: "sort", rank: 3),
      Command("sort by cores", ["C"], .sort(.cores), in: [.browsing, .picker], .sort),
      Command("sort by memory", ["M"], .sort(.memory), in: [.browsing, .picker], .sort),
      Command("sort by IO", ["O"], .sort(.io), in: [.browsing, .picker], .sort),
      Command("sort by user", ["U"], .sort(.user), in: [.browsing, .picker], .sort),
      Command("sort by name", ["N"], .sort(.name), in: [.list, .picker], .sort),
      Command("sort by state", ["T"], .sort(.state), in: [.browsing, .picker], .sort),
      Command("sort by pid", ["P"], .sort(.pid), in: [.opened, .picker], .sort),
      Command("invert the order", ["I"], .invertSort, in: [.browsing, .picker], .sort),
      Command(
        "sort by the column to the right", [.right, "l"], .nextSort(1), in: .browsing, .sort),
      Command("sort by the column to the left", [.left, "h"], .nextSort(-1), in: .browsing, .sort),
    ]

  private static let general: [Command] =
    [
      Command(
        "all commands by name", [":"], .palette, in: .browsing, .general, bar: "commands", rank: 7),
      Command(
        "help", ["?", .function(1)], .help, in: .browsing, .general, bar: "help", rank: 0),
      Command(
        "redraw the screen", [.control("l")], .redraw, in: [.browsing, .typing, .picker], .general),
      Command("suspend", [.control("z")], .suspend, in: [.browsing, .typing, .picker], .general),
      Command("quit", ["q"], .quit, in: .browsing, .general, bar: "quit", rank: 0),
      Command(
        "quit from anywhere", [.control("c")], .quit, in: [.browsing, .typing, .picker], .general),
    ]
    + [0.5, 1, 2, 5, 10].map { seconds in
      Command(
        "refresh every \(Format.limit(seconds)) s", [], .interval(seconds), in: .browsing, .general)
    }

  private static let fields: [Command] = [
    Command("keep the filter", [.enter], .accept, in: .filter, .field, bar: "keep", rank: 0),
    Command("clear the filter", [.escape], .dismiss, in: .filter, .field, bar: "clear", rank: 0),
    Command("do it", [.enter], .accept, in: [.palette, .picker], .field, bar: "do it", rank: 0),
    Command(
      "close", [.escape], .dismiss, in: [.palette, .picker], .field, bar: "close", rank: 0),
    Command(
      "close help", [.escape, .function(1), .enter], .dismiss, in: .help, .field, bar: "close",
      rank: 0),
    Command("close the sort picker", ["q", "s"], .dismiss, in: .picker, .field),
    Command(
      "next", [.down], .move(1), in: [.filter, .palette, .picker, .help], .field, bar: "move",
      rank: 1, barKeys: "↑↓", asciiBarKeys: "Up/Down"),
    Command("one before", [.up], .move(-1), in: [.filter, .palette, .picker, .help], .field),
    Command("next page", [.pageDown], .page(halves: 2), in: [.filter, .palette, .help], .field),
    Command("page before", [.pageUp], .page(halves: -2), in: [.filter, .palette, .help], .field),
    Command("erase", [.backspace, .control("h")], .eraseCharacter, in: .typing, .field),
    Command("erase a word", [.control("w")], .eraseWord, in: .typing, .field),
    Command("erase all", [.control("u")], .eraseAll, in: .typing, .field),
  ]

  /// What a key does there; in a text field a character bound to nothing is typed.
  package static func action(for key: Key, in scope: Command.Scopes) -> Action? {
    for command in commands where command.scopes.contains(scope) && command.keys.contains(key) {
      return command.action
    }
    guard Command.Scopes.typing.contains(scope), case .character(let scalar) = key else {
      return nil
    }
    return .type(scalar)
  }

  /// The commands that the palette offers over this screen, section by section.
  package static func palette(over scope: Command.Scopes) -> [Command] {
    Command.Section.allCases.flatMap { section in
      commands.filter {
        $0.section == section && $0.scopes.contains(scope) && $0.action != .palette
      }
    }
  }
}

extension Key: ExpressibleByUnicodeScalarLiteral {
  package init(unicodeScalarLiteral scalar: Unicode.Scalar) { self = .character(scalar) }
}
