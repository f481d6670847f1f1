/// Where the cgroup hierarchies are mounted, read from the text of `/proc/PID/mountinfo`
/// (proc_pid_mountinfo(5)).
///
/// v1 controllers can be mounted one by one or joined (`cpu,cpuacct`), under any path, beside a v2
/// hierarchy or not; this is the one place that knows how to find out.
package struct CgroupLayout: Sendable, Hashable {
  /// One mounted hierarchy.
  package struct Hierarchy: Sendable, Hashable {
    package var mountPoint: String
    /// The cgroup that is seen at the mount point: `/`, or deeper where only a part of the tree is
    /// mounted (a container without a cgroup namespace).
    package var root: String
    /// The v1 controllers bound to it; empty for v2, which lists them in `cgroup.controllers`.
    package var controllers: [String]
    /// A named v1 hierarchy: `systemd` for `name=systemd`.
    package var name: String?
    package var isReadOnly: Bool

    package init(
      mountPoint: String, root: String = "/", controllers: [String] = [], name: String? = nil,
      isReadOnly: Bool = false
    ) {
      self.mountPoint = mountPoint
      self.root = root
      self.controllers = controllers
      self.name = name
      self.isReadOnly = isReadOnly
    }

    /// The directory of a cgroup, given its path as `/proc/PID/cgroup` prints it; nil where it lies
    /// outside the part of the tree that is mounted.
    package func directory(of path: String) -> String? {
      if root == "/" { return path == "/" ? mountPoint : mountPoint + path }
      if path == root { return mountPoint }
      let below = path.utf8.dropFirst(root.utf8.count)
      guard path.utf8.starts(with: root.utf8), below.first == UInt8(ascii: "/") else { return nil }
      return mountPoint + String(Substring(below))
    }
  }

  /// Which generations of the interface are mounted.
  package enum Version: String, Sendable, Hashable {
    case v1, v2, none
    /// v1 controllers beside a v2 hierarchy.
    case hybrid
  }

  /// The v2 hierarchy.
  package var unified: Hierarchy?
  /// The v1 hierarchies, in mount order.
  package var legacy: [Hierarchy]

  package init(unified: Hierarchy? = nil, legacy: [Hierarchy] = []) {
    self.unified = unified
    self.legacy = legacy
  }

  /// Reads mountinfo's text; lines that are not as documented are passed over.
  ///
  /// Of several mounts of one hierarchy the first that shows its whole tree counts, else the first.
  package init(mountinfo: String) {
    self.init()
    for line in mountinfo.utf8.split(separator: UInt8(ascii: "\n")) {
      guard let mount = MountLine(line) else { continue }
      switch mount.type {
      case "cgroup2":
        if unified == nil || unified?.root != "/" && mount.hierarchy.root == "/" {
          unified = mount.hierarchy
        }
      case "cgroup":
        let found = mount.hierarchy
        let index = legacy.firstIndex {
          $0.controllers == found.controllers && $0.name == found.name
        }
        if let index {
          if legacy[index].root != "/", found.root == "/" { legacy[index] = found }
        } else {
          legacy.append(found)
        }
      default: continue
      }
    }
  }

  /// All that are mounted: v1's in mount order, then v2's.
  package var hierarchies: [Hierarchy] { legacy + [unified].compactMap { $0 } }

  /// The v1 hierarchy that a controller is bound to.
  package func hierarchy(of controller: String) -> Hierarchy? {
    legacy.first { $0.controllers.contains(controller) }
  }

  package var version: Version {
    switch (unified != nil, legacy.contains { !$0.controllers.isEmpty }) {
    case (true, true): .hybrid
    case (true, false): .v2
    case (false, true): .v1
    case (false, false): .none
    }
  }
}

/// One line of mountinfo, as far as cgroups need it.
private struct MountLine {
  var type: String
  var hierarchy: CgroupLayout.Hierarchy

  /// `31 23 0:28 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu`: six fields, any
  /// number of optional ones, a lone `-`, then type, source and the file system's options.
  init?(_ line: Substring.UTF8View.SubSequence) {
    let fields = line.split(separator: UInt8(ascii: " ")).map { Substring($0) }
    guard let dash = fields.dropFirst(6).firstIndex(of: "-"), fields.count > dash + 3 else {
      return nil
    }
    let options = fields[dash + 3].split(separator: ",").map(String.init)
    type = String(fields[dash + 1])
    hierarchy = CgroupLayout.Hierarchy(
      mountPoint: decodingOctal(fields[4]), root: decodingOctal(fields[3]),
      controllers: type == "cgroup"
        ? options.filter { !$0.contains("=") && !notControllers.contains($0) } : [],
      name: options.first { $0.hasPrefix("name=") }.map { String($0.dropFirst(5)) },
      isReadOnly: fields[5].split(separator: ",").contains("ro") || options.contains("ro"))
  }
}

/// Options of a v1 cgroup mount that are not controllers (cgroup1_show_options in the kernel's
/// kernel/cgroup/cgroup-v1.c, and those of any file system).
private let notControllers: Set<String> = [
  "rw", "ro", "none", "xattr", "noprefix", "clone_children", "cpuset_v2_mode", "favordynmods",
  "seclabel", "sync", "dirsync", "mand", "lazytime",
]

/// Undoes mountinfo's escapes: space, tab, newline and backslash as three octal digits after `\`.
private func decodingOctal(_ text: Substring) -> String {
  guard text.utf8.contains(UInt8(ascii: "\\")) else { return String(text) }
  var bytes: [UInt8] = []
  var rest = text.utf8[...]
  while let byte = rest.popFirst() {
    let digits = rest.prefix(3).compactMap { (0x30...0x37).contains($0) ? Int($0) - 0x30 : nil }
    let value = digits.reduce(0) { $0 * 8 + $1 }
    if byte == UInt8(ascii: "\\"), digits.count == 3, value < 256 {
      bytes.append(UInt8(value))
      rest = rest.dropFirst(3)
    } else {
      bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
