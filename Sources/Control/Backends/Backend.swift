/// How a job is kept apart from the rest of the box, the best that the caller may use.
enum Backend: Sendable, Hashable {
  /// cgroups made by loadline itself.
  case groups(CgroupPlaces)
  /// A scope of the user's systemd, which owns the cgroups the user could write.
  case scope(UserManager)
  /// No cgroup may be made: only what a process can do for itself.
  case process(reason: String)

  init(_ places: CgroupPlaces, _ manager: UserManager?, uid: UInt32) {
    let managed = UserManager.path(uid: uid)
    let free = places.places.filter { !$0.base.contains(managed) }
    if !free.isEmpty {
      self = .groups(CgroupPlaces(places: free, reason: places.reason))
    } else if let manager {
      self = .scope(manager)
    } else {
      self = .process(reason: places.reason)
    }
  }

  var support: ControllerSupport {
    switch self {
    case .groups(let places): places.support
    case .scope(let manager): manager.support
    case .process(let reason): .none(reason)
    }
  }
}
