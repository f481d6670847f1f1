import CLinux
import Glibc
import Model

/// The cgroups that an adopted job gets, one a hierarchy, with the way back.
struct AdoptionHome: Sendable {
  var groups: [AdoptionUndo.Group]
  /// Where processes came from that came from elsewhere than their parents and the first, by group.
  private(set) var others: [ProcessIdentity: [String?]]
  /// How the job's processes are moved where their files may not be written: a user manager's call.
  var attach: (@Sendable ([Int32]) throws(ChangeFailure) -> Void)?
  let proc: String
  private let layout: CgroupLayout

  init(
    _ groups: [AdoptionUndo.Group], others: [ProcessIdentity: [String?]] = [:],
    in system: LaunchSystem
  ) {
    self.groups = groups
    self.others = others
    proc = system.proc
    layout = system.layout
  }

  /// A group that a process could not be moved into, or that could not be removed.
  struct Refusal: Error {
    var group: String
    var error: SystemError
  }

  /// The processes that are in all groups.
  func processes() -> Set<Int32> {
    var inside: Set<Int32>?
    for group in groups {
      let found = Self.processes(in: group.directory)
      inside = inside?.intersection(found) ?? found
    }
    return inside ?? []
  }

  /// Whether one process is in all groups, as it says itself.
  func holds(_ pid: Int32) -> Bool {
    zip(directories(of: pid), groups).allSatisfy { $0 == $1.directory }
  }

  /// Whether a process that is not in all groups is only where this adoption found or put processes:
  /// one that is elsewhere was given a group by somebody.
  func isOnItsWay(_ pid: Int32) -> Bool {
    let now = directories(of: pid)
    return now.indices.allSatisfy { index in
      now[index] == groups[index].directory || now[index] == groups[index].origin
        || others.values.contains { $0[index] == now[index] }
    }
  }

  /// The processes that are in any of the groups, by group.
  func partly() -> [Set<Int32>] { groups.map { Self.processes(in: $0.directory) } }

  /// Keeps where a process comes from, before it is moved, where that does not follow from where its
  /// parents and the first came from; true where it had to be kept.
  mutating func note(_ process: ProcessEntry) -> Bool {
    let expected = origins(of: process)
    let now = directories(of: process.pid)
    if now.allSatisfy({ $0 == nil }) { return false }
    // The child of a process that is half moved is at home already in some hierarchies.
    let origins = now.indices.map { now[$0] == groups[$0].directory ? expected[$0] : now[$0] }
    guard origins != expected, others[process.identity] == nil else { return false }
    others[process.identity] = origins
    return true
  }

  /// Moves one process into every group, and gives its threads the CPUs back that they had chosen.
  func move(_ pid: Int32) throws(Refusal) {
    try keepingAffinities(of: pid) { () throws(Refusal) in
      for group in groups {
        do throws(SystemError) {
          try Files.write("\(pid)", to: group.directory + "/cgroup.procs")
        } catch {
          throw Refusal(group: group.directory, error: error)
        }
      }
    }
  }

  /// Moves what is in the groups back to where it came from, until nothing is in them; what stays
  /// behind, and why.
  func giveBack() -> [AdoptionReport.ProcessLeft] {
    let end = Deadline(seconds: 10)
    var refused: [Int32: String] = [:]
    while !end.hasPassed {
      var moved = 0
      for (index, group) in groups.enumerated() {
        for pid in Self.processes(in: group.directory) where refused[pid] == nil {
          guard let process = ProcessTable.entry(of: pid, proc: proc) else { continue }
          guard let origin = origins(of: process)[index] else {
            refused[pid] = "where it came from is not visible"
            continue
          }
          do throws(SystemError) {
            try keepingAffinities(of: pid) { () throws(SystemError) in
              try Files.write("\(pid)", to: origin + "/cgroup.procs")
            }
            moved += 1
          } catch {
            if error.code == ESRCH { continue }
            refused[pid] =
              error.code == ENOENT || error.code == ENODEV
              ? "\(origin) is gone" : "\(origin): \(error.words)"
          }
        }
      }
      if moved == 0 { break }
    }
    let left = Set(groups.flatMap { Self.processes(in: $0.directory) })
    return left.sorted().map { pid in
      AdoptionReport.ProcessLeft(
        pid: pid, name: SafeText(ProcessTable.name(of: pid, proc: proc)),
        reason: refused[pid] ?? "it goes on forking faster than it can be moved")
    }
  }

  /// Removes the groups, in their order; the first that cannot be removed, such as one in whose own
  /// groups are processes, and why. Nil where all are gone.
  func remove() -> Refusal? {
    for group in groups {
      var path = PathBuffer(group.directory)
      defer { path.deallocate() }
      let code = GroupTree.remove(&path)
      if code != 0 { return Refusal(group: group.directory, error: SystemError(code: code)) }
    }
    return nil
  }

  /// Where a process is to go back to, by group: what was kept of it or of the nearest process above
  /// it, else of the leader of its process group or session, else where the first came from.
  private func origins(of process: ProcessEntry) -> [String?] {
    var next = others.isEmpty ? nil : process
    var steps = 0
    while let entry = next, steps < 64 {
      if let found = others[entry.identity] { return found }
      next = ProcessTable.entry(of: entry.parent, proc: proc)
      steps += 1
    }
    let led = others.first { $0.key.pid == process.group || $0.key.pid == process.session }
    return led?.value ?? groups.map(\.origin)
  }

  /// Where a process is at present, by group.
  private func directories(of pid: Int32) -> [String?] {
    Self.directories(of: pid, for: groups.map(\.directory), layout, proc: proc)
  }

  /// The directories that a process is in, in the hierarchies that `directories` are of.
  static func directories(
    of pid: Int32, for directories: [String], _ layout: CgroupLayout, proc: String
  ) -> [String?] {
    let membership = CgroupMembership(parsing: Files.text("\(proc)/\(pid)/cgroup") ?? "")
    return directories.map { directory in
      let hierarchy = layout.hierarchies
        .filter { directory == $0.mountPoint || directory.hasPrefix($0.mountPoint + "/") }
        .max { $0.mountPoint.utf8.count < $1.mountPoint.utf8.count }
      return hierarchy.flatMap { hierarchy in
        membership.path(in: hierarchy).flatMap(hierarchy.directory)
      }
    }
  }

  /// Gives threads the CPUs back that they had chosen: kernels before 6.2 forget them with every move
  /// to another cpuset.
  private func keepingAffinities<Failure>(
    of pid: Int32, _ body: () throws(Failure) -> Void
  ) throws(Failure) {
    var chosen: [(thread: Int32, value: String)] = []
    for thread in Files.names(in: "\(proc)/\(pid)/task").compactMap({ Int32($0) }) {
      // One that has just ended has none.
      guard let value = try? ThreadAttribute.affinity.value(ofThread: thread) else { continue }
      chosen.append((thread, value))
    }
    try body()
    for (thread, value) in chosen {
      // Where the group has none of the CPUs the kernel's own choice stays.
      guard let now = try? ThreadAttribute.affinity.value(ofThread: thread), now != value else {
        continue
      }
      try? ThreadAttribute.affinity.set(value, ofThread: thread)
    }
  }

  static func processes(in directory: String) -> Set<Int32> {
    let text = Files.text(directory + "/cgroup.procs") ?? ""
    return Set(text.split(separator: "\n").compactMap { Int32($0) })
  }
}
