import Glibc
import Model

/// Changes units of systemd, which writes their cgroups itself and takes back what others write
/// there.
struct SystemdEnforcer: Enforcer {
  let tools: SystemdTools
  let system: LaunchSystem
  /// Reads what is in force.
  let groups: RawGroups
  let backend: ControlBackend
  private let known: KnownUnits
  /// What was asked about beforehand.
  private var units: [UnitName: SystemdUnit] = [:]

  init(
    _ tools: SystemdTools, in system: LaunchSystem, backend: ControlBackend = .systemd,
    known: KnownUnits = KnownUnits()
  ) {
    self.tools = tools
    self.system = system
    self.backend = backend
    self.known = known
    groups = RawGroups(in: system)
  }

  func asking(about targets: [Target]) -> any Enforcer {
    var asking = self
    let names = Set(targets.compactMap { $0.cgroup.flatMap { UnitName(ofGroup: $0) } })
    for (user, names) in Dictionary(grouping: names, by: \.user) {
      // What cannot be told now is asked for again, and then said why.
      let found = try? SystemdUnit.asked(names.map(\.unit).sorted(), tools(of: user))
      for (unit, described) in found ?? [:] {
        let name = UnitName(unit: unit, user: user)
        asking.units[name] = described
        known.note(described.group, of: name, in: system.layout)
      }
    }
    return asking
  }

  func inspect(_ target: Target) throws(ChangeFailure) -> JobControl {
    var control = try groups.inspect(target)
    let asked = try self.asked(target)
    control.backend = asked.user == nil ? .systemd : .systemdUser
    for knob in Knob.allCases {
      guard let property = SystemdProperty(knob) else {
        control.knobs[knob] = Self.unknown(knob).map { .fixed(nil, reason: $0) }
        continue
      }
      let value =
        value(control.knobs[knob]) ?? asked.unit.text(of: property).flatMap(property.value)
      let reason = lack(of: property, asked)
      control.knobs[knob] = reason.map { .fixed(value, reason: $0) } ?? .settable(value)
    }
    return control
  }

  func steps(for change: Change) throws(ChangeFailure) -> [Step] {
    let asked = try self.asked(change.target)
    guard let property = SystemdProperty(change.knob) else {
      throw ChangeFailure(
        .never, Self.unknown(change.knob) ?? "A unit has no \(change.knob.rawValue).")
    }
    if let reason = lack(of: property, asked) { throw ChangeFailure(.never, reason) }
    try check(change.to, of: change.target)
    var disks: [DiskNumber] = []
    if case .read(.at) = change.to { disks = try self.disks(asked) }
    if case .write(.at) = change.to { disks = try self.disks(asked) }
    guard let text = SystemdProperty.text(change.to, disks: disks) else {
      throw ChangeFailure(.never, "A unit has no \(change.knob.rawValue).")
    }
    let step = try step(property, to: text, asked)
    if case .memory(.at(let bytes)) = change.to {
      return try steps(memory: bytes, step, asked)
    }
    return [step]
  }

  func value(of knob: Knob, of target: Target) -> KnobValue? {
    groups.value(of: knob, of: target)
      ?? SystemdProperty(knob).flatMap { property in
        (try? asked(target))?.unit.text(of: property).flatMap(property.value)
      }
  }

  func processes(of target: Target) throws(ChangeFailure) -> [ProcessIdentity] {
    try groups.processes(of: target)
  }

  func lockDirectory(of target: Target) -> String? { groups.lockDirectory(of: target) }

  // MARK: - The unit

  private struct Asked {
    var unit: SystemdUnit
    /// The owner of the manager; nil for the system's.
    var user: UInt32?
    var path: String
  }

  /// The unit that a job is, as its manager describes it.
  private func asked(_ target: Target) throws(ChangeFailure) -> Asked {
    let path = try groups.pinned(target)
    guard let name = UnitName(ofGroup: path) else {
      throw ChangeFailure(.never, "\(target.name) is no unit of systemd.")
    }
    let unit: SystemdUnit
    if let described = units[name] {
      unit = described
    } else {
      unit = try SystemdUnit(name.unit, tools(of: name.user))
    }
    guard unit.group == path else {
      throw ChangeFailure(
        .never, "\(name.unit) has the cgroup \(unit.group ?? "") and the job has \(path).")
    }
    known.note(path, of: name, in: system.layout)
    return Asked(unit: unit, user: name.user, path: path)
  }

  private func tools(of user: UInt32?) -> SystemdTools {
    user.map { tools.of(user: $0, in: system) } ?? tools
  }

  private func step(
    _ property: SystemdProperty, to text: String, _ asked: Asked
  ) throws(ChangeFailure) -> Step {
    guard let before = asked.unit.text(of: property) else {
      throw ChangeFailure(
        .never, "This version of systemd does not say the \(property.rawValue) of a unit.")
    }
    return Step(
      place: .property(unit: asked.unit.name, name: property.rawValue, user: asked.user),
      before: before, after: text)
  }

  private func value(_ ability: JobControl.Ability?) -> KnobValue? {
    switch ability {
    case .settable(let value), .fixed(let value, _): value
    case nil: nil
    }
  }

  // MARK: - What is missing

  private static func unknown(_ knob: Knob) -> String? {
    knob == .burst ? "systemd has no property for it, and would take back what is written." : nil
  }

