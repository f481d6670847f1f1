package import Drawing
import Model

/// All commands: the one source of what keys do, the bottom bar, help and the palette.
package enum KeyTable {
  package static let commands = movement + looking + changing + sorting + general + fields

  private static let movement: [Command] = [
    Command(
      "down one row", [.down, "j"], .move(1), in: rows, .move, bar: "row", rank: 5,
      barKeys: "↑↓", asciiBarKeys: "Up/Down"),
    Command("up one row", [.up, "k"], .move(-1), in: rows, .move),
    Command("first row", ["g", .home], .first, in: rows, .move),
    Command("last row", ["G", .end], .last, in: rows, .move),
    Command("page down", [.pageDown], .page(halves: 2), in: rows, .move),
    Command("page up", [.pageUp], .page(halves: -2), in: rows, .move),
    Command(
      "half a page down", [.control("d")], .page(halves: 1), in: rows, .move),
    Command(
      "half a page up", [.control("u")], .page(halves: -1), in: rows, .move),
    Command(
      "open the job: gauges and processes", [.enter], .open, in: .list, .move, bar: "open",
      rank: 1),
    Command(
      "open the job that holds the GPU", [.enter], .open, in: .gpus, .move, bar: "open its job",
      rank: 1),
    Command(
      "open the entry: its exact writes", [.enter], .open, in: .log, .move, bar: "open", rank: 1),
    Command(
      "leave the filter, the draft, the held display", [.escape], .back, in: lists,
      .move),
    Command(
      "back to the list", [.escape], .back, in: [.opened, .entry], .move, bar: "back", rank: 0),
    Command(
      "findings with all their numbers, or the processes", [.tab], .findings, in: .opened, .move,
      bar: "findings", rank: 1),
    Command("next view", [.tab], .nextView(1), in: lists, .move),
    Command("view before", [.backTab], .nextView(-1), in: lists, .move),
    Command(
      "seat to the right", [.right, "l"], .seat(right: 1, down: 0), in: .cores, .move,
      bar: "seat", rank: 3, barKeys: "←↑↓→", asciiBarKeys: "arrows"),
    Command("seat to the left", [.left, "h"], .seat(right: -1, down: 0), in: .cores, .move),
    Command("seat below", [.down, "j"], .seat(right: 0, down: 1), in: .cores, .move),
    Command("seat above", [.up, "k"], .seat(right: 0, down: -1), in: .cores, .move),
    Command("first seat", ["g", .home], .first, in: .cores, .move),
    Command("last seat", ["G", .end], .last, in: .cores, .move),
    Command(
      "select the seat, or leave it", [" "], .toggleSeat, in: .cores, .move, bar: "select",
      rank: 1),
    Command(
      "begin or end a range of seats", ["v"], .seatRange, in: .cores, .move, bar: "range",
      rank: 2),
  ]

  private static let looking: [Command] =
    ViewTable.views.map { view in
      Command(
        "view: \(view.name)", [.character(view.key)], .view(view.id), in: [.views, .progress],
        .look,
        bar: view.word ?? view.name.lowercased(), rank: 4)
    } + [
      Command(
        "filter the jobs", ["/"], .filter, in: [.list, .gpus], .look,
        bar: "filter", rank: 2),
      Command("follow: the list scrolls with the job", ["F"], .follow, in: .list, .look),
      Command(
        "hold the display, or let it go on", ["f"], .hold, in: [.browsing, .cores, .gpus],
        .look, bar: "hold", rank: 6),
      Command("copy the GPU's identity", ["y"], .copyName, in: .gpus, .look),
      Command("copy the job's name", ["y"], .copyName, in: .browsing, .look),
      Command("copy the job's cgroup or root pid", ["Y"], .copyPlace, in: .browsing, .look),
      Command(
        "copy the entry's writes or commands", ["y"], .copyPlace, in: [.log, .entry], .look,
        bar: "copy", rank: 2),
    ]

  /// All of it ends in a draft or a question; nothing here changes a job by itself.
  private static let changing: [Command] = [
    Command(
      "edit the job: opens a draft", ["e"], .edit(nil), in: .browsing, .change, bar: "edit", rank: 2
    ),
    Command("draft the job's cores", ["a"], .edit(.cores), in: .browsing, .change),
    Command("draft the job's memory", ["m"], .edit(.memory), in: .browsing, .change),
    Command("draft the job's weight", ["w"], .edit(.weight), in: .browsing, .change),
    Command("draft the job's IO", ["i"], .edit(.read), in: .browsing, .change),
    Command(
      "give to another job, the sum kept", [">"], .give, in: .list, .change, bar: "give", rank: 4),
    Command(
      "give the selected seats to a job", [.enter, ">"], .giveSeats, in: .cores, .change,
      bar: "give", rank: 0),
    Command(
      "take the selected seats from their jobs", [.delete, .backspace], .freeSeats, in: .cores,
      .change),
    Command(
      "preview the draft", ["p"], .preview, in: .draft, .change, bar: "preview", rank: 0),
    Command(
      "take the job out of the draft", ["x", .delete], .dropJob, in: .list, .change),
    Command("drop the draft", [], .dropDraft, in: .views, .change),
    Command(
      "undo the last change", ["z"], .undo, in: [.browsing, .cores, .gpus], .change, bar: "undo",
      rank: 5),
    Command("undo this entry", ["z"], .undo, in: [.log, .entry], .change, bar: "undo", rank: 0),
    Command("redo what was undone last", ["Z"], .redo, in: .views, .change),
    Command("take back everything since the start", ["R"], .undoAll, in: .views, .change),
    Command(
      "recover: take back what an unfinished entry left", ["r"], .recover, in: [.log, .entry],
      .change, bar: "recover", rank: 3),
    Command("adopt: give the job a cgroup of its own", ["A"], .adopt, in: .browsing, .change),
    Command(
      "freeze the job: all of it stands still", [.function(3)], .freeze(true), in: .browsing,
      .change),
    Command("thaw the job", [.function(4)], .freeze(false), in: .browsing, .change),
    Command("send the job a signal", [.function(9)], .signal, in: .browsing, .change),
  ]

  private static let sorting: [Command] =
    [
      Command(
        "choose what to sort by", ["s", .function(6)], .sortPicker, in: .browsing, .sort,
        bar: "sort", rank: 3),
      Command("sort by cores", ["C"], .sort(.cores), in: [.browsing, .picker], .sort),
      Command("sort by memory", ["M"], .sort(.memory), in: [.browsing, .picker], .sort),
      Command("sort by IO", ["O"], .sort(.io), in: [.browsing, .picker], .sort),
      Command("sort by GPU", ["U"], .sort(.gpu), in: [.list, .picker], .sort),
      Command("sort by user", ["L"], .sort(.user), in: [.browsing, .picker], .sort),
      Command("sort by name", ["N"], .sort(.name), in: [.list, .picker], .sort),
      Command("sort by state", ["T"], .sort(.state), in: [.browsing, .picker], .sort),
      Command("sort by pid", ["P"], .sort(.pid), in: [.opened, .picker], .sort),
      Command(
        "sort: GPUs keep the order of their driver's tools", ["s", .function(6)], .sortPicker,
        in: .gpus, .sort),
      Command("invert the order", ["I"], .invertSort, in: [.browsing, .picker], .sort),
      Command(
        "sort by the column to the right", [.right, "l"], .nextSort(1), in: .browsing, .sort),
      Command("sort by the column to the left", [.left, "h"], .nextSort(-1), in: .browsing, .sort),
    ]

  private static let general: [Command] =
    [
      Command(
        "all commands by name", [":"], .palette, in: .views, .general, bar: "commands", rank: 7),
      Command(
        "help", ["?", .function(1)], .help, in: .views, .general, bar: "help", rank: 0),
      Command(
        "redraw the screen", [.control("l")], .redraw, in: [.views, .typing, .boxes], .general),
      Command("suspend", [.control("z")], .suspend, in: [.views, .typing, .boxes], .general),
      Command("quit", ["q"], .quit, in: .views, .general, bar: "quit", rank: 0),
      Command(
        "quit from anywhere", [.control("c")], .quit, in: [.views, .typing, .boxes], .general),
    ]
    + [0.5, 1, 2, 5, 10].map { seconds in
      Command(
        "refresh every \(Format.limit(seconds)) s", [], .interval(seconds), in: .views, .general)
    }

  private static let fields: [Command] = [
    Command(
      "more", ["+", .function(8)], .step(1), in: [.editor, .giving], .field, bar: "more, less",
      rank: 0, barKeys: "+ -", asciiBarKeys: "+ -"),
    Command("less", ["-", .function(7)], .step(-1), in: [.editor, .giving], .field),
    Command(
      "keep the value in the draft", [.enter], .accept, in: [.editor, .giving], .field, bar: "keep",
      rank: 0),
    Command(
      "leave the value as it was", [.escape], .dismiss, in: [.editor, .giving], .field,
      bar: "leave", rank: 0),
    Command(
      "the job's next knob", [.tab], .nextKnob(1), in: [.editor, .giving], .field,
      bar: "next knob", rank: 1),
    Command("the job's knob before", [.backTab], .nextKnob(-1), in: [.editor, .giving], .field),
    Command(
      "apply", [.enter], .accept, in: .preview, .field, bar: "apply", rank: 0),
    Command(
      "back to the draft", [.escape], .dismiss, in: .preview, .field, bar: "back", rank: 0),
    Command(
      "take back others' changes too, or keep them", ["f"], .force, in: .preview, .field),
    Command(
      "abandon what has not begun", [.escape], .dismiss, in: .progress, .field, bar: "abandon",
      rank: 0),
    Command(
      "close the outcome", [.enter, .escape, "q"], .dismiss, in: .outcome, .field, bar: "close",
      rank: 0),
    Command("answer", [.enter], .accept, in: .question, .field, bar: "do it", rank: 0),
    Command(
      "change nothing", [.escape, "q"], .dismiss, in: .question, .field, bar: "cancel", rank: 0),
    Command("next answer", [.right, .tab, "l", "j"], .move(1), in: .question, .field),
    Command("answer before", [.left, .backTab, "h", "k"], .move(-1), in: .question, .field),
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
      "next", [.down], .move(1), in: choices, .field, bar: "move",
      rank: 1, barKeys: "↑↓", asciiBarKeys: "Up/Down"),
    Command("one before", [.up], .move(-1), in: choices, .field),
    Command("next page", [.pageDown], .page(halves: 2), in: pages, .field),
    Command("page before", [.pageUp], .page(halves: -2), in: pages, .field),
    Command("erase", [.backspace, .control("h")], .eraseCharacter, in: .typing, .field),
    Command("erase a word", [.control("w")], .eraseWord, in: .typing, .field),
    Command("erase all", [.control("u")], .eraseAll, in: .typing, .field),
  ]

  private static var rows: Command.Scopes { [.browsing, .gpus, .log, .entry] }
  private static var lists: Command.Scopes { [.list, .cores, .gpus, .log] }
  private static var choices: Command.Scopes { [pages, .picker, .question, .editor, .giving] }
  private static var pages: Command.Scopes {
    [.filter, .palette, .help, .preview, .progress, .outcome]
  }

  /// What a key does there; in a text field a character bound to nothing is typed.
  package static func action(for key: Key, in scope: Command.Scopes) -> Action? {
    for command in commands
    where !command.scopes.isDisjoint(with: scope) && command.keys.contains(key) {
      return command.action
    }
    guard !Command.Scopes.typing.isDisjoint(with: scope), case .character(let scalar) = key else {
      return nil
    }
    return .type(scalar)
  }

  /// The commands that the palette offers over this screen, section by section.
  package static func palette(over scope: Command.Scopes) -> [Command] {
    Command.Section.allCases.flatMap { section in
      commands.filter {
        $0.section == section && !$0.scopes.isDisjoint(with: scope) && $0.action != .palette
      }
    }
  }
}

extension Key: ExpressibleByUnicodeScalarLiteral {
  package init(unicodeScalarLiteral scalar: Unicode.Scalar) { self = .character(scalar) }
}
