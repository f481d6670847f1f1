import Dashboard
import Drawing
import Model
import Testing

/// The key table is the one source of dispatch, bottom bar, help and palette.
struct KeyTableTests {
  static let scopes: [Command.Scopes] = [
    .list, .opened, .filter, .palette, .help, .picker, .editor, .giving, .preview, .progress,
    .outcome, .question, .cores, .gpus, .log, .entry, [.gpus, .draft], [.list, .draft],
    [.opened, .draft],
    [.cores, .draft],
    [.log, .draft], [.entry, .draft],
  ]

  @Test("no key means two things in one place", arguments: scopes.indices)
  func unambiguous(index: Int) {
    let scope = Self.scopes[index]
    let keys = KeyTable.commands.filter { !$0.scopes.isDisjoint(with: scope) }.flatMap(\.keys)
    let twice = Set(keys.filter { key in keys.count { $0 == key } > 1 })
    #expect(twice.isEmpty)
  }

  @Test("names are unique, and every command works somewhere")
  func names() {
    let names = KeyTable.commands.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(KeyTable.commands.allSatisfy { !$0.scopes.isEmpty })
  }

  @Test("+ and - only step what is being edited", arguments: ["+", "-"] as [Key])
  func reserved(key: Key) {
    let commands = KeyTable.commands.filter { $0.keys.contains(key) }
    #expect(commands.allSatisfy { $0.scopes.isSubset(of: [.editor, .giving]) })
  }

  @Test("nothing that changes a job is bound to a letter outside of a draft's own screens")
  func harmless() {
    // What a letter does on a view ends in a draft, a preview or a question.
    for command in KeyTable.commands where command.action.changesJobs {
      #expect(command.section == .change || command.section == .field, "\(command.name)")
    }
  }

  @Test("help lists every command that has a key, but those of fields")
  func help() {
    var shown = Shown(Boxes.busy(), columns: 120, rows: 240)
    shown.press("?")
    for command in KeyTable.commands where command.section != .field && !command.keys.isEmpty {
      #expect(shown.text.contains(command.name), "\(command.name)")
    }
  }

  @Test("help is searched by typing, and leaves only what matches under its heading")
  func search() {
    var shown = Shown(Boxes.busy(), columns: 80, rows: 24)
    shown.press("?")
    shown.type("sort mem")
    #expect(shown.text.contains("sort by memory"))
    #expect(!shown.text.contains("sort by cores"))
    shown.press(.control("u"))
    shown.type("overcommitted?")
    #expect(shown.text.contains("nothing about that"))
    shown.press(.escape)
    #expect(shown.state.mode == .browsing)
  }

  @Test("help scrolls to its end and no further")
  func helpScroll() {
    var shown = Shown(Boxes.busy(), columns: 80, rows: 24)
    shown.press("?")
    for _ in 0..<40 { shown.press(.pageDown) }
    #expect(shown.text.contains("wheel"))
    shown.press(.up)
    #expect(!shown.text.contains("wheel"))
  }

  @Test("the palette runs a command by its name")
  func palette() {
    var shown = Shown(Boxes.busy())
    shown.type(":by name")
    shown.press(.enter)
    #expect(shown.state.jobs.sort.key == .name)
    #expect(shown.state.mode == .browsing)
    shown.type(":every 2")
    #expect(shown.press(.enter) == [.setInterval(2)])
    #expect(shown.lines[0].contains("every 2 s"))
  }

  @Test("the palette offers every command of the screen below, and arrows choose")
  func paletteChoice() {
    var shown = Shown(Boxes.busy())
    let commands = KeyTable.palette(over: .list)
    #expect(commands.count > 25)
    shown.press(":", .down, .enter)
    #expect(shown.state.view == .cores)
    shown.press(":")
    shown.type("no such thing")
    #expect(shown.text.contains("no command is called so"))
    #expect(shown.press(.enter) == [])
  }

  @Test("the bottom bar names no key that does something else")
  func bar() {
    let shown = Shown(Boxes.gpus(1), columns: 200, rows: 60)
    for command in KeyTable.commands where command.scopes.contains(.list) {
      guard let bar = command.bar, command.action != .view(.jobs), bar.keys == nil else { continue }
      let key = command.keys[0].label(ascii: false)
      #expect(shown.lines[59].contains("\(key) \(bar.word)"))
    }
  }

  @Test("the tour goes on when its key was used, and every step names a command")
  func tour() throws {
    for step in Tour.demo.steps {
      #expect(KeyTable.commands.contains { $0.name == step.command }, "\(step.command)")
    }
    var shown = Shown(Boxes.opened(), columns: 80, rows: 24, tour: .demo)
    for (key, beginning) in [
      (.up, "Each row is a job."), (.down, "Right of the line"),
      (.enter, "These are its processes."),
      (.escape, "Who holds how much"), ("3", "Which GPU"), ("4", "1 is the way"), ("1", "M sorts"),
      ("M", "f holds"),
      ("f", "Press f"), ("f", "e drafts"), ("e", "+ and -"), ("+", "+ and -"),
      (.enter, "p shows"),
    ] as [(Key, String)] {
      shown.press(key)
      #expect(!shown.lines[22].contains("…"), "cut: \(shown.lines[22])")
      if beginning != "Enter" {
        #expect(shown.lines[22].hasPrefix(" \(beginning)"), "\(shown.lines[22])")
      }
    }
    // The preview has the whole screen; what comes next is said when it is left.
    shown.press("p", .escape)
    #expect(shown.lines[22].hasPrefix(" z takes the change back"), "\(shown.lines[22])")
    shown.press("z", .escape)
    #expect(shown.lines[22].hasPrefix(" ? explains"), "\(shown.lines[22])")
  }

  @Test("without a tour there is no hint line")
  func noTour() {
    let plain = Shown(Boxes.busy(), columns: 80, rows: 24)
    #expect(plain.state.tour == nil)
    #expect(!plain.lines[22].contains("row is a job"))
  }
}
