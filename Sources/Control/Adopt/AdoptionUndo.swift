package import Model

/// What it takes to take an adoption back, also by a later loadline.
package struct AdoptionUndo: Sendable, Hashable {
  /// One cgroup of the job and where its processes were before; one a hierarchy.
  package struct Group: Sendable, Hashable {
    package var directory: String
    package var inode: UInt64
    /// Nil where it was not visible.
    package var origin: String?
  }
  package var name: RunName
  package var groups: [Group]
  /// The scope that systemd made for it, and whose manager; nil where the groups are loadline's own.
  package var unit: String?
  package var user: UInt32?

  /// One line a group, for the journal.
  package var text: String {
    let head = "adopted \(name) \(unit ?? "-") \(user.map { "\($0)" } ?? "-")"
    let lines = groups.map {
      "\($0.inode) \($0.directory.count) \($0.directory) \($0.origin ?? "")"
    }
    return ([head] + lines).joined(separator: "\n")
  }

  package init(name: RunName, groups: [Group], unit: String? = nil, user: UInt32? = nil) {
    self.name = name
    self.groups = groups
    self.unit = unit
    self.user = user
  }

  /// Nil for anything that ``text`` did not write.
  package init?(text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    let head = lines.popFirst()?.split(separator: " ") ?? []
    guard head.count == 4, head[0] == "adopted", let name = RunName(String(head[1])) else {
      return nil
    }
    self.name = name
    unit = head[2] == "-" ? nil : String(head[2])
    user = UInt32(head[3])
    groups = []
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count == 3, let inode = UInt64(words[0]), let length = Int(words[1]),
        length >= 0, words[2].count > length
      else { return nil }
      let origin = words[2].dropFirst(length + 1)
      groups.append(
        Group(
          directory: String(words[2].prefix(length)), inode: inode,
          origin: origin.isEmpty ? nil : String(origin)))
    }
  }
}
