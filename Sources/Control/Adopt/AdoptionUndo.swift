import CLinux
import Glibc
package import Model

/// What it takes to take an adoption back, also by a later loadline.
package struct AdoptionUndo: Sendable, Hashable {
  /// One cgroup of the job and where its processes were before; one a hierarchy.
  package struct Group: Sendable, Hashable {
    /// Empty for a scope whose cgroup is not known yet.
    package var directory: String
    /// 0 for one that is about to be made.
    package var inode: UInt64
    /// Nil where it was not visible.
    package var origin: String?
  }
  package var name: RunName
  package var groups: [Group]
  /// The scope that systemd made for it, and whose manager; nil where the groups are loadline's own.
  package var unit: String?
  package var user: UInt32?
  /// Where processes came from that came from elsewhere than their parents and the first, by group.
  var others: [ProcessIdentity: [String?]] = [:]

  /// One line a group and one for each other place that a process came from, for the journal.
  package var text: String {
    var lines = ["adopted \(name) \(unit ?? "-") \(user.map { "\($0)" } ?? "-")"]
    lines += groups.map { "\($0.inode) \($0.directory.count) \($0.directory) \($0.origin ?? "")" }
    for (process, origins) in others.sorted(by: { $0.key.pid < $1.key.pid }) {
      for (index, origin) in origins.enumerated() {
        lines.append("from \(process.pid) \(process.start) \(index) \(origin ?? "")")
      }
    }
    return lines.joined(separator: "\n")
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
    while let line = lines.first, !line.hasPrefix("from ") {
      guard let group = Group(line) else { return nil }
      groups.append(group)
      lines.removeFirst()
    }
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
      guard words.count == 5, words[0] == "from", let pid = Int32(words[1]),
        let start = UInt64(words[2]), let index = Int(words[3]), groups.indices.contains(index)
      else { return nil }
      let none = [String?](repeating: nil, count: groups.count)
      others[ProcessIdentity(pid: pid, start: start), default: none][index] =
        words[4].isEmpty ? nil : String(words[4])
    }
  }
}

extension AdoptionUndo {
  /// Without groups that were removed, or removed and made again.
  var withGroupsThatAreThere: AdoptionUndo {
    let there = groups.indices.filter { index in
      Files.status(groups[index].directory).map { UInt64($0.st_ino) } == groups[index].inode
    }
    var undo = self
    undo.groups = there.map { groups[$0] }
    undo.others = others.mapValues { origins in there.map { origins[$0] } }
    return undo
  }
}

extension AdoptionUndo.Group {
  fileprivate init?(_ line: Substring) {
    let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3, let inode = UInt64(words[0]), let length = Int(words[1]),
      length >= 0, words[2].count > length
    else { return nil }
    let origin = words[2].dropFirst(length + 1)
    self.init(
      directory: String(words[2].prefix(length)), inode: inode,
      origin: origin.isEmpty ? nil : String(origin))
  }
}
