import Glibc
import Host
import Model

@testable import Sampler

/// A process in a fake /proc. Times are in clock ticks, resident memory in pages.
struct FakeProcess {
  var pid: Int32
  var name = "python3"
  var state: Character = "S"
  var parent: Int32 = 1
  var group: Int32?
  var session: Int32?
  var terminal: Int32 = 0
  /// Its own time, and that of the children it has waited for.
  var own: UInt64 = 0
  var children: UInt64 = 0
  var threads = 1
  /// Clock ticks after boot.
  var start: UInt64 = 1000
  var resident: UInt64 = 100
  /// False for a fork that runs on in its parent's program.
  var hasExecuted = true
  var arguments: [String] = []
  var user: UInt32 = 0
  var cpus = "0-3"
  /// Bytes read and written; nil where the kernel refuses to tell.
  var io: (read: UInt64, written: UInt64)? = (0, 0)
  /// What its read calls asked for, in bytes.
  var called: UInt64 = 9
  /// Nanoseconds on a CPU; nil where the kernel keeps no scheduler statistics.
  var ran: UInt64?
  /// Proportional set size in KiB; nil where the kernel refuses to tell.
  var proportional: UInt64?

  init(_ pid: Int32, _ name: String = "python3", parent: Int32 = 1) {
    self.pid = pid
    self.name = name
    self.parent = parent
  }

  /// Started just now, for processes that are to be taken for new.
  static var now: UInt64 { Clock.sinceBoot / Clock.tick }
}

extension FakeBox {
  func write(_ process: FakeProcess) {
    let directory = "/proc/\(process.pid)"
    let flags = process.hasExecuted ? 0x40_0000 : 0x40_0040
    write(
      "\(directory)/stat",
      "\(process.pid) (\(process.name)) \(process.state) \(process.parent) "
        + "\(process.group ?? process.pid) \(process.session ?? process.pid) \(process.terminal) -1 "
        + "\(flags) 1 2 3 4 \(process.own) 0 \(process.children) 0 20 0 \(process.threads) 0 "
        + "\(process.start) 4096 \(process.resident) 18446744073709551615 1 1 0 0 0\n")
    write(
      "\(directory)/status",
      "Name:\tx\nUid:\t\(process.user)\t\(process.user)\t\(process.user)\t\(process.user)\n"
        + "Cpus_allowed:\tf\nCpus_allowed_list:\t\(process.cpus)\n")
    write("\(directory)/statm", "99999 \(process.resident) 0 1 0 1 0\n")
    write(
      "\(directory)/cmdline", process.arguments.map { "\($0)\0" }.joined())
    if let io = process.io {
      write(
        "\(directory)/io",
        "rchar: \(process.called)\nread_bytes: \(io.read)\nwrite_bytes: \(io.written)\n")
    } else {
      write("\(directory)/io", "")
    }
    if let ran = process.ran { write("\(directory)/schedstat", "\(ran) 0 1\n") }
    if let size = process.proportional {
      write(
        "\(directory)/smaps_rollup",
        "55-7f ---p 00000000 00:00 0 [rollup]\nRss: 9 kB\nPss: \(size) kB\nPss_Anon: \(size) kB\n"
          + "Pss_File: 0 kB\nPss_Shmem: 0 kB\n")
    }
  }

  /// A process ends: whoever keeps a descriptor of its files reads nothing more.
  func end(_ pid: Int32) {
    for file in ["stat", "io", "cmdline", "status"] { write("/proc/\(pid)/\(file)", "") }
    remove("/proc/\(pid)")
  }
}

/// Loose processes of a fake /proc, sampled by hand.
final class LooseLab {
  let box = FakeBox()
  var loose: LooseProcesses
  let inspector: Inspector
  private var buffer = ReadBuffer()
  private var all: [Int32: FakeProcess] = [:]
  /// The order in which processes are listed; nil for that of their numbers.
  var order: [Int32]?
  /// Processes that their group does not list.
  var unlisted: Set<Int32> = []

  init() {
    loose = LooseProcesses(box.roots, descriptors: 100)
    inspector = Inspector(box.roots)
    change(FakeProcess(1, "init", parent: 0)) { _ in }
  }

  deinit {
    inspector.stop()
    loose.close()
  }

  func change(_ process: FakeProcess, _ change: (inout FakeProcess) -> Void = { _ in }) {
    var process = process
    change(&process)
    all[process.pid] = process
    box.write(process)
  }

  func change(_ pid: Int32, _ change: (inout FakeProcess) -> Void) {
    if let process = all[pid] { self.change(process, change) }
  }

  func end(_ pid: Int32) {
    all[pid] = nil
    box.end(pid)
  }

  /// Without a number of CPUs nothing bounds what can have been used between two samples.
  func sample(cpus: Int = 0, part: Double = 1, now: Instant = Clock.now) {
    loose.begin()
    for pid in order ?? all.keys.sorted() where all[pid] != nil && !unlisted.contains(pid) {
      loose.list(pid, place: 1)
    }
    _ = loose.finish(
      &buffer, part: part, cpus: cpus, inspector: inspector, now: now)
  }

  /// Makes the command of this process group a job.
  func promote(group: Int32) {
    let candidates = loose.candidates()
    guard let candidate = candidates[group] else { return }
    _ = loose.promote(
      candidate, of: candidates,
      job: Job(
        id: .tree(pid: group, start: 1000), name: SafeText("job"), owner: .empty, source: .process),
      &buffer)
  }

  /// Attaches to jobs what belongs to them, as at the end of a pass.
  func sort() { loose.attachStragglers(loose.candidates(), &buffer) }

  /// The only tree.
  var tree: CommandTree? { loose.trees.values.first }

  /// What the only tree used, in clock ticks.
  var usage: UInt64? { tree.map { $0.usage / Clock.tick } }
}
