import CLinux
import Model

extension CgroupPlaces {
  /// Looks for places that the user may write.
  ///
  /// Root writes at the top of each hierarchy: `loadline/NAME`. Another user writes there only where
  /// an administrator made `loadline` for it: `loadline/@UID/NAME`, which no name of a job can be.
  /// Else the highest cgroup on the caller's own path that was delegated to the user is the base.
  init(in system: LaunchSystem) {
    let layout = system.layout
    let membership = system.membership
    var reasons: [String] = []
    places = []
    for hierarchy in layout.legacy where !hierarchy.controllers.isEmpty {
      let found = Self.base(of: hierarchy, .v1, membership, uid: system.uid)
      guard var place = found.place else {
        reasons.append(found.reason)
        continue
      }
      place.controllers = Set(hierarchy.controllers)
      places.append(place)
    }
    if let unified = layout.unified {
      let found = Self.base(of: unified, .v2, membership, uid: system.uid)
      if var place = found.place, let usable = Self.usableControllers(in: place.base) {
        place.controllers = usable.controllers
        if let reason = usable.reason { reasons.append(reason) }
        places.append(place)
      } else {
        reasons.append(found.place.map { "\($0.base) is a threaded cgroup" } ?? found.reason)
      }
    }
    reason =
      reasons.first
      ?? (layout.version == .none
        ? "no cgroup hierarchy is mounted" : "the kernel has no such controller")
  }

  private static func base(
    of hierarchy: CgroupLayout.Hierarchy, _ interface: Interface, _ membership: CgroupMembership,
    uid: UInt32
  ) -> (place: CgroupPlace?, reason: String) {
    if hierarchy.isReadOnly { return (nil, "\(hierarchy.mountPoint) is mounted read-only") }
    let origin = membership.path(in: hierarchy).flatMap(hierarchy.directory)
    func place(_ base: String, _ parents: [String]) -> CgroupPlace {
      CgroupPlace(
        interface: interface, base: base, parents: parents, controllers: [], origin: origin)
    }
    let top = hierarchy.mountPoint
    if uid == 0 {
      if mayMakeGroups(in: top, interface), isOurs(top + "/loadline", uid: uid) {
        return (place(top, ["loadline"]), "")
      }
    } else if mayMakeSharedGroups(below: top, interface, uid: uid) {
      return (place(top, ["loadline", "@\(uid)"]), "")
    }
    for ancestor in ancestors(of: origin, below: top)
    where mayMakeGroups(in: ancestor, interface) && isOurs(ancestor + "/loadline", uid: uid) {
      return (place(ancestor, ["loadline"]), "")
    }
    return (nil, "you may not make cgroups on this box")
  }

  /// The caller's cgroup and those above it, the highest first.
  private static func ancestors(of origin: String?, below top: String) -> [String] {
    guard let origin, origin.hasPrefix(top) else { return [] }
    var directories = [top]
    for name in origin.utf8.dropFirst(top.utf8.count).split(separator: UInt8(ascii: "/")) {
      directories.append((directories.last ?? top) + "/" + String(Substring(name)))
    }
    return directories
  }

  /// A group made there is of use only if the caller can move into it: for that v2 wants write
  /// access to the `cgroup.procs` of the common ancestor too, and controllers need enabling.
  private static func mayMakeGroups(in directory: String, _ interface: Interface) -> Bool {
    let files = interface == .v2 ? ["/cgroup.procs", "/cgroup.subtree_control"] : []
    return Files.isWritable(directory) && files.allSatisfy { Files.isWritable(directory + $0) }
  }

  private static func mayMakeSharedGroups(
    below top: String, _ interface: Interface, uid: UInt32
  ) -> Bool {
    let shared = top + "/loadline"
    guard Files.isWritable(shared), isOurs(shared, uid: uid),
      isOurs(shared + "/@\(uid)", uid: uid)
    else { return false }
    return interface == .v1 || Files.isWritable(top + "/cgroup.procs")
  }

  /// Whether nobody but root or the user owns what is there; true also where there is nothing.
  private static func isOurs(_ path: String, uid: UInt32) -> Bool {
    guard let status = Files.status(path) else { return true }
    return status.isDirectory && (status.st_uid == 0 || status.st_uid == uid)
  }

  /// The v2 controllers that can be enabled for groups below `base`; nil where no group below it
  /// could take a process.
  ///
  /// A group other than the root that holds processes cannot enable memory or io for its children,
  /// and enabling cpu, cpuset or pids would silently make it threaded and its children useless: what
  /// is enabled already is all there is (cgroup-v2.rst, "No Internal Process Constraint").
  private static func usableControllers(
    in base: String
  ) -> (controllers: Set<String>, reason: String?)? {
    func words(_ file: String) -> Set<String> {
      Set((Files.line("\(base)/\(file)") ?? "").split(separator: " ").map(String.init))
    }
    let available = words("cgroup.controllers")
    guard let type = Files.line(base + "/cgroup.type") else { return (available, nil) }
    guard type == "domain" else { return nil }
    guard Files.line(base + "/cgroup.procs")?.isEmpty == false else { return (available, nil) }
    let enabled = words("cgroup.subtree_control")
    if enabled.isSuperset(of: available) { return (enabled, nil) }
    return (enabled, "\(base) holds processes, so no controller can be enabled below it")
  }
}
