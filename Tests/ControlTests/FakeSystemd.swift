import CLinux
import Model

@testable import Control

/// A box with one unit, whose `systemctl` answers from files and keeps what it was asked.
///
/// A call that changes something runs the script `change`, which the test fills: what the manager and
/// the kernel make of it.
struct FakeSystemd {
  let tree = TemporaryTree()
  /// The path of the unit's cgroup.
  let group: String
  let unit: String

  var tools: SystemdTools { SystemdTools(systemctl: "\(tree.path)/systemctl") }
  var directory: String { "\(tree.path)/cg\(group)" }

  init(
    group: String = "/system.slice/train.service",
    controllers: String = "cpuset cpu io memory pids"
  ) {
    self.group = group
    unit = String(group.split(separator: "/").last ?? "")
    tree.write(
      "31 23 0:28 / \(tree.path)/cg rw - cgroup2 cgroup2 rw\n", to: "proc/self/mountinfo")
    tree.write("0::/\n", to: "proc/self/cgroup")
    tree.write("0-3\n", to: "sys/devices/system/cpu/online")
    tree.write("\(controllers)\n", to: "cg/cgroup.controllers")
    tree.write("0-3\n", to: "cg/cpuset.cpus.effective")
    kernel("cgroup.controllers", "\(controllers)")
    kernel("cgroup.events", "populated 1\nfrozen 0")
    kernel("cpu.max", "max 100000")
    kernel("cpu.weight", "100")
    kernel("cpuset.cpus.effective", "0-3")
    kernel("memory.current", "0")
    kernel("memory.stat", "anon 0\nshmem 0")
    kernel("memory.high", "max")
    kernel("memory.max", "max")
    kernel("pids.max", "2348")
    kernel("io.max", "")
    shows([:])
    onChange("")
    tree.write(
      """
      #!/bin/sh
      here=\(tree.path)
      [ "$1" = --user ] && shift
      if [ "$1" = show ]; then
        echo "$*" >> $here/asked
        while [ "$1" != -- ]; do shift; done
        shift
        between=
        for unit; do
          printf "$between"; between='\\n'
          [ -e $here/show-$unit ] && cat $here/show-$unit || cat $here/show
        done
        exit
      fi
      echo "$*" >> $here/log
      . $here/change

      """, to: "systemctl", mode: 0o755)
  }

  /// The content of a file of the unit's cgroup.
  func kernel(_ file: String, _ content: String) {
    tree.write("\(content)\n", to: "cg\(group)/\(file)")
  }

  /// What `systemctl show` says, beside or instead of an unlimited unit's.
  func shows(_ values: [String: String]) { tree.write(Self.text(values, group), to: "show") }

  static func text(_ values: [String: String], _ group: String) -> String {
    let plain = [
      "LoadState": "loaded", "ActiveState": "active", "ControlGroup": group, "CanFreeze": "yes",
      "CPUQuotaPerSecUSec": "infinity", "CPUWeight": "[not set]", "MemoryHigh": "infinity",
      "MemoryMax": "infinity", "TasksMax": "2348", "AllowedCPUs": "", "FreezerState": "running",
    ]
    return plain.merging(values) { $1 }.map { "\($0)=\($1)\n" }.sorted().joined()
  }

  /// Shell commands that a change runs, in ``directory``.
  func onChange(_ script: String) { tree.write("cd \(directory)\n\(script)\n", to: "change") }

  /// Shell commands after which `systemctl show` says this.
  func showing(_ values: [String: String]) -> String {
    "cat > $here/show <<'END'\n\(Self.text(values, group))END"
  }

  /// The calls that changed something.
  var log: [String] {
    (Files.text("\(tree.path)/log") ?? "").split(separator: "\n").map(String.init)
  }

  /// How often it was asked.
  var questions: Int {
    (Files.text("\(tree.path)/asked") ?? "").split(separator: "\n").count
  }

  /// Another unit beside it, whose weight is 100.
  func another(_ unit: String) -> Target {
    let group = "/system.slice/\(unit)"
    tree.write("cpu\n", to: "cg\(group)/cgroup.controllers")
    tree.write("100\n", to: "cg\(group)/cpu.weight")
    tree.write(Self.text([:], group), to: "show-\(unit)")
    return Target(
      id: .cgroup(inode: Files.status("\(tree.path)/cg\(group)").map { UInt64($0.st_ino) } ?? 0),
      name: SafeText(unit), owner: SafeText("root"), source: .systemd, cgroup: group)
  }

  func system(uid: UInt32 = 0) -> LaunchSystem {
    LaunchSystem(
      proc: "\(tree.path)/proc", sys: "\(tree.path)/sys", linger: "\(tree.path)/linger",
      userRuntime: "\(tree.path)/run", records: [], lock: "\(tree.path)/lock", uid: uid, path: nil,
      runtimeDirectory: nil)
  }

  var target: Target {
    Target(
      id: .cgroup(inode: Files.status(directory).map { UInt64($0.st_ino) } ?? 0),
      name: SafeText("train"), owner: SafeText("root"), source: .systemd, cgroup: group)
  }

  func enforcer(uid: UInt32 = 0) -> SystemdEnforcer {
    SystemdEnforcer(tools, in: system(uid: uid))
  }

  var places: SystemdPlaces { SystemdPlaces(tools: tools, system: system()) }
}
