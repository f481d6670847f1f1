import Glibc
import TerminalHarness

/// TerminalProbe in a shell in tmux.
struct ProbeSession {
  let tmux: Tmux

  /// Opens a shell whose `$PROBE` is the probe.
  init(columns: Int = 100, rows: Int = 24, environment: [String: String] = [:]) {
    let variables = ["TERM": "tmux-256color", "PROBE": builtProgram("TerminalProbe")]
    tmux = Tmux(
      columns: columns, rows: rows, environment: variables.merging(environment) { $1 })
  }

  /// Starts the probe; returns its process id once its card is on the screen.
  func start(_ act: String, _ arguments: String = "") -> Int32? {
    tmux.type("$PROBE \(act) \(arguments); echo status=$?")
    guard tmux.shows("wakes 0") else { return nil }
    let words = tmux.screen().split(whereSeparator: \.isWhitespace)
    guard let index = words.firstIndex(of: "pid"), index + 1 < words.endIndex else { return nil }
    return Int32(words[index + 1].dropLast())
  }

  /// The exit status that the shell prints when the probe has ended.
  func status() -> Int32? {
    var status: Int32?
    _ = eventually {
      let line = tmux.rows.last { $0.hasPrefix("status=") }
      status = line.flatMap { Int32($0.dropFirst(7)) }
      return status != nil
    }
    return status
  }

  /// Whether the terminal comes to be as a shell has it: see ``TerminalState``.
  func isWhole() -> Bool {
    eventually(within: .seconds(5)) { state == .shells } && lineIsShells()
  }

  /// What tmux knows of the terminal's modes.
  var state: TerminalState {
    let flags = tmux.format(
      "#{alternate_on}#{cursor_flag}#{mouse_any_flag}#{mouse_sgr_flag}#{keypad_flag}#{keypad_cursor_flag}"
    )
    return TerminalState(flags: flags)
  }

  /// Whether the line echoes, collects lines and makes signals of ^C and ^Z.
  private func lineIsShells() -> Bool {
    tmux.type("clear; stty -a; echo stty-$((1 + 1))")
    guard tmux.shows("stty-2") else { return false }
    let words = Set(tmux.screen().split { $0.isWhitespace || $0 == ";" })
    return ["echo", "icanon", "isig", "iexten", "icrnl", "ixon", "opost", "onlcr"]
      .allSatisfy { words.contains($0) } && tmux.screen().contains("susp = ^Z")
  }
}

/// The modes that a screen changes.
struct TerminalState: Equatable {
  /// Alternate screen, cursor shown, mouse on, SGR mouse, application keypad and cursor keys.
  var flags: String

  static let shells = TerminalState(flags: "010000")
  static let screens = TerminalState(flags: "101100")
}
