import Model

/// How a job's core set lies to its GPUs. Counted anew only when one of them changes.
struct Placement {
  /// The nodes of its GPUs, ascending.
  private(set) var nodes: [Int] = []
  /// The part of its CPUs that is on other nodes; nil without a core set of its own, or without a GPU
  /// whose node is known.
  private(set) var away: Double?
  private var cpus: CPUSet?

  mutating func take(_ set: CPUSet?, _ gpus: DeviceList, _ topology: Topology) {
    if cpus == set, isUnchanged(gpus) { return }
    cpus = set
    nodes = Array(Set(gpus.compactMap(\.node))).sorted()
    away = nil
    guard let set, !set.isEmpty, !nodes.isEmpty else { return }
    let remote = set.numbers.filter { number in
      topology.cpu(number).map { !nodes.contains($0.node) } ?? false
    }
    away = Double(remote.count) / Double(set.count)
  }

  private func isUnchanged(_ gpus: DeviceList) -> Bool {
    var known = 0
    for gpu in gpus {
      guard let node = gpu.node else { continue }
      if !nodes.contains(node) { return false }
      known += 1
    }
    return known > 0 || nodes.isEmpty
  }
}
