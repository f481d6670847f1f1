import Glibc
import Model

/// systemd's programs, and whose manager they talk to.
struct SystemdTools: Sendable, Hashable {
  var systemctl: String
  var busctl: String?
  /// The runtime directory of the user whose manager it is; nil for the system's.
  var runtimeDirectory: String?
  /// The user whose manager it is; nil for the system's.
  var user: UInt32?
  /// How root becomes that user.
  var setpriv: String?
  /// For how long one call may take, in seconds.
  var patience = 5.0

  init(systemctl: String, busctl: String? = nil) {
    self.systemctl = systemctl
    self.busctl = busctl
  }

  /// Nil where systemd does not run the system, or its programs are missing.
  init?(in system: LaunchSystem) {
    guard Files.exists("\(Self.parent(of: system.userRuntime))/systemd/system"),
      let systemctl = ["/usr/bin/systemctl", "/bin/systemctl"].first(where: Files.exists)
    else { return nil }
    self.systemctl = systemctl
    busctl = ["/usr/bin/busctl", "/bin/busctl"].first(where: Files.exists)
    setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].first(where: Files.exists)
  }

  /// For a user's own manager.
  init(of manager: UserManager, uid: UInt32) {
    let beside = manager.systemdRun.replacing("systemd-run", with: "")
    systemctl = beside + "systemctl"
    busctl = Files.exists(beside + "busctl") ? beside + "busctl" : nil
    user = uid
    runtimeDirectory = manager.runtimeDirectory
  }

  private static func parent(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? path
  }

  /// The same for the manager of a user.
  func of(user: UInt32, in system: LaunchSystem) -> SystemdTools {
    var tools = self
    tools.user = user
    tools.runtimeDirectory = "\(system.userRuntime)/\(user)"
    return tools
  }

  /// The command with all that makes it reach the right manager.
  func command(_ tool: String, _ arguments: [String], caller: UInt32) -> [String] {
    guard let user else { return [tool] + arguments }
    let words = [tool, "--user"] + arguments
    guard caller != user, let setpriv else { return words }
    return [setpriv, "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--"] + words
  }

  var environment: [String] {
    var variables = ["PATH=/usr/bin:/bin", "LC_ALL=C", "SYSTEMD_COLORS=0", "SYSTEMD_PAGER="]
    if let runtimeDirectory {
      variables.append("XDG_RUNTIME_DIR=\(runtimeDirectory)")
      variables.append("DBUS_SESSION_BUS_ADDRESS=unix:path=\(runtimeDirectory)/bus")
    }
    return variables
  }

  /// Runs one of the tools; its output where it succeeded.
  func run(_ tool: String, _ arguments: [String]) throws(ChangeFailure) -> String {
    let words = command(tool, arguments, caller: geteuid())
    let outcome: Tool.Outcome
    do throws(SystemError) {
      outcome = try Tool.run(words, environment: environment, seconds: patience)
    } catch {
      throw ChangeFailure(.failed, "\(tool) cannot be run: \(error.words).", errno: error.code)
    }
    let shown = words.joined(separator: " ")
    switch outcome.end {
    case .exited(0): return outcome.output
    case .exited(let status):
      let said = SafeText(
        outcome.errors.split(separator: "\n").first.map(String.init) ?? "status \(status)")
      throw ChangeFailure(.failed, "\(shown): \(said)")
    case .killed(let signal):
      throw ChangeFailure(.failed, "\(shown) was ended by signal \(signal).")
    case .late:
      throw ChangeFailure(.failed, "\(shown) did not answer within \(short(patience)) s.")
    }
  }
}
