import Glibc
import Model

/// Changes command trees, which have no cgroup of their own: what can be set on a thread is set on
/// every thread of every process.
struct ProcessEnforcer: Enforcer {
  var system: LaunchSystem

  var backend: ControlBackend { .processes }

  func inspect(_ target: Target) throws(ChangeFailure) -> JobControl {
    let members = try members(of: target)
    let allowed = members.first.map { allowedCPUs(of: $0.pid) } ?? CPUSet()
    var knobs: [Knob: JobControl.Ability] = [:]
    let refusal = refusal(for: members)
    for knob in Knob.allCases where knob != .power {
      guard let attribute = Self.attribute(of: knob) else {
        knobs[knob] = .fixed(nil, reason: Self.needsGroup(knob, target))
        continue
      }
      let value = try? threads(members, attribute).values()
      let present = value.flatMap { Self.value(of: knob, $0, allowed: allowed) }
      knobs[knob] = refusal.map { .fixed(present, reason: $0) } ?? .settable(present)
    }
    return JobControl(
      target: target, backend: backend, knobs: knobs, above: JobControl.Bounds(cpus: allowed))
  }

  func steps(for change: Change) throws(ChangeFailure) -> [Step] {
    if change.knob == .power { throw GPUEnforcer.belongsToNoJob }
    let members = try members(of: change.target)
    guard let attribute = Self.attribute(of: change.knob) else {
      throw ChangeFailure(.never, Self.needsGroup(change.knob, change.target))
    }
    if let refusal = refusal(for: members) { throw ChangeFailure(.never, refusal, errno: EPERM) }
    let before = try threads(members, attribute).values()
    let after = try text(change.to, members, before)
    return [
      Step(
        place: .threads(of: members.map(\.identity), attribute: attribute), before: before.text,
        after: after)
    ]
  }

  func notes(on change: Change, made steps: [Step]) -> [String] {
    let before = steps.compactMap { ProcessThreadValues(text: $0.before) }
    switch change.to {
    case .cpus: return before.compactMap(pinned)
    case .nice(let nice):
      let isHigher = before.contains { Int($0.common).map { $0 < nice } ?? false }
      return system.uid != 0 && isHigher
        ? ["Only root can take this back: a user may raise a nice value, not lower it."] : []
    case .frozen(true):
      return [
        "The job is stopped by signals (SIGSTOP): its parents and whoever talks to it over a network can notice, and processes it is just starting may run on for a moment."
      ]
    default: return []
    }
  }

  func processes(of target: Target) throws(ChangeFailure) -> [ProcessIdentity] {
    try members(of: target).map(\.identity)
  }

  // MARK: - Members and permission

  private func members(of target: Target) throws(ChangeFailure) -> [ProcessEntry] {
    guard case .tree(let pid, let start) = target.id else {
      throw ChangeFailure(.never, "\(target.name) is a cgroup, not a command tree.")
    }
    var members = TreeMembers(
      of: [ProcessIdentity(pid: pid, start: start)], proc: system.proc, sharesCgroups: true)
    let living = members.scan()
    if living.isEmpty { throw ProcessThreads.ended }
    return living
  }

  private func threads(_ members: [ProcessEntry], _ attribute: ThreadAttribute) -> ProcessThreads {
    ProcessThreads(
      processes: members.map(\.identity), attribute: attribute, proc: system.proc)
  }

  /// Why the caller may not change these processes; nil where it may.
  private func refusal(for members: [ProcessEntry]) -> String? {
    if system.uid == 0 { return nil }
    for member in members {
      guard let owner = ProcessTable.owner(of: member.pid, proc: system.proc),
        owner != system.uid
      else { continue }
      let name = UserManager.userName(owner) ?? "\(owner)"
      let who = owner == 0 ? "root" : "\(name) and root"
      return "process \(member.pid) is \(name)'s; only \(who) may change it."
    }
    return nil
  }

  // MARK: - Values

  private static func attribute(of knob: Knob) -> ThreadAttribute? {
    switch knob {
    case .cpus: .affinity
    case .nice: .nice
    case .ioPriority: .ioPriority
    case .frozen: .stopped
    default: nil
    }
  }

  private static func needsGroup(_ knob: Knob, _ target: Target) -> String {
    "\(target.name) has no cgroup of its own, and only a cgroup can limit that; adopt it: key A, or loadline adopt \(target.name)."
  }

