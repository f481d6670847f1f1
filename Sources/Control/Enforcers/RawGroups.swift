import CLinux
import Glibc
import Model

/// Jobs whose cgroup nobody else writes: the control files of v2 or v1, or of each where both are
/// mounted.
struct RawGroups: Enforcer {
  let layout: CgroupLayout
  let system: LaunchSystem
  let pageSize: Int64

  init(in system: LaunchSystem) {
    self.system = system
    layout = system.layout
    pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))
  }

  var backend: ControlBackend { layout.version == .v2 ? .cgroup2 : .cgroup1 }

  func inspect(_ target: Target) throws(ChangeFailure) -> JobControl {
    let path = try pinned(target)
    let files = GroupFiles()
    var knobs: [Knob: JobControl.Ability] = [:]
    for knob in Knob.allCases where KnobFile(knob) != nil {
      knobs[knob] = ability(of: knob, path, files)
    }
    for knob in [Knob.nice, .ioPriority] {
      knobs[knob] = .fixed(nil, reason: Self.hasNone(knob))
    }
    return JobControl(
      target: target, backend: backend, knobs: knobs, above: bounds(above: path, files))
  }

  func value(of knob: Knob, of target: Target) -> KnobValue? {
    guard let path = try? pinned(target), let place = try? place(of: knob, path) else { return nil }
    return value(of: knob, at: place, GroupFiles())
  }

  func lockDirectory(of target: Target) -> String? {
    target.cgroup.flatMap { path in identity.map { $0.mountPoint + path } }
  }

  func steps(for change: Change) throws(ChangeFailure) -> [Step] {
    try steps(for: change, after: [])
  }

  func steps(for change: Change, after earlier: [Step]) throws(ChangeFailure) -> [Step] {
    if change.knob == .power { throw GPUEnforcer.belongsToNoJob }
    let path = try pinned(change.target)
    let place = try place(of: change.knob, path)
    if let reason = lack(at: place, path) { throw ChangeFailure(.never, reason) }
    let files = GroupFiles(after: earlier)
    switch change.to {
    case .cores(let limit): return try steps(cores: limit, at: place, files)
    case .cpus(let cpus): return try steps(cpus: cpus, at: place, files)
    case .weight(let weight): return try steps(weight: weight, at: place, files)
    case .burst(let seconds): return try steps(burst: seconds, at: place, files)
    case .memory(let limit): return try steps(memory: limit, at: place, files)
    case .memoryHigh(let limit): return try steps(memoryHigh: limit, at: place, files)
    case .read(let limit): return try steps(rate: limit, word: "rbps", at: place)
    case .write(let limit): return try steps(rate: limit, word: "wbps", at: place)
    case .pids(let limit): return try steps(pids: limit, at: place, files)
    case .frozen(let isFrozen): return try steps(frozen: isFrozen, at: place, files)
    case .nice, .ioPriority, .power:
      throw ChangeFailure(.never, Self.hasNone(change.knob))
    }
  }
}

extension RawGroups {
  private static func hasNone(_ knob: Knob) -> String {
    "A cgroup has no \(knob.rawValue): set its weight."
  }
}

// MARK: Where things are

extension RawGroups {
  /// The hierarchy whose directory is the job's identity, the one that the sampler finds jobs by.
  private var identity: CgroupLayout.Hierarchy? {
    switch layout.version {
    case .v2: layout.unified
    case .v1, .hybrid: layout.hierarchy(of: "cpuacct") ?? layout.unified
    case .none: nil
    }
  }

  /// The job's path, where its cgroup is still the one that the target was made from.
  func pinned(_ target: Target) throws(ChangeFailure) -> String {
    guard let path = target.cgroup, case .cgroup(let inode) = target.id, let identity else {
      throw ChangeFailure(.never, "\(target.name) has no cgroup of its own.")
    }
    guard let status = Files.status(identity.mountPoint + path), status.isDirectory else {
      throw ChangeFailure(
        .never, "\(target.name) has ended: its cgroup \(path) is gone.", errno: ENOENT)
    }
    guard UInt64(status.st_ino) == inode else {
      throw ChangeFailure(
        .never,
        "\(target.name) is another job by now: its cgroup \(path) was removed and made again.",
        errno: ESTALE)
    }
    return path
  }

  /// The control file of a knob; throws with the reason where there is none.
  func place(of knob: Knob, _ path: String) throws(ChangeFailure) -> KnobPlace {
    guard let kept = KnobFile(knob) else {
      throw ChangeFailure(.never, "A cgroup has no \(knob.rawValue).")
    }
    if let legacy = layout.hierarchy(of: kept.legacyController) {
      let directory = legacy.mountPoint + path
      if Files.exists(directory) {
        guard let file = kept.legacyFile else {
          throw ChangeFailure(.never, "cgroup v1 has no \(kept.file).")
        }
        return try existing(
          KnobPlace(directory: directory, file: file, interface: .v1, top: legacy.mountPoint))
      }
      if kept.controller != nil || layout.unified == nil {
        throw ChangeFailure(
          .never,
          "The job has no group in the \(kept.legacyController) hierarchy: end it, and start it with loadline run."
        )
      }
    }
    guard let unified = layout.unified, Files.exists(unified.mountPoint + path) else {
      throw ChangeFailure(.never, "This box has no \(kept.legacyController) controller.")
    }
    let place = KnobPlace(
      directory: unified.mountPoint + path, file: kept.file, interface: .v2,
      top: unified.mountPoint)
    if let controller = kept.controller, let reason = disabled(controller, at: place) {
      throw ChangeFailure(.notNow, reason)
    }
    return try existing(place)
  }

