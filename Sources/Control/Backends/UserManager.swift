import Glibc
import Model

/// The systemd of an ordinary user, which owns the only cgroups that the user can be given.
struct UserManager: Sendable, Hashable {
  /// `XDG_RUNTIME_DIR` as the manager knows it.
  var runtimeDirectory: String
  /// The absolute path of `systemd-run`.
  var systemdRun: String
  /// The v2 controllers delegated to it; its v1 groups have none.
  var controllers: Set<String>
  /// Its cgroup's directory, below which its scopes are; nil where it is not visible.
  var group: String?
  /// Whether it stays when the user has logged out everywhere.
  var lingers: Bool

  /// The running manager of the system's user; nil for root, and where none can be asked.
  init?(in system: LaunchSystem) {
    let runtime = Self.runtimeDirectory(in: system)
    let tools = ["/usr/bin/systemd-run", "/bin/systemd-run"]
    guard Self.isRunning(in: system), Files.exists(runtime + "/bus"),
      let tool = tools.first(where: Files.exists)
    else { return nil }
    runtimeDirectory = runtime
    systemdRun = tool
    let layout = system.layout
    let hierarchy = layout.unified ?? layout.legacy.first { $0.name == "systemd" }
    group = hierarchy.flatMap { $0.directory(of: Self.path(uid: system.uid)) }
    controllers = Set(
      (group.flatMap { Files.line($0 + "/cgroup.controllers") } ?? "").split(separator: " ")
        .map(String.init))
    lingers = Self.userName(system.uid).map { Files.exists("\(system.linger)/\($0)") } ?? false
  }

  init(
    runtimeDirectory: String, systemdRun: String, controllers: Set<String>, group: String? = nil,
    lingers: Bool = true
  ) {
    self.runtimeDirectory = runtimeDirectory
    self.systemdRun = systemdRun
    self.controllers = controllers
    self.group = group
    self.lingers = lingers
  }

  /// Why a manager that is running cannot be asked for a scope; nil where none is running.
  static func obstacle(in system: LaunchSystem) -> String? {
    guard isRunning(in: system) else { return nil }
    // systemd-run talks to the manager over the user's message bus.
    return Files.exists(runtimeDirectory(in: system) + "/bus")
      ? "there is no systemd-run"
      : "your systemd manager has no message bus; install dbus-user-session"
  }

  private static func isRunning(in system: LaunchSystem) -> Bool {
    system.uid != 0 && Files.exists(runtimeDirectory(in: system) + "/systemd/private")
  }

  private static func runtimeDirectory(in system: LaunchSystem) -> String {
    "\(system.userRuntime)/\(system.uid)"
  }

  /// The cgroup of the manager of a user (systemd.special(7), `user@.service`).
  static func path(uid: UInt32) -> String {
    "/user.slice/user-\(uid).slice/user@\(uid).service"
  }

  /// What scopes of it can be limited in: the manager takes any property, and applies those whose
  /// controller was delegated to it (`Delegate=` of `user@.service`, without cpuset and io by default).
  var support: ControllerSupport {
    var interfaces: [Resource: Interface] = [:]
    for resource in Resource.allCases
    where controllers.contains(resource.controller(.v2)) {
      interfaces[resource] = .v2
    }
    return ControllerSupport(
      interfaces: interfaces, reason: "your systemd manager does not have that controller")
  }

  /// Whether a scope of that name has processes.
  func hasScope(_ unit: String) -> Bool {
    guard let group else { return false }
    return ["\(group)/app.slice/\(unit)", "\(group)/\(unit)"].contains(where: Files.exists)
  }

  static func userName(_ uid: UInt32) -> String? {
    getpwuid(uid).map { String(cString: $0.pointee.pw_name) }
  }
}
