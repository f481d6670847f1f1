import CLinux
import Glibc
import Model

@testable import Control

/// A cgroup on this box's v2 hierarchy with every controller, made for one test, with a process in
/// it, and taken away with the value.
final class LiveUnifiedJob {
  let directory: String
  let pid: pid_t
  private let program: RunningProgram

  static let controllers = ["cpu", "cpuset", "memory", "io", "pids"]

  /// Starts `sh -c script` in a group of its own below the top.
  init(_ word: String, running script: String = "exec sleep 600") {
    let top = Loadline.mount("cpu")
    for controller in Self.controllers {
      try? Files.write("+\(controller)", to: "\(top)/cgroup.subtree_control")
    }
    directory = "\(top)/loadline-test-\(getpid())-\(word)"
    mkdir(directory, 0o755)
    program = RunningProgram([
      "sh", "-c", "echo $$ > \(directory)/cgroup.procs && echo in; \(script)",
    ])
    pid = program.pid
    _ = program.says("in")
  }

  deinit {
    try? Files.write("1", to: "\(directory)/cgroup.kill")
    kill(pid, SIGKILL)
    _ = program.wait()
    LiveJob.remove(directory)
  }

  func says(_ word: String) -> Bool { program.says(word) }

  func read(_ file: String) -> String { Files.line("\(directory)/\(file)") ?? "nothing" }

  var target: Target {
    let inode = Files.status(directory).map { UInt64($0.st_ino) } ?? 0
    let name = String(directory.dropFirst(Loadline.mount("cpu").count))
    return Target(
      id: .cgroup(inode: inode), name: SafeText(name), owner: SafeText("root"), source: .cgroup,
      cgroup: name)
  }

  /// Every limit file, byte for byte.
  var limits: [String: String] {
    let files = [
      "cpu.max", "cpu.max.burst", "cpu.weight", "cpuset.cpus", "cpuset.mems", "memory.max",
      "memory.high", "memory.swap.max", "io.max", "pids.max", "cgroup.freeze",
    ]
    return files.reduce(into: [:]) { $0[$1] = Files.text("\(directory)/\($1)") }
  }
}