  /// The knob's value: of threads with different ones, all CPUs that any of them may use, and
  /// otherwise what most have.
  private static func value(
    of knob: Knob, _ values: ProcessThreadValues, allowed: CPUSet
  ) -> KnobValue? {
    switch knob {
    case .cpus:
      let all = values.exceptions.values.compactMap { CPUSet(parsing: $0) }
        .reduce(CPUSet(parsing: values.common) ?? CPUSet()) { $0.union($1) }
      return .cpus(allowed.isSubset(of: all) ? CPUSet() : all)
    case .nice: return Int(values.common).map { .nice($0) }
    case .ioPriority: return IOPriority(text: values.common).map { .ioPriority($0) }
    case .frozen: return .frozen(values.common == "stopped")
    default: return nil
    }
  }

  private func text(
    _ value: KnobValue, _ members: [ProcessEntry], _ before: ProcessThreadValues
  ) throws(ChangeFailure) -> String {
    switch value {
    case .cpus(let cpus):
      let allowed = members.first.map { allowedCPUs(of: $0.pid) } ?? CPUSet()
      if cpus.isEmpty { return allowed.description }
      guard cpus.isSubset(of: allowed) else {
        throw ChangeFailure(
          .never, "CPUs \(cpus.subtracting(allowed)) may not be used here; only \(allowed) may.")
      }
      return cpus.description
    case .nice(let nice):
      guard (-20...19).contains(nice) else {
        throw ChangeFailure(.never, "a nice value is from -20 to 19.")
      }
      let lowest = ([before.common] + before.exceptions.values).compactMap { Int($0) }.max() ?? nice
      if system.uid != 0, nice < lowest, nice < Self.lowestNice {
        throw ChangeFailure(.never, "only root may lower a nice value (here from \(lowest)).")
      }
      return "\(nice)"
    case .ioPriority(let priority):
      if case .realTime = priority, system.uid != 0 {
        throw ChangeFailure(.never, "only root may give a real-time IO priority.")
      }
      switch priority {
      case .realTime(let level), .bestEffort(let level):
        guard (0...7).contains(level) else {
          throw ChangeFailure(.never, "the level of an IO priority is from 0 to 7.")
        }
      case .none, .idle: break
      }
      return priority.text
    case .frozen(let isFrozen): return isFrozen ? "stopped" : "running"
    default: throw ChangeFailure(.never, "that cannot be set on a thread.")
    }
  }

  /// What RLIMIT_NICE lets a user go down to (setrlimit(2): the limit is 20 less the nice value).
  private static var lowestNice: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(13), &limit) == 0 else { return 20 }
    return 20 - Int(min(limit.rlim_cur, 40))
  }

  private func pinned(_ before: ProcessThreadValues) -> String? {
    let own = before.exceptions.sorted { $0.key.pid < $1.key.pid }
    guard !own.isEmpty else { return nil }
    let named = own.prefix(8).map { thread, value in
      "\(thread.pid) (\(SafeText(ProcessTable.name(of: thread.pid, proc: system.proc)))) on CPU \(value)"
    }
    let more = own.count > 8 ? " and \(own.count - 8) more" : ""
    return
      "\(own.count == 1 ? "1 thread" : "\(own.count) threads") had other CPUs than the rest: \(named.joined(separator: ", "))\(more). They were moved as well; undo gives each its own CPUs again."
  }

  /// The CPUs that the process's cgroup lets it use; all that are online where no cpuset says less.
  private func allowedCPUs(of pid: Int32) -> CPUSet {
    let online =
      CPUSet(parsing: Files.text("\(system.sys)/devices/system/cpu/online") ?? "") ?? CPUSet()
    let layout = system.layout
    guard let hierarchy = layout.hierarchy(of: "cpuset") ?? layout.unified,
      let text = Files.text("\(system.proc)/\(pid)/cgroup"),
      var directory = CgroupMembership(parsing: text).path(in: hierarchy).flatMap(
        hierarchy.directory)
    else { return online }
    while directory.utf8.count >= hierarchy.mountPoint.utf8.count {
      for file in ["cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus"] {
        if let text = Files.text("\(directory)/\(file)"), let cpus = CPUSet(parsing: text),
          !cpus.isEmpty
        {
          return online.isEmpty ? cpus : cpus.intersection(online)
        }
      }
      guard let slash = directory.utf8.lastIndex(of: UInt8(ascii: "/")) else { break }
      directory = String(directory[..<slash])
    }
    return online
  }
}
