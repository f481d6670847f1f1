import CLinux
import Glibc
import Model
import Synchronization

/// The cgroups of units that systemd was asked about, for as long as they are the same ones.
final class KnownUnits: Sendable {
  private struct Group {
    var path: String
    var inode: UInt64
  }
  private let groups = Mutex<[UnitName: Group]>([:])

  /// The path of a unit's cgroup; nil where it is not known, or was removed or made again since.
  func group(of unit: UnitName, in layout: CgroupLayout) -> String? {
    guard let group = groups.withLock({ $0[unit] }),
      Self.inode(of: group.path, in: layout) == group.inode
    else { return nil }
    return group.path
  }

  func note(_ path: String?, of unit: UnitName, in layout: CgroupLayout) {
    guard let path, let inode = Self.inode(of: path, in: layout) else { return }
    groups.withLock { $0[unit] = Group(path: path, inode: inode) }
  }

  private static func inode(of path: String, in layout: CgroupLayout) -> UInt64? {
    layout.hierarchies.lazy.compactMap { $0.directory(of: path).flatMap { Files.status($0) } }.first
      .map { UInt64($0.st_ino) }
  }
}
