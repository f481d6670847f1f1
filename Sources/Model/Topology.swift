/// Which CPUs share what: memory on a NUMA node, a socket, a physical core.
///
/// Every CPU of the box has one entry; in a container only those it may use. Empty where the box has
/// not been read.
package struct Topology: Sendable, Hashable {
  /// One CPU and where it sits.
  package struct CPU: Sendable, Hashable {
    package var number: Int
    package var node: Int
    /// The physical package, as the kernel numbers them.
    package var socket: Int
    /// The lowest-numbered CPU of the physical core: SMT siblings have the same.
    package var core: Int

    package init(_ number: Int, node: Int = 0, socket: Int = 0, core: Int? = nil) {
      self.number = number
      self.node = node
      self.socket = socket
      self.core = core ?? number
    }
  }

  /// CPUs that share memory, in ascending order of the node's number.
  package struct Node: Sendable, Hashable {
    package var number: Int
    package var sockets: [Socket]

    package var cpus: CPUSet { CPUSet(sockets.flatMap { $0.cores.flatMap(\.cpus) }) }
  }

  /// The part of a socket that is on one node; a socket may be spread over several.
  package struct Socket: Sendable, Hashable {
    package var number: Int
    package var cores: [Core]
  }

  /// A physical core: one CPU, or SMT siblings in ascending order.
  package struct Core: Sendable, Hashable {
    package var cpus: [Int]
  }

  /// In ascending order of their numbers.
  package let cpus: [CPU]
  package let nodes: [Node]
  /// How far from each node memory on each other is, by their numbers; empty where it is not known.
  private let distances: [Int: [Int: Int]]

  package init() {
    cpus = []
    nodes = []
    distances = [:]
  }

  /// A number that is there twice counts once.
  ///
  /// - Parameter distances: as firmware tells them, from node to node: 10 is the node itself.
  package init(_ cpus: some Sequence<CPU>, distances: [Int: [Int: Int]] = [:]) {
    self.distances = distances
    var seen = CPUSet()
    var ordered: [CPU] = []
    for cpu in cpus where cpu.number >= 0 && !seen.contains(cpu.number) {
      seen.insert(cpu.number)
      ordered.append(cpu)
    }
    self.cpus = ordered.sorted { $0.number < $1.number }
    nodes = Self.grouped(self.cpus)
  }

  /// One node, one socket, and every CPU its own core: what is assumed where nothing is known.
  package init(flat cpus: CPUSet) { self.init(cpus.numbers.map { CPU($0) }) }

  package var isEmpty: Bool { cpus.isEmpty }

  /// How far memory on one node is from another, 10 for the same; where that is not known all others
  /// are equally far, 20.
  package func distance(from node: Int, to other: Int) -> Int {
    distances[node]?[other] ?? (node == other ? 10 : 20)
  }

  /// The CPU of this number; nil when it is not on the box.
  package func cpu(_ number: Int) -> CPU? {
    var range = cpus.indices
    while let first = range.first {
      let middle = first + range.count / 2
      if cpus[middle].number == number { return cpus[middle] }
      range = cpus[middle].number < number ? middle + 1..<range.upperBound : first..<middle
    }
    return nil
  }

  private static func grouped(_ cpus: [CPU]) -> [Node] {
    let order = cpus.sorted {
      ($0.node, $0.socket, $0.core, $0.number) < ($1.node, $1.socket, $1.core, $1.number)
    }
    var nodes: [Node] = []
    var last: CPU?
    for cpu in order {
      let isNewNode = last?.node != cpu.node
      let isNewSocket = isNewNode || last?.socket != cpu.socket
      if isNewNode { nodes.append(Node(number: cpu.node, sockets: [])) }
      let node = nodes.count - 1
      if isNewSocket { nodes[node].sockets.append(Socket(number: cpu.socket, cores: [])) }
      let socket = nodes[node].sockets.count - 1
      if isNewSocket || last?.core != cpu.core {
        nodes[node].sockets[socket].cores.append(Core(cpus: []))
      }
      let core = nodes[node].sockets[socket].cores.count - 1
      nodes[node].sockets[socket].cores[core].cpus.append(cpu.number)
      last = cpu
    }
    return nodes
  }
}
