import Glibc
import TerminalHarness
import Testing

@Suite(
  "The program can be stopped and go on", .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct SuspendTests {
  /// Starts the probe and stops it; returns its process id once the shell is back.
  private func stopped(_ session: ProbeSession, by stop: (Int32) -> Void) throws -> Int32 {
    let pid = try #require(session.start("nothing"))
    stop(pid)
    #expect(session.tmux.shows("Stopped") || session.tmux.shows("Suspended"))
    return pid
  }

  @Test("^Z gives the terminal back, fg takes it again and draws everything")
  func controlZ() throws {
    let session = ProbeSession()
    _ = try stopped(session) { _ in session.tmux.keys("C-z") }
    #expect(session.isWhole())
    session.tmux.type("fg")
    #expect(session.tmux.shows("Signal.resume"))
    #expect(session.state == .screens)
    #expect(session.tmux.screen().contains("control(\"z\")"))
    session.tmux.keys("q")
    #expect(session.isWhole())
  }

  @Test("So does the signal that ^Z stands for, from elsewhere")
  func signal() throws {
    let session = ProbeSession()
    _ = try stopped(session) { kill($0, SIGTSTP) }
    #expect(session.isWhole())
    session.tmux.type("fg")
    #expect(session.tmux.shows("suspend, Terminal.Signal.resume"), "\(session.tmux.screen())")
    #expect(session.state == .screens)
  }

  @Test("What the shell wrote in between is gone after a stop that could not be foreseen")
  func sigstop() throws {
    let session = ProbeSession()
    _ = try stopped(session) { kill($0, SIGSTOP) }
    // The line is still the screen's: Enter means nothing to the shell, a line feed does.
    session.tmux.keys("echo scribble; stty sane", "C-j")
    #expect(session.tmux.shows("scribble"))
    session.tmux.type("fg")
    #expect(session.tmux.shows("Signal.resume"))
    #expect(!session.tmux.screen().contains("scribble"))
    #expect(session.state == .screens)
    session.tmux.keys("j")
    #expect(session.tmux.shows("character(\"j\")"))
  }

  @Test("A stopped program that is ended does not touch the terminal again")
  func endedWhileStopped() throws {
    let session = ProbeSession()
    let pid = try stopped(session) { _ in session.tmux.keys("C-z") }
    session.tmux.type("kill %1; kill -CONT %1; echo typed-$((1 + 1))")
    #expect(session.tmux.shows("typed-2"))
    #expect(eventually { kill(pid, 0) != 0 || session.tmux.screen().contains("cleaned up") })
    #expect(session.isWhole())
  }

  @Test("In the background it waits, and the foreground is the shell's")
  func background() throws {
    let session = ProbeSession()
    _ = try stopped(session) { _ in session.tmux.keys("C-z") }
    session.tmux.type("clear; bg; echo typed-$((1 + 1))")
    #expect(session.tmux.shows("typed-2"))
    #expect(session.isWhole())
    session.tmux.type("fg")
    #expect(session.tmux.shows("size 100x24"))
    #expect(session.state == .screens)
  }

  @Test("The size may have changed meanwhile")
  func resizedWhileStopped() throws {
    let session = ProbeSession()
    _ = try stopped(session) { _ in session.tmux.keys("C-z") }
    session.tmux.resize(columns: 70, rows: 20)
    session.tmux.type("fg")
    #expect(session.tmux.shows("size 70x20"))
  }
}
