/// Why there can be no screen, as one sentence for a person.
package nonisolated struct TerminalError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }

  /// Standard input or output is a file, a pipe or closed.
  static func notATerminal(_ stream: String) -> TerminalError {
    TerminalError(
      "Standard \(stream) is not a terminal, and the dashboard needs one; "
        + "for scripts there is `loadline snapshot`.")
  }

  static let noType = TerminalError(
    "TERM is not set, so the kind of this terminal is unknown; "
      + "try again with `TERM=xterm-256color`.")

  /// No terminfo entry of this name is installed.
  static func unknownType(_ name: String) -> TerminalError {
    TerminalError(
      "The terminal type `\(name)` (from TERM) is not known on this machine; "
        + "try again with `TERM=xterm-256color`, or install its description "
        + "(Debian: the package ncurses-term).")
  }

  /// The terminal exists but cannot place its cursor.
  static func cannotDraw(_ name: String) -> TerminalError {
    TerminalError(
      "A terminal of the type `\(name)` (from TERM) cannot place its cursor, so nothing can be "
        + "drawn on it; use another terminal, or `loadline snapshot`.")
  }

  /// A system call that does not fail on a healthy system did.
  static func system(_ what: String, _ error: Int32) -> TerminalError {
    TerminalError("The terminal could not be set up: \(what) failed with error \(error).")
  }
}
