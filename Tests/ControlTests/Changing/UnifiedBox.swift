import CLinux
import Glibc
import Model

@testable import Control

/// A made v2 hierarchy of plain files: what the kernel would do with a write is done by the test.
struct UnifiedBox {
  let tree = TemporaryTree()
  /// Answers a write: what the files of the directory say afterwards.
  var kernel: @Sendable (_ directory: String, _ file: String, _ text: String) -> [String: String] =
    {
      [$1: $2]
    }

  init() {
    chmod(tree.path, 0o700)
    tree.write("30 1 0:30 / \(tree.path)/cg rw - cgroup2 cgroup2 rw\n", to: "proc/self/mountinfo")
    tree.write("0-3\n", to: "sys/devices/system/cpu/online")
    tree.write("4711\n", to: "proc/sys/kernel/random/boot_id")
    group("", ["cgroup.controllers": "cpu cpuset memory io pids", "cpuset.cpus.effective": "0-3"])
  }

  /// Makes a group with the files that its controllers give it.
  func group(_ path: String, _ files: [String: String]) {
    for (name, text) in files { tree.write(text + "\n", to: "cg\(path)/\(name)") }
  }

  /// A job with every controller, unlimited.
  func job(_ path: String, _ changed: [String: String] = [:]) {
    let files = [
      "cgroup.controllers": "cpu cpuset memory io pids", "cgroup.procs": "",
      "cgroup.events": "populated 0\nfrozen 0", "cgroup.freeze": "0", "cpu.max": "max 100000",
      "cpu.max.burst": "0", "cpu.weight": "100", "cpuset.cpus": "", "cpuset.cpus.effective": "0-3",
      "memory.max": "max", "memory.high": "max", "memory.current": "0",
      "memory.stat": "anon 0\nfile 0\nshmem 0\nkernel 0\nsock 0\nslab_reclaimable 0\nunevictable 0",
      "io.max": "", "pids.max": "max",
    ]
    group(path, files.merging(changed) { $1 })
  }

  func target(_ path: String) -> Target {
    let inode = Files.status("\(tree.path)/cg\(path)").map { UInt64($0.st_ino) } ?? 0
    return Target(
      id: .cgroup(inode: inode), name: SafeText(path), owner: SafeText("root"), source: .cgroup,
      cgroup: path)
  }

  func read(_ path: String, _ file: String) -> String {
    Files.line("\(tree.path)/cg\(path)/\(file)") ?? "nothing"
  }

  var system: ControlSystem {
    let launch = LaunchSystem(
      proc: tree.path + "/proc", sys: tree.path + "/sys", linger: "/nonexistent",
      userRuntime: "/nonexistent", records: [], lock: "/nonexistent", uid: geteuid(), path: nil,
      runtimeDirectory: nil)
    var system = ControlSystem(launch: launch, journalDirectory: tree.path + "/journal")
    system.places = Access(kernel: kernel)
    system.patience = Patience(write: 1, reclaim: 0.3, settle: 0.01)
    return system
  }

  func apply(_ path: String, _ values: KnobValue...) -> TransactionReport {
    let target = target(path)
    return Control(system).apply(
      Plan(changes: values.map { Change(target: target, from: nil, to: $0) }))
  }

  /// The reason why a single change was refused.
  func refusal(_ path: String, _ value: KnobValue) -> ChangeFailure? {
    let report = apply(path, value)
    guard report.outcome == .refused, case .failed(let failure)? = report.changes.first?.state
    else { return nil }
    return failure
  }

  private struct Access: PlaceAccess {
    let files = FilePlaces()
    let kernel: @Sendable (String, String, String) -> [String: String]

    func read(_ place: Place, like text: String) throws(ChangeFailure) -> String {
      try files.read(place, like: text)
    }

    func effective(_ file: String, of place: Place) -> String? {
      files.effective(file, of: place)
    }

    func write(_ text: String, to place: Place) throws(ChangeFailure) {
      guard case .file(let directory, _, let name) = place else { return }
      _ = try files.read(place, like: text)
      for (file, content) in kernel(directory, name, text) {
        let descriptor = open("\(directory)/\(file)", O_WRONLY | O_TRUNC)
        let bytes = Array((content + "\n").utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
        close(descriptor)
      }
    }
  }
}
