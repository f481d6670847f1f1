package import Model

/// Chooses CPUs for a core set.
///
/// In this order: as many of the job's CPUs as possible are kept; a node away from the others has at
/// least two; the fewest nodes are used, the job's own first and then those nearest to it; physical
/// cores are taken whole, so that no two jobs share one.
package enum Placement {
  /// So many CPUs of those that `allowed` has and `taken` has not; nil where there are not enough.
  ///
  /// `current` are the job's CPUs; they count as its own even where others may use them too.
  package static func choose(
    _ count: Int, keeping current: CPUSet = CPUSet(), among allowed: CPUSet,
    topology: Topology, taken: CPUSet = CPUSet()
  ) -> CPUSet? {
    guard count > 0 else { return nil }
    let known = CPUSet(topology.cpus.map(\.number))
    let usable = allowed.intersection(known)
    let kept = current.intersection(usable)
    let free = usable.subtracting(taken).subtracting(kept)
    guard kept.count + free.count >= count else { return nil }
    var seating = Seating(topology: topology, chosen: kept, free: free, kept: kept)
    while seating.chosen.count > count { seating.dropOne() }
    seating.add(count - seating.chosen.count)
    seating.joinLoners()
    return seating.chosen
  }
}

/// CPUs while they are being chosen.
private struct Seating {
  let topology: Topology
  var chosen: CPUSet
  var free: CPUSet
  /// What the job had.
  let kept: CPUSet

  private func chosenCount(_ node: Topology.Node) -> Int {
    node.cpus.intersection(chosen).count
  }

  private func freeCount(_ node: Topology.Node) -> Int { node.cpus.intersection(free).count }

  private mutating func choose(_ cpus: CPUSet) {
    chosen = chosen.union(cpus)
    free = free.subtracting(cpus)
  }

  private mutating func release(_ cpu: Int) {
    chosen = chosen.subtracting(CPUSet([cpu]))
    free.insert(cpu)
  }

  // MARK: Fewer

  /// Lets one CPU go: from the node with the fewest, of several the one farthest from the rest; there
  /// from the core with the fewest, the highest number first.
  mutating func dropOne() {
    let nodes = topology.nodes.filter { chosenCount($0) > 0 }
    guard
      let node = nodes.min(by: {
        (chosenCount($0), -distance(to: $0), -$0.number)
          < (chosenCount($1), -distance(to: $1), -$1.number)
      })
    else { return }
    let cores = cores(of: node).map { $0.intersection(chosen) }.filter { !$0.isEmpty }
    guard
      let core = cores.min(by: {
        ($0.count, -($0.numbers.last ?? 0)) < ($1.count, -($1.numbers.last ?? 0))
      }), let cpu = core.numbers.last
    else { return }
    release(cpu)
  }

  // MARK: More

  mutating func add(_ count: Int) {
    var missing = count
    while missing > 0, let node = nextNode(missing) {
      let before = chosen.count
      addOn(node, min(missing, freeCount(node)))
      missing -= chosen.count - before
    }
  }

  /// Where to go on: a node that is used already, the fullest first; then those nearest to what is
  /// used, of these the smallest that all that is missing fits on, else the largest.
  private func nextNode(_ missing: Int) -> Topology.Node? {
    var nodes = topology.nodes.filter { freeCount($0) > 0 }
    if let used = fullest(nodes.filter { chosenCount($0) > 0 }) { return used }
    let least = nodes.map(distance).min()
    nodes = nodes.filter { distance(to: $0) == least }
    let fitting = nodes.filter { freeCount($0) >= missing }
    if let smallest = fitting.min(by: {
      (freeCount($0), $0.number) < (freeCount($1), $1.number)
    }) {
      return smallest
    }
    return nodes.max { (freeCount($0), -$0.number) < (freeCount($1), -$1.number) }
  }

  /// Siblings of the job's own cores first, then free cores whole, then what is left of cores that
  /// others have a part of; a whole core is broken last.
  private mutating func addOn(_ node: Topology.Node, _ count: Int) {
    var missing = count
    let cores = cores(of: node)
    for core in cores where missing > 0 && !core.intersection(chosen).isEmpty {
      missing -= chooseFirst(missing, of: core)
    }
    for core in cores where missing >= core.count && core.isSubset(of: free) {
      choose(core)
      missing -= core.count
    }
    for core in cores where missing > 0 && !core.isSubset(of: free) {
      missing -= chooseFirst(missing, of: core)
    }
    for core in cores where missing > 0 { missing -= chooseFirst(missing, of: core) }
  }

  private mutating func chooseFirst(_ count: Int, of core: CPUSet) -> Int {
    let cpus = CPUSet(core.intersection(free).numbers.prefix(count))
    choose(cpus)
    return cpus.count
  }

  // MARK: Loners

  /// A CPU that is alone on its node, away from the others, gets company or goes to them: beyond the
  /// first node every node has at least two, where there are enough.
  mutating func joinLoners() {
    for _ in topology.nodes where !joinOne() { return }
  }

  /// False where there is no loner, or nothing to be done about one.
  private mutating func joinOne() -> Bool {
    let used = topology.nodes.filter { chosenCount($0) > 0 }
    let loners = used.filter { chosenCount($0) == 1 }
    guard used.count > 1, let first = loners.first else { return false }
    for loner in loners {
      let others = used.filter { $0.number != loner.number && freeCount($0) > 0 }
      if let cpu = loner.cpus.intersection(chosen).numbers.first, let roomy = fullest(others) {
        release(cpu)
        addOn(roomy, 1)
        return true
      }
    }
    let donors = used.filter { chosenCount($0) > 2 }
    if freeCount(first) > 0, let donor = fullest(donors), let spare = leastMissed(on: donor) {
      release(spare)
      addOn(first, 1)
      return true
    }
    let rooms = topology.nodes.filter { node in
      freeCount(node) + chosenCount(node) >= chosen.count
    }
    guard let room = rooms.first else { return false }
    let count = chosen.count
    for cpu in chosen.subtracting(room.cpus).numbers { release(cpu) }
    addOn(room, count - chosenCount(room))
    return true
  }

  private func fullest(_ nodes: [Topology.Node]) -> Topology.Node? {
    nodes.max { (chosenCount($0), -$0.number) < (chosenCount($1), -$1.number) }
  }

  /// A CPU whose core is not whole and that the job did not have, if there is one.
  private func leastMissed(on node: Topology.Node) -> Int? {
    let cores = cores(of: node).map { $0.intersection(chosen) }.filter { !$0.isEmpty }
    func rank(_ core: CPUSet) -> (Int, Int, Int) {
      (core.intersection(kept).count, core.count, -(core.numbers.last ?? 0))
    }
    return cores.min { rank($0) < rank($1) }?.numbers.last
  }

  /// How far a node is from the CPUs that are chosen: the sum over each; 0 where there are none.
  private func distance(to node: Topology.Node) -> Int {
    topology.nodes.reduce(0) { sum, other in
      sum + chosenCount(other) * topology.distance(from: other.number, to: node.number)
    }
  }

  private func cores(of node: Topology.Node) -> [CPUSet] {
    node.sockets.flatMap { $0.cores.map { CPUSet($0.cpus) } }
  }
}
