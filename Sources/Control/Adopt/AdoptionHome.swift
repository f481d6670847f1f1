import CLinux
import Glibc
import Model

/// The cgroups that an adopted job gets, one a hierarchy, with the way back.
struct AdoptionHome: Sendable {
  var groups: [AdoptionUndo.Group]
  /// Where processes came from that came from elsewhere than the first, by group.
  var otherOrigins: [Int32: [String?]] = [:]
  /// How the job's processes are moved where their files may not be written: a user manager's call.
  var attach: (@Sendable ([Int32]) throws(ChangeFailure) -> Void)?
  let proc: String
  private let layout: CgroupLayout

  init(_ groups: [AdoptionUndo.Group], in system: LaunchSystem) {
    self.groups = groups
    proc = system.proc
    layout = system.layout
  }

  /// A process that could not be moved.
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
    zip(origins(of: pid), groups).allSatisfy { $0 == $1.directory }
  }

  /// The processes that are in any of the groups, by group.
  func partly() -> [Set<Int32>] { groups.map { Self.processes(in: $0.directory) } }

  /// Moves one process into every group, and gives its threads the CPUs back that they had chosen:
  /// kernels before 6.2 forget them with every move to another cpuset.
  mutating func move(_ pid: Int32) throws(Refusal) {
    let origins = origins(of: pid)
    if origins != groups.map(\.origin), !zip(origins, groups).allSatisfy({ $0 == $1.directory }) {
      otherOrigins[pid] = otherOrigins[pid] ?? origins
    }
    let chosen = affinities(of: pid)
    for group in groups {
      do throws(SystemError) {
        try Files.write("\(pid)", to: group.directory + "/cgroup.procs")
      } catch {
        throw Refusal(group: group.directory, error: error)
      }
    }
    for (thread, value) in chosen
    where (try? ThreadAttribute.affinity.value(ofThread: thread)) != value {
      try? ThreadAttribute.affinity.set(value, ofThread: thread)
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
          let origin = otherOrigins[pid].map { $0[index] } ?? group.origin
          guard let origin else {
            refused[pid] = "where it came from is not visible"
            continue
          }
          do throws(SystemError) {
            try Files.write("\(pid)", to: origin + "/cgroup.procs")
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

  /// Removes the groups; those that hold a process stay.
  func remove() {
    for group in groups {
      var path = PathBuffer(group.directory)
      defer { path.deallocate() }
      guard GroupTree.remove(&path) == 0 else { return }
    }
  }

  /// Where a process is at present, by group.
  private func origins(of pid: Int32) -> [String?] {
    Self.directories(of: pid, for: groups.map(\.directory), layout, proc: proc)
  }

  /// The directories that a process is in, in the hierarchies that `directories` are of.
  static func directories(
    of pid: Int32, for directories: [String], _ layout: CgroupLayout, proc: String
  ) -> [String?] {
    let membership = CgroupMembership(parsing: Files.text("\(proc)/\(pid)/cgroup") ?? "")
    return directories.map { directory in
      let hierarchies = layout.legacy + [layout.unified].compactMap { $0 }
      let hierarchy =
        hierarchies
        .filter { directory == $0.mountPoint || directory.hasPrefix($0.mountPoint + "/") }
        .max { $0.mountPoint.utf8.count < $1.mountPoint.utf8.count }
      return hierarchy.flatMap { hierarchy in
        membership.path(in: hierarchy).flatMap(hierarchy.directory)
      }
    }
  }

  private func affinities(of pid: Int32) -> [(thread: Int32, value: String)] {
    Files.names(in: "\(proc)/\(pid)/task").compactMap { Int32($0) }.compactMap { thread in
      (try? ThreadAttribute.affinity.value(ofThread: thread)).map { (thread, $0) }
    }
  }

  static func processes(in directory: String) -> Set<Int32> {
    let text = Files.text(directory + "/cgroup.procs") ?? ""
    return Set(text.split(separator: "\n").compactMap { Int32($0) })
  }
}