  /// Why a property cannot be set; nil where it can.
  private func lack(of property: SystemdProperty, _ asked: Asked) -> String? {
    if let reason = refusal(asked.user) { return reason }
    let layout = groups.layout
    if property == .freezer {
      if layout.version != .v2 || !asked.unit.canFreeze {
        return "This systemd cannot freeze it: that takes cgroup v2 and systemd 246."
      }
      if let user = asked.user, !Files.exists("\(system.userRuntime)/\(user)/bus") {
        return "Its user's systemd has no message bus to ask for that; install dbus-user-session."
      }
      return nil
    }
    guard let controller = property.controller else { return nil }
    let legacy = controller == "io" ? "blkio" : controller
    if property == .allowedCPUs {
      if layout.version != .v2 {
        return "systemd says yes to AllowedCPUs= on cgroup v1 and does nothing."
      }
    }
    if layout.hierarchy(of: legacy) != nil {
      if asked.user != nil { return "A user's systemd owns no limits in cgroup v1." }
      if property == .memoryHigh { return "cgroup v1 has no memory.high." }
      return nil
    }
    guard let top = layout.unified?.mountPoint else { return "No cgroup v2 is mounted." }
    let base = asked.user.map { top + UserManager.path(uid: $0) } ?? top
    let controllers = Files.line("\(base)/cgroup.controllers")?.split(separator: " ") ?? []
    if controllers.contains(Substring(controller)) { return nil }
    return asked.user == nil
      ? "This box has no \(controller) controller in cgroup v2."
      : "The \(controller) controller is not delegated to the user's systemd: as root, systemctl edit user@.service, and add Delegate=cpu cpuset io memory pids."
  }

  /// Why this user may not ask that manager; nil where it may.
  private func refusal(_ user: UInt32?) -> String? {
    guard let user else {
      return system.uid == 0
        ? nil : "Only root may change units of the system: start loadline as root."
    }
    if system.uid == user { return nil }
    let name = UserManager.userName(user) ?? "\(user)"
    if system.uid != 0 { return "It is \(name)'s; only \(name) and root may change it." }
    return tools.setpriv == nil
      ? "There is no setpriv (of util-linux), by which root asks \(name)'s systemd." : nil
  }

  // MARK: - Checks

  private func check(_ value: KnobValue, of target: Target) throws(ChangeFailure) {
    func refuse(_ sentence: String) throws(ChangeFailure) -> Never {
      throw ChangeFailure(.never, sentence)
    }
    let above = try groups.inspect(target).above
    switch value {
    case .cores(.at(let cores)) where !(cores.value >= 0.01):
      try refuse("A quota is at least 0.01 cores.")
    case .weight(let weight) where !(1...10_000).contains(weight):
      try refuse("A weight is from 1 to 10000; 100 is ordinary.")
    case .cpus(let cpus) where !cpus.isSubset(of: above.cpus):
      try refuse(
        "CPU \(cpus.subtracting(above.cpus)) is not in the core set of the group above, which has \(above.cpus)."
      )
    case .memory(.at(let bytes)), .memoryHigh(.at(let bytes)):
      if bytes < .mebi(1) { try refuse("A memory limit is at least 1 MiB.") }
    case .read(.at(let rate)), .write(.at(let rate)):
      if !(rate.perSecond >= 1 && rate.perSecond < 1e18) {
        try refuse("An IO limit is at least one byte a second.")
      }
    case .pids(.at(let count)) where !(1...Knob.mostTasks).contains(count):
      try refuse("A limit of tasks is from 1 to \(Knob.mostTasks).")
    default: break
    }
  }

  /// As for any cgroup: what cannot be reclaimed is a reason to refuse, what can is reclaimed first.
  private func steps(
    memory bytes: Bytes, _ limit: Step, _ asked: Asked
  ) throws(ChangeFailure) -> [Step] {
    let legacy = groups.layout.hierarchy(of: "memory")
    let directory = (legacy ?? groups.layout.unified).flatMap { $0.directory(of: asked.path) } ?? ""
    // Without the controller there is nothing charged yet.
    guard let use = MemoryUse(directory, legacy == nil ? .v2 : .v1) else { return [limit] }
    guard bytes.count >= use.least else {
      throw ChangeFailure(
        .notNow,
        "It holds \(shortBytes(use.hard)) that cannot be reclaimed and would be killed: the least limit now is \(shortBytes(use.least)), a tenth more."
      )
    }
    guard legacy == nil, use.charged > bytes.count else { return [limit] }
    var limit = limit
    limit.mayBlock = true
    limit.preparation = .reclaim(to: bytes.count)
    let slow = try step(.memoryHigh, to: "\(bytes.count)", asked)
    guard UInt64(slow.before).map({ $0 > UInt64(bytes.count) }) ?? true else { return [limit] }
    // Slowed at the new limit while it is reclaimed, so that it does not grow again meanwhile.
    var free = slow
    swap(&free.before, &free.after)
    return [slow, limit, free]
  }

  /// The disks that have a limit already, else those under the working directory of the job's first
  /// process.
  private func disks(_ asked: Asked) throws(ChangeFailure) -> [DiskNumber] {
    let hierarchies = [groups.layout.hierarchy(of: "blkio"), groups.layout.unified]
    let directory =
      hierarchies.lazy.compactMap { $0?.directory(of: asked.path) }.first(where: Files.exists) ?? ""
    let process = Files.line("\(directory)/cgroup.procs")?.split(separator: " ").first
    return try system.disks(underProcess: process)
  }
}
