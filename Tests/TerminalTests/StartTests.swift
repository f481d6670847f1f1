import TerminalHarness
import Testing

@Suite("A terminal that cannot be used is refused in one sentence")
struct StartTests {
  /// Runs the probe on a pty to its end.
  private func start(_ environment: [String: String]) throws -> (status: Int32, output: String) {
    let pty = try #require(
      Pty([builtProgram("TerminalProbe"), "nothing"], environment: environment))
    #expect(pty.shows("\n"))
    let end = try #require(pty.end())
    return (end.status, String(decoding: pty.output, as: UTF8.self))
  }

  @Test("An unknown type is named, and what to do")
  func unknown() throws {
    let (status, output) = try start(["TERM": "no-such-terminal"])
    #expect(status == 2)
    #expect(output.hasPrefix("The terminal type `no-such-terminal` (from TERM) is not known"))
    #expect(output.contains("TERM=xterm-256color"))
  }

  @Test("No type, and one that cannot place the cursor, whatever it says of colours")
  func unusable() throws {
    #expect(try start(["TERM": ""]).output.hasPrefix("TERM is not set"))
    #expect(
      try start(["TERM": "dumb", "COLORTERM": "truecolor"]).output.contains("place its cursor"))
  }

  @Test("A pipe or a file is no terminal; scripts are told what to use")
  func noTerminal() throws {
    let run = try #require(Command.run([builtProgram("TerminalProbe"), "nothing"]))
    #expect(run.status == 2)
    #expect(run.output.contains("is not a terminal") && run.output.contains("loadline snapshot"))
    #expect(!run.output.contains("\u{1B}"))
  }
}

@Suite("On a bare terminal")
struct BareTerminalTests {
  private func probe(
    _ act: String, _ depth: String = "indexed", type: String = "xterm-256color",
    columns: Int = 160, rows: Int = 50
  ) throws -> Pty {
    try #require(
      Pty(
        [builtProgram("TerminalProbe"), act, depth], columns: columns, rows: rows,
        environment: ["TERM": type]))
  }

  @Test("When the terminal goes away the program leaves, even if hang-ups are ignored")
  func goneTerminal() throws {
    let pty = try #require(
      Pty(
        ["sh", "-c", "trap '' HUP; exec \(builtProgram("TerminalProbe")) nothing"],
        environment: ["TERM": "xterm-256color"]))
    #expect(pty.shows("wakes 0"))
    pty.hangUp()
    let end = try #require(pty.end())
    #expect(end.status == 9)
    #expect(end.time < .seconds(1))
  }

  @Test("A hang-up that is not ignored lets the program clean up")
  func hangUp() throws {
    let pty = try probe("nothing")
    #expect(pty.shows("wakes 0"))
    pty.hangUp()
    let end = try #require(pty.end())
    #expect([129, 9].contains(end.status))
  }

  @Test("Copied text is sent as OSC 52")
  func copy() throws {
    let pty = try probe("copy")
    #expect(pty.shows("wakes 0"))
    pty.send(Array("x".utf8))
    #expect(pty.shows("\u{1B}]52;c;aMOpbGxv\u{7}"))
  }

  @Test(
    "Nothing is sent when nothing changed, and little when three numbers did",
    arguments: ["xterm-256color", "tmux-256color"], ["indexed", "trueColor"])
  func bytes(type: String, depth: String) throws {
    let pty = try probe("measure", depth, type: type)
    #expect(pty.shows("everything: "))
    let text = String(decoding: pty.output, as: UTF8.self)
    #expect(text.contains("160x50 \(depth)"))
    #expect(try sent("unchanged, drawn anew", in: text) == 0)
    #expect(try (1...400).contains(sent("three numbers", in: text)))
    _ = pty.end()
  }

  /// The bytes in the line `NAME: TIME ns, BYTES bytes`.
  private func sent(_ name: String, in text: String) throws -> Int {
    let line = try #require(text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name) })
    return try #require(line.split(separator: " ").dropLast().last.flatMap { Int($0) })
  }

  @Test("A terminal that tells no size, or a mad one, is drawn on all the same")
  func sizes() throws {
    let none = try probe("nothing", columns: 0, rows: 0)
    #expect(none.shows("size 80x24"))
    let mad = try probe("nothing", columns: 65535, rows: 65535)
    #expect(mad.shows("size 1000x500"))
    let tiny = try probe("nothing", columns: 1, rows: 1)
    #expect(tiny.read { $0.contains(0x2B) })
    tiny.send(Array("q".utf8))
    #expect(tiny.end()?.status == 0)
  }
}
