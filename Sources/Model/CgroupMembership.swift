/// Which cgroups a process is in, read from the text of `/proc/PID/cgroup` (cgroups(7)):
/// one line `ID:CONTROLLERS:PATH` a hierarchy, v2 as `0::PATH`.
package struct CgroupMembership: Sendable, Hashable {
  /// The path in the v2 hierarchy; nil where none is mounted.
  package var unified: String?
  /// The path by v1 controller, and by `name=…` for named hierarchies.
  package var legacy: [String: String] = [:]

  /// Reads the file's text; lines that are not as documented are passed over.
  ///
  /// A cgroup that was removed under its process keeps its path, without the mark ` (deleted)`.
  package init(parsing text: String) {
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(
        separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, fields[2].first == UInt8(ascii: "/") else { continue }
      let isDeleted = fields[2].suffix(deletedMark.utf8.count).elementsEqual(deletedMark.utf8)
      let path = String(
        Substring(isDeleted ? fields[2].dropLast(deletedMark.utf8.count) : fields[2]))
      if fields[1].isEmpty {
        if fields[0].elementsEqual("0".utf8) { unified = path }
      } else {
        for controller in fields[1].split(separator: UInt8(ascii: ",")) {
          legacy[String(Substring(controller))] = path
        }
      }
    }
  }

  /// The path of the process in `hierarchy`; nil where it is in none of its.
  package func path(in hierarchy: CgroupLayout.Hierarchy) -> String? {
    if let name = hierarchy.name { return legacy["name=\(name)"] }
    guard let controller = hierarchy.controllers.first else { return unified }
    return legacy[controller]
  }
}

private let deletedMark = " (deleted)"
