import Glibc
import TerminalHarness
import Testing

@Suite(
  "The dashboard in a real terminal", .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct DashboardInTmuxTests {
  /// A shell in tmux in which `$LOADLINE` is the program.
  private func session(columns: Int = 100, rows: Int = 30) -> Tmux {
    Tmux(
      columns: columns, rows: rows,
      environment: [
        "TERM": "tmux-256color", "LOADLINE": builtProgram("loadline"),
        "XDG_CONFIG_HOME": "/nonexistent",
      ])
  }

  private func start(_ tmux: Tmux, _ arguments: String = "") {
    tmux.type("$LOADLINE --interval 0.2 \(arguments); echo status=$?")
  }

  private func isShellAgain(_ tmux: Tmux) -> Bool {
    eventually(within: .seconds(5)) {
      tmux.format("#{alternate_on} #{cursor_flag} #{mouse_any_flag}") == "0 1 0"
    }
  }

  @Test("keys go in and screens come out")
  func keys() {
    let tmux = session()
    start(tmux)
    #expect(tmux.shows("CORES"))
    #expect(tmux.shows("other"))
    tmux.keys("?")
    #expect(tmux.shows("search:"))
    tmux.keys("Escape")
    tmux.keys("3")
    #expect(tmux.shows("uncharged"))
    tmux.keys("f")
    #expect(tmux.shows("HELD"))
    tmux.keys("f")
    #expect(tmux.shows("live"))
    tmux.keys("q")
    #expect(tmux.shows("status=0"))
    #expect(isShellAgain(tmux), "\(tmux.screen())")
  }

  @Test("it ends on a signal with the terminal whole", arguments: [SIGTERM, SIGINT, SIGHUP])
  func signals(signal: Int32) throws {
    let tmux = session()
    tmux.type("$LOADLINE & echo pid=$!; fg >/dev/null; echo status=$?")
    #expect(tmux.shows("CORES"))
    // The pane's shell has one child, and that is the program.
    let shell = tmux.format("#{pane_pid}")
    let children = try #require(Command.run(["pgrep", "-P", shell])).output
    let pid = try #require(Int32(children.split(separator: "\n").last ?? ""))
    kill(pid, signal)
    #expect(tmux.shows("status=\(128 + signal)"), "\(tmux.screen())")
    #expect(isShellAgain(tmux), "\(tmux.screen())")
  }

  @Test("two demos at once have jobs of their own, and leave none behind")
  func twoDemos() {
    let sessions = [session(), session()]
    for tmux in sessions {
      tmux.type("$LOADLINE demo; echo status=$?")
      #expect(tmux.shows("demo-idle"), "\(tmux.screen())")
    }
    #expect(sessions[1].shows("demo-idle-"), "\(sessions[1].screen())")
    for tmux in sessions {
      tmux.keys("q")
      #expect(tmux.shows("status=0"), "\(tmux.screen())")
    }
  }

  @Test("after a storm of resizes the whole screen is drawn in the last size")
  func resizeStorm() {
    let tmux = session()
    start(tmux)
    #expect(tmux.shows("CORES"))
    for step in 0..<40 { tmux.resize(columns: 60 + step * 3, rows: 15 + step) }
    tmux.resize(columns: 90, rows: 26)
    #expect(
      eventually {
        let rows = tmux.rows
        return rows.count == 26 && rows[0].hasPrefix(" loadline") && rows[25].contains("quit")
      }, "\(tmux.screen())")
    tmux.keys("q")
    #expect(tmux.shows("status=0"))
  }

  @Test("a screen that is too small says so and is used again once it is large enough")
  func tooSmall() {
    let tmux = session(columns: 50, rows: 10)
    start(tmux)
    #expect(tmux.shows("60×15"))
    tmux.resize(columns: 80, rows: 24)
    #expect(tmux.shows("CORES"))
    tmux.keys("q")
    #expect(tmux.shows("status=0"))
  }

  @Test("^Z gives the shell its terminal, fg brings the screen back")
  func suspend() {
    let tmux = session()
    start(tmux)
    #expect(tmux.shows("CORES"))
    tmux.keys("C-z")
    #expect(isShellAgain(tmux), "\(tmux.screen())")
    tmux.type("fg")
    #expect(tmux.shows("CORES"))
    tmux.keys("q")
    #expect(isShellAgain(tmux))
  }
}
