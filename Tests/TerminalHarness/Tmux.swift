import Glibc

/// One pane of a tmux server of its own, with a shell in it; both end with this value.
package final class Tmux {
  /// A folder for the server's socket, which tmux itself would leave behind.
  private let folder: String
  private var socket: String { folder + "/socket" }
  private static let environment = Command.plainEnvironment.merging(["TERM": "xterm-256color"]) {
    $1
  }

  /// Whether there is a tmux to run.
  package static let isAvailable = Command.run(["tmux", "-V"])?.status == 0

  /// Starts a shell with the prompt `$ ` and these variables (and ``Command/plainEnvironment``).
  package init(
    columns: Int = 100, rows: Int = 24, environment: [String: String] = ["TERM": "tmux-256color"]
  ) {
    var template = Array("/tmp/loadline-test-XXXXXX".utf8CString)
    folder = mkdtemp(&template).map { String(cString: $0) } ?? ""
    let variables = Command.plainEnvironment.merging(["PS1": "$ "]) { $1 }.merging(environment) {
      $1
    }
    let assignments = variables.map { "\($0.key)=\($0.value)" }
    tmux(
      ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "env", "-i"] + assignments + ["sh"]
    )
    // The server does not outlive tests that are killed.
    let end = "trap '' TERM HUP; tmux -S \(socket) kill-server; rm -r \(folder)"
    tmux(["run-shell", "-b", "while kill -0 \(getpid()); do sleep 1; done; \(end)"])
    _ = shows("$")
  }

  deinit {
    tmux(["kill-server"])
    unlink(socket)
    rmdir(folder)
  }

  /// Types keys by tmux's names: `Enter`, `C-c`, `F1`, or characters.
  package func keys(_ keys: String...) { tmux(["send-keys"] + keys) }

  /// Types a line of text and Enter.
  package func type(_ text: String) {
    tmux(["send-keys", "-l", text])
    keys("Enter")
  }

  /// Sends bytes as a terminal does.
  package func send(_ bytes: [UInt8]) {
    tmux(["send-keys", "-H"] + bytes.map { String($0, radix: 16) })
  }

  package func resize(columns: Int, rows: Int) {
    tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// What is on the screen, with escape sequences for colours if `styled`.
  package func screen(styled: Bool = false) -> String {
    tmux(["capture-pane", "-p"] + (styled ? ["-e"] : []))
  }

  /// The rows of the screen.
  package var rows: [Substring] {
    screen().split(separator: "\n", omittingEmptySubsequences: false).dropLast()
  }

  /// Whether the text comes to stand on the screen.
  package func shows(_ text: String) -> Bool { eventually { screen().contains(text) } }

  /// A format of tmux, such as `#{pane_width}`.
  package func format(_ format: String) -> String {
    String(tmux(["display-message", "-p", format]).dropLast())
  }

  @discardableResult private func tmux(_ arguments: [String]) -> String {
    Command.run(
      ["tmux", "-u", "-S", socket, "-f", "/dev/null"] + arguments, environment: Self.environment)?
      .output ?? ""
  }
}
