import Glibc
import TerminalHarness
import Testing

@Suite(
  "However the program ends, the terminal is whole again",
  .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct EndingTests {
  /// One way to end.
  struct Ending: CustomTestStringConvertible {
    var act = "nothing"
    /// The signal that is sent; without one, the act is performed.
    var signal: Int32?
    /// The exit status, one of them: a trap is ILL on x86 and TRAP on ARM.
    var statuses: [Int32]
    /// What has to stand in the shell afterwards.
    var says: String

    var testDescription: String { signal.map { "signal \($0) while it does \(act)" } ?? act }
  }

  private static let trapped: [Int32] = [128 + SIGILL, 128 + SIGTRAP]

  @Test(
    "The shell is back with its modes, the exit status and the reason",
    arguments: [
      Ending(signal: SIGTERM, statuses: [128 + SIGTERM], says: "cleaned up"),
      Ending(signal: SIGINT, statuses: [128 + SIGINT], says: "cleaned up"),
      Ending(signal: SIGHUP, statuses: [128 + SIGHUP], says: "cleaned up"),
      Ending(signal: SIGQUIT, statuses: [128 + SIGQUIT], says: "cleaned up"),
      Ending(signal: SIGSEGV, statuses: [128 + SIGSEGV], says: "stopped by SIGSEGV"),
      Ending(signal: SIGBUS, statuses: [128 + SIGBUS], says: "stopped by SIGBUS"),
      Ending(signal: SIGFPE, statuses: [128 + SIGFPE], says: "stopped by SIGFPE"),
      Ending(signal: SIGABRT, statuses: [128 + SIGABRT], says: "stopped by SIGABRT"),
      Ending(signal: SIGPIPE, statuses: [128 + SIGPIPE], says: "status=141"),
      Ending(signal: SIGUSR1, statuses: [128 + SIGUSR1], says: "status=138"),
      Ending(signal: SIGXCPU, statuses: [128 + SIGXCPU], says: "status=152"),
      Ending(act: "abort", statuses: [128 + SIGABRT], says: "stopped by SIGABRT"),
      Ending(act: "segfault", statuses: [128 + SIGSEGV], says: "stopped by SIGSEGV"),
      Ending(act: "segfaultThread", statuses: [128 + SIGSEGV], says: "stopped by SIGSEGV"),
      Ending(act: "trap", statuses: trapped, says: "stopped by SIG"),
      Ending(act: "trapThread", statuses: trapped, says: "stopped by SIG"),
      Ending(act: "fatal", statuses: trapped, says: "the probe was told to"),
      Ending(act: "overflow", statuses: [128 + SIGSEGV], says: "stopped by SIGSEGV"),
      Ending(act: "overflowThread", statuses: [128 + SIGSEGV], says: "stopped by SIGSEGV"),
      Ending(act: "error", statuses: trapped, says: "ToldTo"),
      Ending(act: "exits", statuses: [7], says: "status=7"),
      Ending(act: "hangs", signal: SIGTERM, statuses: [128 + SIGTERM], says: "status=143"),
    ])
  func ending(_ ending: Ending) throws {
    let session = ProbeSession()
    let pid = try #require(session.start(ending.act))
    #expect(session.state == .screens)
    if ending.signal == nil || ending.act != "nothing" { session.tmux.keys("x") }
    if let signal = ending.signal { kill(pid, signal) }

    let status = session.status()
    let screen = session.tmux.screen()
    #expect(status.map { ending.statuses.contains($0) } ?? false, "\(screen)")
    #expect(screen.contains(ending.says), "\(screen)")
    #expect(!screen.contains("Press"), "the runtime's backtracer asks for a key: \(screen)")
    #expect(session.isWhole(), "\(session.state) \(session.tmux.screen())")
  }

  @Test("Keys end it too: q, and ^C and ^\\, which are signals")
  func keys() throws {
    for (key, status) in [("q", 0), ("C-c", 128 + SIGINT), ("C-\\", 128 + SIGQUIT)] {
      let session = ProbeSession()
      _ = try #require(session.start("nothing"))
      session.tmux.keys(key)
      #expect(session.status() == status)
      #expect(session.isWhole())
    }
  }

  @Test("A program that does not come to its end is ended by a second signal")
  func secondSignal() throws {
    let session = ProbeSession()
    let pid = try #require(session.start("lingers"))
    #expect(eventually { kill(pid, SIGTERM) != 0 })
    #expect(session.status() == 128 + SIGTERM)
    #expect(session.isWhole())
  }

  @Test("Signals that are sent twice at once count once, so that the program can clean up")
  func doubleSignal() throws {
    for (first, second) in [(SIGTERM, SIGHUP), (SIGTERM, SIGTERM), (SIGHUP, SIGHUP)] {
      let session = ProbeSession()
      let pid = try #require(session.start("nothing"))
      kill(pid, first)
      kill(pid, second)
      #expect([first, second].map { $0 + 128 }.contains(session.status()))
      #expect(session.tmux.screen().contains("cleaned up"))
    }
  }
}

@Suite(
  "The screen is the program's, not its children's",
  .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct ChildTests {
  @Test("A forked process that ends leaves the screen alone and its parent unaware")
  func fork() throws {
    let session = ProbeSession()
    _ = try #require(session.start("forks"))
    session.tmux.keys("x")
    #expect(session.tmux.shows("wakes 1"))
    #expect(session.state == .screens)
    #expect(session.tmux.screen().contains("signals []"))
    session.tmux.keys("q")
    #expect(session.tmux.shows("children ended with [0, \(SIGTERM)]"), "\(session.tmux.screen())")
    #expect(session.isWhole())
  }

  @Test("A child does not inherit the description that is carried for true colour")
  func environment() throws {
    let session = ProbeSession()
    _ = try #require(session.start("environment", "trueColor"))
    session.tmux.keys("x", "q")
    #expect(session.tmux.shows("TERMINFO=unset"))
  }
}

@Suite(
  "Standard error is kept while the screen is up",
  .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct CapturedErrorTests {
  @Test("A library's complaint is not on the screen, and in the shell afterwards")
  func complaint() throws {
    let session = ProbeSession()
    _ = try #require(session.start("complain"))
    session.tmux.keys("x")
    #expect(session.tmux.shows("wakes 1"))
    #expect(!session.tmux.screen().contains("a library complains"))
    session.tmux.keys("q")
    #expect(session.tmux.shows("a library complains"))
  }

  @Test("Of too much, the newest lines are still there")
  func chatter() throws {
    let session = ProbeSession()
    _ = try #require(session.start("chatter"))
    for round in 1...6 {
      session.tmux.keys("x")
      #expect(session.tmux.shows("wakes \(round)"))
    }
    session.tmux.keys("q")
    #expect(session.tmux.shows("round 6 line 1999 "), "\(session.tmux.screen())")
    #expect(session.isWhole())
  }

  @Test("Standard error that is a file stays one")
  func file() throws {
    let session = ProbeSession()
    _ = try #require(session.start("complain", "2>&1 2>/dev/null"))
    session.tmux.keys("x", "q")
    #expect(session.status() == 0)
    #expect(!session.tmux.screen().contains("a library complains"))
  }
}
