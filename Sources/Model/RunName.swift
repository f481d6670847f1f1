/// The name of a `loadline run` job: 1–64 of `A–Z a–z 0–9 . _ -`, not starting with `.` or `-`.
///
/// It becomes a directory's name, a systemd unit's and an argument, so nothing else is let in; nor are
/// names that the kernel's own files have in a cgroup, or rows of the dashboard.
package struct RunName: Sendable, Hashable, CustomStringConvertible {
  package let text: String

  /// Nil where `text` is not a name as described above.
  package init?(_ text: String) {
    guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed),
      let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-"),
      !Self.isReserved(text)
    else { return nil }
    self.text = text
  }

  /// `tasks`, `cgroup.procs`, `cpu.max`, …: files of a group below which jobs' groups are made.
  private static func isReserved(_ text: String) -> Bool {
    let controllers = [
      "cgroup", "cpu", "cpuacct", "cpuset", "memory", "io", "blkio", "pids", "freezer", "devices",
      "hugetlb", "rdma", "misc", "perf_event", "net_cls", "net_prio", "irq",
    ]
    return ["tasks", "notify_on_release", "release_agent", "other", "free"].contains(text)
      || controllers.contains { text.hasPrefix("\($0).") }
  }

  /// The name a command gets when none is given: the last component of its path, with anything not
  /// allowed as `_`, and `job` where nothing is left of it.
  package init(command: String) {
    let base = command.utf8.split(separator: UInt8(ascii: "/")).last ?? command.utf8.prefix(0)
    let allowed = base.prefix(60).map { Self.isAllowed($0) ? $0 : UInt8(ascii: "_") }
    let text = allowed.drop { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    let name = text.isEmpty ? "job" : String(decoding: text, as: UTF8.self)
    self.text = Self.isReserved(name) ? "job-\(name)" : name
  }

  /// `train`, then `train-2`, `train-3`, … for as long as names are taken; nil when the number
  /// leaves no room.
  package func numbered(_ number: Int) -> RunName? {
    number == 1 ? self : RunName("\(text)-\(number)")
  }

  package var description: String { text }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
