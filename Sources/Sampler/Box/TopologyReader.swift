import CLinux
import Glibc
import Model

/// Which CPUs share a core, a socket and a node, from sysfs. Read once, and again when CPUs come or go.
struct TopologyReader {
  private let devices: String
  private var cpus = CPUSet()
  private var topology = Topology()

  init(_ roots: Roots) { devices = "\(roots.sys)/devices/system" }

  /// The topology of these CPUs.
  mutating func topology(of cpus: CPUSet, _ buffer: inout ReadBuffer) -> Topology {
    if cpus != self.cpus {
      self.cpus = cpus
      topology = read(cpus, &buffer)
    }
    return topology
  }

  /// Two files for each physical core and two for each node: what its siblings say is the same. A file
  /// that is missing puts CPUs on node 0 and socket 0, and each on a core of its own.
  private func read(_ cpus: CPUSet, _ buffer: inout ReadBuffer) -> Topology {
    let nodes = nodes(&buffer)
    var placed = CPUSet()
    var found: [Topology.CPU] = []
    for cpu in cpus.numbers where !placed.contains(cpu) {
      let directory = "\(devices)/cpu/cpu\(cpu)/topology"
      var siblings = set("\(directory)/thread_siblings_list", &buffer) ?? CPUSet()
      siblings = siblings.intersection(cpus).subtracting(placed)
      siblings.insert(cpu)
      let socket = number("\(directory)/physical_package_id", &buffer) ?? 0
      for sibling in siblings.numbers {
        let node = nodes.first { $0.cpus.contains(sibling) }?.number ?? 0
        found.append(Topology.CPU(sibling, node: node, socket: socket, core: cpu))
      }
      placed = placed.union(siblings)
    }
    let numbers = nodes.map(\.number)
    var distances: [Int: [Int: Int]] = [:]
    for node in numbers {
      distances[node] = self.distances(from: node, to: numbers, &buffer)
    }
    return Topology(found, distances: distances)
  }

  /// One number for each node, in their order; nil where there are not as many.
  private func distances(
    from node: Int, to numbers: [Int], _ buffer: inout ReadBuffer
  ) -> [Int: Int]? {
    guard buffer.readWhole("\(devices)/node/node\(node)/distance") else { return nil }
    var scanner = Scanner(buffer.text)
    var found: [Int: Int] = [:]
    for other in numbers {
      guard let distance = scanner.number().flatMap({ Int(exactly: $0) }) else { return nil }
      found[other] = distance
    }
    return found
  }

  private func nodes(_ buffer: inout ReadBuffer) -> [(number: Int, cpus: CPUSet)] {
    var numbers: [Int] = []
    _ = DirectoryReader().forEach(at: "\(devices)/node") { entry in
      let name = String(cString: entry.name)
      if name.hasPrefix("node"), let number = Int(name.dropFirst(4)), number >= 0 {
        numbers.append(number)
      }
    }
    return numbers.sorted().compactMap { number in
      set("\(devices)/node/node\(number)/cpulist", &buffer).map { (number, $0) }
    }
  }

  private func set(_ path: String, _ buffer: inout ReadBuffer) -> CPUSet? {
    buffer.readWhole(path) ? CPUSet(parsing: buffer.string) : nil
  }

  /// Nil also for -1: some virtual machines know of no socket.
  private func number(_ path: String, _ buffer: inout ReadBuffer) -> Int? {
    guard buffer.readWhole(path) else { return nil }
    var scanner = Scanner(buffer.text)
    return scanner.number().flatMap { Int(exactly: $0) }
  }
}
