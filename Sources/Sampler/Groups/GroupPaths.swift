import Model

/// Where the directories of one group are: one in a pure v2 hierarchy, several in v1 and hybrid.
struct GroupPaths: Sendable {
  private let prefix: String
  private let layout: CgroupLayout
  /// The hierarchy whose CPU accounting jobs are found by: v2 where it carries the controllers, else
  /// v1 `cpuacct`, else v2 even without controllers (`cpu.stat` exists in every v2 group).
  let accounting: CgroupLayout.Hierarchy?
  /// The controllers that v2 carries; nil where it does not say. On a hybrid box they are few or none:
  /// every file that another would have is spared a try.
  private let unifiedControllers: Set<String>?

  init(prefix: String, layout: CgroupLayout) {
    self.prefix = prefix
    self.layout = layout
    accounting =
      switch layout.version {
      case .v2: layout.unified
      case .v1, .hybrid: layout.hierarchy(of: "cpuacct") ?? layout.unified
      case .none: nil
      }
    var buffer = ReadBuffer(capacity: 256)
    let list = layout.unified.map { "\(prefix)\($0.mountPoint)/cgroup.controllers" }
    unifiedControllers =
      list.map { buffer.readWhole($0) } ?? false
      ? Set(buffer.string.split { $0.isWhitespace }.map(String.init)) : nil
  }

  /// CPU time is read from v2's `cpu.stat`.
  var accountsInUnified: Bool { accounting?.controllers.isEmpty ?? false }

  /// The directory of `group` in the v1 hierarchy that carries `controller`.
  func directory(_ controller: String, _ group: String) -> String? {
    layout.legacy.first { $0.controllers.contains(controller) }.map { join($0, group) }
  }

  /// The directory of `group` in the v2 hierarchy, if there is one.
  func unified(_ group: String) -> String? { layout.unified.map { join($0, group) } }

  /// The same where v2 may carry `controller`: where the files are that limit and count.
  func unified(_ controller: String, _ group: String) -> String? {
    unifiedControllers?.contains(controller) ?? true ? unified(group) : nil
  }

  /// A file of `group` in the v2 hierarchy, kept open; no file where v2 does not carry the controller.
  func keep(_ file: String, of group: String, unified controller: String) -> KeptFile {
    unified(controller, group).map { KeptFile("\($0)/\(file)") } ?? KeptFile()
  }

  /// The same in the v1 hierarchy of the controller.
  func keep(_ file: String, of group: String, legacy controller: String) -> KeptFile {
    directory(controller, group).map { KeptFile("\($0)/\(file)") } ?? KeptFile()
  }

  /// The directory of `group` in the accounting hierarchy.
  func accounting(_ group: String) -> String? { accounting.map { join($0, group) } }

  /// All directories of `group`, for reading attributes that may stand on any of them.
  func all(_ group: String) -> [String] {
    layout.hierarchies.map { join($0, group) }
  }

  private func join(_ hierarchy: CgroupLayout.Hierarchy, _ group: String) -> String {
    prefix + hierarchy.mountPoint + (group == "/" ? "" : group)
  }

  /// `/a/b` → [`/a/b`, `/a`]: the group and those above it, without the root.
  static func path(upFrom group: String) -> [String] {
    var path: [String] = []
    var rest = group.utf8[...]
    while rest.count > 1 {
      path.append(String(Substring(rest)))
      // Bytes, not characters: a combining accent would swallow the slash before it.
      guard let slash = rest.lastIndex(of: UInt8(ascii: "/")) else { break }
      rest = rest[..<slash]
    }
    return path
  }
}