  private func existing(_ place: KnobPlace) throws(ChangeFailure) -> KnobPlace {
    guard Files.exists(place.path) else {
      throw ChangeFailure(.never, "This kernel has no \(place.file).")
    }
    return place
  }

  /// Why a v2 group has not the files of a controller, and the command that gives them to it.
  private func disabled(_ controller: String, at place: KnobPlace) -> String? {
    func has(_ directory: String, _ file: String) -> Bool {
      Files.line("\(directory)/\(file)")?.split(separator: " ").contains(Substring(controller))
        ?? false
    }
    if has(place.directory, "cgroup.controllers") { return nil }
    if let type = Files.line("\(place.directory)/cgroup.type"), type != "domain",
      controller == "memory" || controller == "io"
    {
      return "Its cgroup is \(type): only a domain has \(controller) limits."
    }
    let ancestors = place.ancestors
    if let index = ancestors.firstIndex(where: { has($0, "cgroup.controllers") }) {
      let missing = ancestors[...index].reversed()
      // With processes in it the kernel would make the group threaded, and its children useless.
      if let full = missing.first(where: {
        Files.exists("\($0)/cgroup.type") && Files.line("\($0)/cgroup.procs")?.isEmpty == false
      }) {
        return
          "The \(controller) controller is not enabled for it, and cannot be while \(full) holds processes: move them into a group of their own first."
      }
      let commands = missing.map { "echo +\(controller) > \($0)/cgroup.subtree_control" }
      return
        "The \(controller) controller is not enabled for it: as root, \(commands.joined(separator: "; "))."
    }
    return "This box has no \(controller) controller in cgroup v2."
  }

  /// What a file that is there lacks to be written; nil where nothing does.
  private func lack(at place: KnobPlace, _ path: String) -> String? {
    if !Files.isWritable(place.path) {
      if access(place.path, F_OK) == 0, errnoOfWriting(place.path) == EROFS {
        return "\(place.top) is mounted read-only: mount it read-write."
      }
      let owner = Files.status(place.path)?.st_uid ?? 0
      return owner == 0
        ? "Only root may write \(place.path): start loadline as root."
        : "Only user \(owner) and root may write \(place.path)."
    }
    if place.interface == .v1, !holdsProcesses(place.directory, path) {
      return "None of its processes is in \(place.directory): limits there do nothing."
    }
    return nil
  }

  private func errnoOfWriting(_ path: String) -> Int32 {
    faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 ? 0 : SystemError.last.code
  }

  /// False where the job has processes, and none of them is in this hierarchy's group.
  private func holdsProcesses(_ directory: String, _ path: String) -> Bool {
    guard let identity, identity.mountPoint + path != directory,
      Files.line("\(identity.mountPoint)\(path)/cgroup.procs")?.isEmpty == false
    else { return true }
    return ([directory] + GroupFiles().descendants(of: directory)).contains {
      Files.line("\($0)/cgroup.procs")?.isEmpty == false
    }
  }

  private func ability(of knob: Knob, _ path: String, _ files: GroupFiles) -> JobControl.Ability {
    let place: KnobPlace
    do throws(ChangeFailure) { place = try self.place(of: knob, path) } catch {
      return .fixed(nil, reason: error.sentence)
    }
    let value = value(of: knob, at: place, files)
    if let reason = lack(at: place, path) { return .fixed(value, reason: reason) }
    if knob == .read || knob == .write {
      do throws(ChangeFailure) { _ = try disks(at: place, file: place.file) } catch {
        return .fixed(value, reason: error.sentence)
      }
    }
    return .settable(value)
  }
}

// MARK: Limits above

extension RawGroups {
  /// The tightest limits of the groups above a path.
  private func bounds(above path: String, _ files: GroupFiles) -> JobControl.Bounds {
    var bounds = JobControl.Bounds()
    if let cpu = try? place(of: .cores, path) {
      bounds.cores = coresAbove(cpu, files).limit
    }
    if let memory = try? place(of: .memory, path) {
      bounds.memory = memoryAbove(memory, files).limit
    }
    bounds.cpus = cpusAbove(path, files)
    return bounds
  }

  /// The least quota above a group, and the group that has it.
  func coresAbove(
    _ place: KnobPlace, _ files: GroupFiles
  ) -> (limit: Limit<Cores>, group: String) {
    var least: (limit: Limit<Cores>, group: String) = (.unlimited, "")
    for ancestor in place.ancestors {
      guard let limit = files.cores(ancestor, place.interface) else { continue }
      if limit.tightened(by: least.limit) != least.limit { least = (limit, ancestor) }
    }
    return least
  }

  /// The least memory limit above a group, and the group that has it.
  func memoryAbove(
    _ place: KnobPlace, _ files: GroupFiles
  ) -> (limit: Limit<Bytes>, group: String) {
    var least: (limit: Limit<Bytes>, group: String) = (.unlimited, "")
    for ancestor in place.ancestors {
      guard let limit = files.bytes("\(ancestor)/\(place.file)") else { continue }
      if limit.tightened(by: least.limit) != least.limit { least = (limit, ancestor) }
    }
    return least
  }

  /// The CPUs that the group above may use, or those of the box.
  private func cpusAbove(_ path: String, _ files: GroupFiles) -> CPUSet {
    let tops = [layout.hierarchy(of: "cpuset"), layout.unified].compactMap { $0?.mountPoint }
    for top in tops {
      let place = KnobPlace(directory: top + path, file: "", interface: .v1, top: top)
      for ancestor in place.ancestors {
        if let cpus = files.effectiveCPUs(ancestor), !cpus.isEmpty { return cpus }
      }
    }
    return files.cpus("\(system.sys)/devices/system/cpu/online") ?? CPUSet()
  }
}
