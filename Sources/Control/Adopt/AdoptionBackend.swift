import Model

/// Where an adopted job's cgroup is made.
enum AdoptionBackend: Sendable {
  case groups(CgroupPlaces)
  /// A scope of the system's manager.
  case systemScope(SystemdTools)
  /// A scope of the caller's own manager.
  case userScope(UserManager)

  init(for owner: UInt32, in system: LaunchSystem) throws(ChangeFailure) {
    if system.uid == 0, let tools = SystemdTools(in: system) {
      self = .systemScope(tools)
      return
    }
    var places = CgroupPlaces(in: system)
    let manager = UserManager(in: system)
    if manager == nil, let obstacle = UserManager.obstacle(in: system) { places.reason = obstacle }
    switch Backend(places, manager, uid: system.uid) {
    case .groups(let places): self = .groups(places)
    case .scope(let manager): self = .userScope(manager)
    case .process(let reason):
      throw ChangeFailure(
        .never, "it cannot be given a cgroup: \(reason). Ask root to adopt it.")
    }
  }
}
