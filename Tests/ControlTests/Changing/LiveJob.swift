import CLinux
import Glibc
import Model
import Testing

@testable import Control

/// A cgroup on this box's v1 hierarchies, made for one test, with a process in it, and taken away
/// with the value.
final class LiveJob {
  let name: String
  let pid: pid_t
  private let hierarchies: [String]
  private let program: RunningProgram

  /// Makes `loadline-test-PID-WORD` in these hierarchies, the CPUs and memory nodes of a core set
  /// copied from above, and starts `sh -c script` in it.
  init(
    _ word: String, in hierarchies: [String] = ["cpu", "cpuacct", "memory"],
    running script: String = "exec sleep 600"
  ) {
    name = "loadline-test-\(getpid())-\(word)"
    self.hierarchies = hierarchies
    for hierarchy in hierarchies {
      let directory = "\(Loadline.mount(hierarchy))/\(name)"
      mkdir(directory, 0o755)
      guard hierarchy == "cpuset" else { continue }
      for file in ["cpuset.cpus", "cpuset.mems"] {
        try? Files.write(
          Files.line("\(Loadline.mount("cpuset"))/\(file)") ?? "", to: "\(directory)/\(file)")
      }
    }
    let enter = hierarchies.map {
      "echo $$ > \(Loadline.mount($0))/loadline-test-\(getpid())-\(word)/cgroup.procs"
    }.joined(separator: " && ")
    program = RunningProgram(["sh", "-c", "\(enter) && echo in; \(script)"])
    pid = program.pid
    _ = program.says("in")
  }

  deinit {
    kill(pid, SIGKILL)
    _ = program.wait()
    for hierarchy in hierarchies { Self.remove("\(Loadline.mount(hierarchy))/\(name)") }
  }

  static func remove(_ directory: String) {
    for child in Files.names(in: directory)
    where Files.status("\(directory)/\(child)")?.isDirectory == true {
      remove("\(directory)/\(child)")
    }
    for _ in 0..<400 where rmdir(directory) != 0 && errno == EBUSY { usleep(5000) }
  }

  func directory(_ hierarchy: String) -> String { "\(Loadline.mount(hierarchy))/\(name)" }

  func read(_ hierarchy: String, _ file: String) -> String {
    Files.line("\(directory(hierarchy))/\(file)") ?? "nothing"
  }

  func write(_ text: String, _ hierarchy: String, _ file: String) {
    try? Files.write(text, to: "\(directory(hierarchy))/\(file)")
  }

  var target: Target {
    let inode = Files.status(directory("cpuacct")).map { UInt64($0.st_ino) } ?? 0
    return Target(
      id: .cgroup(inode: inode), name: SafeText(name), owner: SafeText("root"), source: .cgroup,
      cgroup: "/\(name)")
  }

  /// A change to this, from what it is now.
  func change(_ to: KnobValue, from: KnobValue? = nil, on system: ControlSystem) -> Change {
    let now = system.enforcers.for(target).value(of: to.knob, of: target)
    return Change(target: target, from: from ?? now, to: to)
  }

  /// Every limit file of the job, byte for byte.
  var limits: [String: String] {
    var found: [String: String] = [:]
    for hierarchy in hierarchies {
      for file in Files.names(in: directory(hierarchy))
      where [
        "quota", "period", "burst", "shares", "limit_in_bytes", "cpuset.cpus", "cpuset.mems",
        "_device", "pids.max", "freezer.state",
      ].contains(where: { file.contains($0) }) {
        found["\(hierarchy)/\(file)"] = Files.text("\(directory(hierarchy))/\(file)")
      }
    }
    return found
  }
}

extension ControlSystem {
  /// This box with a journal of its own.
  static func test(_ tree: TemporaryTree) -> ControlSystem {
    chmod(tree.path, 0o700)
    return ControlSystem(launch: .current(), journalDirectory: tree.path + "/journal")
  }
}
