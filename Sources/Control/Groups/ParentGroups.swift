import CLinux
import Glibc
import Model

/// The directories between a place's base and its jobs: made when missing, and made ready to limit
/// what is below them.
enum ParentGroups {
  /// Marks a directory that loadline made, and may remove when it is empty; one that an
  /// administrator made for users stays.
  static let mark = "user.loadline.made"

  /// - Parameter needed: controllers that a limit depends on; those that are only for counting may
  ///   be refused by the kernel.
  static func make(in place: CgroupPlace, needed: Set<String>) throws(GroupFailure) {
    var above = place.base
    for directory in place.parentDirectories {
      if place.interface == .v2 { try enable(place.controllers, needed, in: above) }
      if try makeDirectory(directory) {
        _ = Attributes.set(mark, of: directory, to: [UInt8(ascii: "1")])
      }
      if place.controllers.contains("cpuset"), place.interface == .v1 {
        try copyCPUSet(from: place.base, to: directory, onlyWhereEmpty: false)
      }
      above = directory
    }
    if place.interface == .v2 { try enable(place.controllers, needed, in: above) }
  }

  /// Removes those that are empty and were made by loadline, innermost first.
  static func remove(in place: CgroupPlace) {
    for directory in place.parentDirectories.reversed() {
      guard Attributes.value(mark, of: directory, longest: 8) != nil, rmdir(directory) == 0 else {
        return
      }
    }
  }

  /// Makes a directory that others may look into, whatever the umask; false where it exists.
  static func makeDirectory(_ path: String) throws(GroupFailure) -> Bool {
    if mkdir(path, 0o755) != 0 {
      let error = SystemError.last
      if error.code == EEXIST { return false }
      throw GroupFailure(error, "make \(path)")
    }
    chmod(path, 0o755)
    return true
  }

  /// A fresh v1 cpuset has no CPUs and no memory nodes, and takes no process until it has both.
  static func copyCPUSet(
    from parent: String, to directory: String, onlyWhereEmpty: Bool
  ) throws(GroupFailure) {
    for file in ["cpuset.cpus", "cpuset.mems"] {
      guard let wanted = Files.line("\(parent)/\(file)"),
        let present = Files.line("\(directory)/\(file)"),
        onlyWhereEmpty ? present.isEmpty : present != wanted
      else { continue }
      do { try Files.write(wanted, to: "\(directory)/\(file)") } catch {
        throw GroupFailure(error, "write \(directory)/\(file)")
      }
    }
  }

  /// Enables controllers for the children of a v2 group: also those that no limit depends on now, so
  /// that all of it can be set while the job runs.
  private static func enable(
    _ usable: Set<String>, _ needed: Set<String>, in directory: String
  ) throws(GroupFailure) {
    let file = directory + "/cgroup.subtree_control"
    let enabled = Set((Files.line(file) ?? "").split(separator: " ").map(String.init))
    let wanted = usable.intersection(
      needed.union(["cpu", "cpuset", "memory", "io", "pids"])
    ).subtracting(enabled)
    guard !wanted.isEmpty else { return }
    // With processes in it the kernel would make the group threaded instead of refusing.
    let isRoot = !Files.exists(directory + "/cgroup.type")
    guard isRoot || Files.line(directory + "/cgroup.procs")?.isEmpty == true else {
      if wanted.isDisjoint(with: needed) { return }
      throw .refused(
        "\(directory) holds processes, so no controller can be enabled below it; move them out.")
    }
    for controller in wanted.sorted() {
      do { try Files.write("+\(controller)", to: file) } catch {
        if error.isGone && !Files.exists(directory) { throw .vanished }
        if needed.contains(controller) {
          throw GroupFailure(error, "enable the \(controller) controller in \(directory)")
        }
      }
    }
  }
}
