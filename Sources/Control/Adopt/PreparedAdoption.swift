import CLinux
import Glibc
import Model

/// An adoption that has been found possible.
struct PreparedAdoption: Sendable {
  let request: AdoptionRequest
  let system: LaunchSystem
  let root: ProcessIdentity
  let owner: UInt32
  /// Where the job is now, in the hierarchy that jobs are found by.
  let origin: String
  let backend: AdoptionBackend
  /// What the operator should know before.
  var notes: [String]

  init(_ request: AdoptionRequest, in system: LaunchSystem) throws(ChangeFailure) {
    self.request = request
    self.system = system
    let target = request.target
    guard case .tree(let pid, let start) = target.id else {
      throw ChangeFailure(.never, "\(target.name) has a cgroup of its own already.")
    }
    root = ProcessIdentity(pid: pid, start: start)
    var members = TreeMembers(of: [root], proc: system.proc, sharesCgroups: false)
    let living = members.scan()
    guard let first = living.first else { throw ProcessThreads.ended }
    owner = ProcessTable.owner(of: first.pid, proc: system.proc) ?? system.uid
    try Self.check(living, members, root, system)
    guard let origin = AccountingGroup(system).path(of: first.pid) else {
      throw ChangeFailure(
        .never, "no cgroup hierarchy is mounted here, so no job can be given a group of its own.")
    }
    self.origin = origin
    if let reason = Self.whose(origin) { throw ChangeFailure(.never, reason) }
    backend = try AdoptionBackend(for: owner, in: system)
    notes = [
      "Memory that the job has been charged for so far stays charged to \(origin): a memory limit counts what it takes from now on.",
      Self.whatStopsHolding(origin, backend),
    ]
    switch backend {
    case .groups:
      notes.append("Undo moves its processes back to where they are now.")
    case .systemScope:
      notes.append("Undo moves its processes back to \(origin), as long as that is there.")
    case .userScope(let manager):
      notes.append(
        "Undo cannot move its processes back: only root could. Limits that it is given later are undone like any change."
      )
      guard manager.lingers || request.endsAtLogout else {
        throw ChangeFailure(
          .notNow,
          "the job would be ended shortly after your last logout, because lingering is off for you: turn it on with loginctl enable-linger, or accept it with --until-logout."
        )
      }
      if !manager.lingers {
        notes.append("The job ends shortly after your last logout: lingering is off for you.")
      }
    }
  }

  /// The limits of the groups that the job leaves, and whose hold instead.
  static func whatStopsHolding(_ origin: String, _ backend: AdoptionBackend) -> String {
    let old = "the limits of \(origin), where it is now, stop holding for it"
    return switch backend {
    case .groups: "It leaves its cgroup: \(old)."
    case .systemScope:
      "It becomes a systemd scope in system.slice: \(old), and those of system.slice hold instead."
    case .userScope:
      "It becomes a systemd scope in the slice of your user manager: \(old), and those of your user's slice hold."
    }
  }

  private static func check(
    _ living: [ProcessEntry], _ members: TreeMembers, _ root: ProcessIdentity,
    _ system: LaunchSystem
  ) throws(ChangeFailure) {
    if members.isAbove(root) || living.contains(where: { $0.pid == getpid() }) {
      throw ChangeFailure(
        .never, "process \(root.pid) is above this loadline; adopt a command, not what runs it.")
    }
    for process in living where process.pid == root.pid {
      let name = ProcessTable.name(of: process.pid, proc: system.proc)
      let isLoginShell =
        process.session == process.pid && process.terminal != 0 && Self.isShell(name)
      if isLoginShell || TreeMembers.isAnchor(name) || process.pid == 1 {
        throw ChangeFailure(
          .never,
          "\(SafeText(name)) (\(process.pid)) is what commands are started in, not a command; adopt one of those by its pid."
        )
      }
    }
    guard system.uid != 0 else { return }
    for process in living {
      guard let owner = ProcessTable.owner(of: process.pid, proc: system.proc),
        owner != system.uid
      else { continue }
      let name = UserManager.userName(owner) ?? "\(owner)"
      throw ChangeFailure(
        .never, "process \(process.pid) is \(name)'s; only root may move it.", errno: EPERM)
    }
  }

  private static func isShell(_ name: String) -> Bool {
    let shells: Set = ["bash", "sh", "dash", "zsh", "fish", "ksh", "mksh", "tcsh", "csh", "ash"]
    return shells.contains(name.hasPrefix("-") ? String(name.dropFirst()) : name)
  }

  /// Why a group's processes are not to be taken out of it; nil where they may.
  private static func whose(_ path: String) -> String? {
    let parts = path.split(separator: "/")
    if parts.dropLast().contains("loadline") || parts.last?.hasPrefix("loadline-") ?? false {
      return "it is in the cgroup of a loadline job already, \(path)."
    }
    let engines: [(String, String)] = [
      ("kubepods", "Kubernetes"), ("docker", "Docker"), ("libpod", "Podman"), ("slurm", "Slurm"),
      ("crio-", "Kubernetes"), ("cri-containerd", "Kubernetes"), ("lxc", "a container"),
    ]
    for part in parts {
      // dockerd's own service holds no containers.
      if part.hasSuffix(".service") { continue }
      for (word, engine) in engines where part.hasPrefix(word) {
        return "it belongs to \(engine) (\(path)), which limits it."
      }
    }
    return nil
  }

  // MARK: - Doing it

  /// The names to try, in this order.
  var names: [RunName] {
    if let name = request.name { return [name] }
    let base = RunName(command: request.target.name.string)
    return (1...99).compactMap { base.numbered($0) }
  }

  func taken() -> ChangeFailure {
    ChangeFailure(
      .notNow,
      "a job named \(names.first?.text ?? "") is already running; choose another name with --name.")
  }

  func record(_ name: RunName) -> [UInt8]? {
    RunRecord(
      name: name, uid: owner, pid: root.pid, start: root.start, time: Int64(time(nil))
    ).encoded()
  }

  func run(
    _ record: AdoptionRecorder, _ progress: (AdoptionReport) -> Void
  ) throws(ChangeFailure) -> AdoptionOutcome {
    // From before the first look, so that no fork falls between.
    let events = system.uid == 0 ? ForkEvents() : nil
    switch backend {
    case .groups(let places): return try runInGroups(places, events, record, progress)
    case .systemScope(let tools):
      return try runInScope(try ScopeManager(tools), events, record, progress)
    case .userScope(let manager):
      return try runInScope(
        try ScopeManager(SystemdTools(of: manager, uid: system.uid)), events, record, progress)
    }
  }
}

/// Keeps what takes an adoption back, before anything of it is done, for whoever finds it half done.
typealias AdoptionRecorder = (AdoptionUndo) throws(ChangeFailure) -> Void

extension AdoptionUndo {
  init(name: RunName, _ home: AdoptionHome, unit: String? = nil, user: UInt32? = nil) {
    self.init(name: name, groups: home.groups, unit: unit, user: user)
    others = home.others
  }
}
