import Glibc
import TerminalHarness
import Testing

@Suite(
  "What is drawn is what stands on the terminal",
  .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct DrawnTests {
  @Test("After fifty quick resizes the drawn size is the terminal's, corner to corner")
  func resizeStorm() throws {
    let session = ProbeSession()
    _ = try #require(session.start("nothing"))
    for step in 0..<50 {
      session.tmux.resize(columns: 60 + step * 37 % 90, rows: 15 + step * 17 % 30)
    }
    session.tmux.resize(columns: 93, rows: 27)
    #expect(session.tmux.shows("size 93x27"), "\(session.tmux.screen())")
    #expect(eventually { session.tmux.rows.last?.count == 93 }, "\(session.tmux.screen())")
    let rows = session.tmux.rows
    #expect(rows.count == 27)
    for row in [rows.first, rows.last] {
      #expect(row?.first == "+" && row?.last == "+")
    }
    // Nothing of the earlier sizes is left between.
    #expect(rows.dropFirst(1).dropLast(1).allSatisfy { !$0.contains("+") })
  }

  @Test(
    "Wide characters keep their places, and what cannot be drawn becomes a question mark",
    arguments: [["LANG": "C.UTF-8"], ["LANG": "C"], ["LC_ALL": "xx_XX.UTF-8"], ["LC_ALL": "POSIX"]])
  func wide(locale: [String: String]) throws {
    let session = ProbeSession(environment: locale)
    _ = try #require(session.start("nothing"))
    let rows = session.tmux.rows
    #expect(rows[1] == " wide 漢字|é|▁▂▃▄▅▆▇█|⣿|")
    #expect(rows[2] == " ??? 👩🚀|after")
  }

  @Test(
    "Colours are sent as the depth says",
    arguments: [
      ("tmux-256color", "trueColor", "38;2;255;128;0", "38;2;0;0;0"),
      ("xterm-256color", "trueColor", "38;2;0;0;5", "38;5;196"),
      ("no-such-terminal", "trueColor", "38;2;255;128;0", "48;2;255;128;0"),
      ("tmux-256color", "indexed", "38;5;196", "48;5;196"),
      ("xterm", "indexed", "38;5;196", "48;5;196"),
      ("xterm", "eight", "\u{1B}[31m", "\u{1B}[1m"),
      ("vt100", "eight", "#######", "depth mono"),
      ("tmux-256color", "mono", "#######", "depth mono"),
    ])
  func colours(type: String, depth: String, one: String, other: String) throws {
    let session = ProbeSession(environment: ["TERM": type])
    _ = try #require(session.start("nothing", depth))
    let styled = session.tmux.screen(styled: true)
    if depth == "mono" || type == "vt100" {
      #expect(
        !styled.contains("[31m") && !styled.contains("[41m") && !styled.contains("8;"), "\(styled)")
    } else {
      #expect(styled.contains(one) && styled.contains(other), "\(styled)")
    }
    #expect(styled.contains("size 100x24"))
  }

  @Test("Without being told, the terminal's best colours are used")
  func offered() throws {
    for (environment, expected) in [
      (["TERM": "xterm-256color"], "depth indexed"), (["TERM": "xterm"], "depth eight"),
      (["TERM": "vt100"], "depth mono"),
      (["TERM": "xterm", "COLORTERM": "truecolor"], "depth trueColor"),
      (["TERM": "screen-256color", "COLORTERM": "truecolor"], "depth indexed"),
    ] {
      let session = ProbeSession(environment: environment)
      _ = try #require(session.start("nothing"))
      #expect(session.tmux.screen().contains(expected))
      session.tmux.keys("q")
      #expect(session.status() == 0)
      session.tmux.type("clear; $PROBE offered")
      #expect(eventually { session.tmux.rows.contains(expected.dropFirst(6)) })
    }
  }

  @Test("What is no longer on the canvas is no longer on the screen")
  func blanked() throws {
    let session = ProbeSession()
    _ = try #require(session.start("nothing"))
    session.tmux.keys("j")
    #expect(session.tmux.shows("character(\"j\")"))
    session.tmux.keys("c")
    #expect(eventually { !session.tmux.screen().contains("input") })
  }

  @Test("^L draws what something else has spoiled")
  func redraw() throws {
    let session = ProbeSession()
    _ = try #require(session.start("nothing"))
    let terminal = session.tmux.format("#{pane_tty}")
    let scribble = try #require(
      Command.run(["sh", "-c", "printf '\\033[5;5Hscribble\\033[?25h\\033[?1002l' > \(terminal)"]))
    #expect(scribble.status == 0)
    #expect(session.tmux.shows("scribble"))
    session.tmux.keys("C-l")
    #expect(eventually { !session.tmux.screen().contains("scribble") })
    #expect(session.state == .screens)
  }

  @Test("Keys and the mouse arrive, through a real terminal")
  func inputs() throws {
    let session = ProbeSession(rows: 40)
    _ = try #require(session.start("nothing"))
    session.tmux.keys("Up", "F1", "F12", "BTab", "PPage", "M-x", "Escape", "é", "DC")
    session.tmux.send(Array("\u{1B}[<0;10;5M\u{1B}[<32;11;5M\u{1B}[<64;1;1M".utf8))
    session.tmux.send([0x1B, 0x5B, 0x4D, 0x60, 0x2A, 0x25])
    #expect(session.tmux.shows("wheelUp, x: 9, y: 4"), "\(session.tmux.screen())")
    let inputs = session.tmux.rows.filter { $0.hasPrefix(" input ") }
      .map { $0.replacing("Drawing.", with: "").dropFirst(7) }
    #expect(
      inputs == [
        "key(Key.up)", "key(Key.function(1))", "key(Key.function(12))", "key(Key.backTab)",
        "key(Key.pageUp)", "key(Key.escape)", "key(Key.character(\"x\"))", "key(Key.escape)",
        "key(Key.character(\"\\u{00E9}\"))", "key(Key.delete)",
        "mouse(MouseInput(action: MouseInput.Action.press, x: 9, y: 4))",
        "mouse(MouseInput(action: MouseInput.Action.drag, x: 10, y: 4))",
        "mouse(MouseInput(action: MouseInput.Action.wheelUp, x: 0, y: 0))",
        "mouse(MouseInput(action: MouseInput.Action.wheelUp, x: 9, y: 4))",
      ])
  }
}
