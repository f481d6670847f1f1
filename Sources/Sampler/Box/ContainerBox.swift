import CLinux
import Glibc
import Model

/// The limits of the container that loadline runs in, which are then the box.
///
/// At the root of a real hierarchy there is no `cpu.max` and no `memory.max` (v2), and no limit below
/// the machine's memory (v1): where the mounted root has one, it is a container's group.
struct ContainerBox: ~Copyable {
  private let quota: KeptFile
  private let period: KeptFile
  private let memoryMax: KeptFile
  private let cpus: KeptFile
  /// The mounted root is a group in a larger tree, of which no more is to be seen.
  let isNested: Bool

  init(_ paths: GroupPaths) {
    let unified = paths.unified("/") ?? "/nonexistent"
    func legacy(_ controller: String, _ file: String) -> String {
      "\(paths.directory(controller, "/") ?? "/nonexistent")/\(file)"
    }
    // Only a real root lacks `cgroup.type` (v2) and has `release_agent` (v1).
    isNested =
      paths.accountsInUnified
      ? access("\(unified)/cgroup.type", F_OK) == 0
      : paths.accounting("/").map { access("\($0)/release_agent", F_OK) != 0 } ?? false
    quota = KeptFile(firstOf: ["\(unified)/cpu.max", legacy("cpu", "cpu.cfs_quota_us")])
    period = KeptFile(legacy("cpu", "cpu.cfs_period_us"))
    memoryMax = KeptFile(
      firstOf: ["\(unified)/memory.max", legacy("memory", "memory.limit_in_bytes")])
    cpus = KeptFile(
      firstOf: isNested
        ? ["\(unified)/cpuset.cpus.effective", legacy("cpuset", "cpuset.effective_cpus")] : [])
  }

  /// Narrows the box to the container's limits; `root` is what all groups of it used together.
  func narrow(_ box: inout BoxReading, root: JobReading, _ buffer: inout ReadBuffer) {
    if cpus.read(into: &buffer), let set = CPUSet(parsing: buffer.string) {
      let mine = set.intersection(box.cpus)
      if !mine.isEmpty, mine != box.cpus {
        box.cpus = mine
        box.cores = Cores(Double(mine.count))
        box.isContainer = true
      }
    }
    if quota.read(into: &buffer) {
      var scanner = Scanner(buffer.text)
      if let amount = scanner.signedNumber(), amount > 0 {
        // v2 has both numbers on one line.
        let unit = scanner.number() ?? period.number(&buffer)
        if let unit, unit > 0 {
          let cores = Double(amount) / Double(unit)
          if cores < box.cores.value {
            box.cores = Cores(cores)
            box.isContainer = true
          }
        }
      }
    }
    if let limit = memoryMax.number(&buffer), Bytes(clamping: limit) < box.memory, limit > 0 {
      box.memory = Bytes(clamping: limit)
      box.isContainer = true
      box.memoryReclaimable = root.memory.file
      box.memoryFree = root.memory.anonymous.flatMap { anonymous in
        root.memory.file.map { file in
          let held = anonymous + (root.memory.shared ?? .zero) + (root.memory.kernel ?? .zero)
          return (box.memory - held - file).orZero
        }
      }
    }
    if box.isContainer, let usage = root.cpu.usage {
      box.usage = usage
      box.time = root.time
      box.stolen = nil
    }
  }
}
