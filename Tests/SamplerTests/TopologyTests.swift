import Host
import Model
import Testing

@testable import Sampler

/// What sysfs says about which CPUs share what.
@Suite struct TopologyTests {
  private func topology(of box: FakeBox, _ cpus: CPUSet) -> Topology {
    var buffer = ReadBuffer()
    var reader = TopologyReader(box.roots)
    return reader.topology(of: cpus, &buffer)
  }

  /// Two sockets of a node each; the siblings of CPU n are n and n + half, as BIOSes number them.
  private func twoSockets(coresEach: Int) -> FakeBox {
    let box = FakeBox()
    let half = 2 * coresEach
    for cpu in 0..<2 * half {
      let core = cpu % half
      box.cpu(cpu, socket: core / coresEach, siblings: "\(core),\(core + half)")
    }
    for node in 0..<2 {
      let (first, last) = (node * coresEach, (node + 1) * coresEach - 1)
      box.node(node, cpus: "\(first)-\(last),\(first + half)-\(last + half)")
    }
    return box
  }

  @Test func nodesHoldSocketsHoldCoresHoldSiblings() {
    let found = topology(of: twoSockets(coresEach: 2), CPUSet(0..<8))
    #expect(found.nodes.map(\.number) == [0, 1])
    #expect(found.nodes.map { $0.sockets.map(\.number) } == [[0], [1]])
    #expect(
      found.nodes.map { $0.sockets.flatMap { $0.cores.map(\.cpus) } }
        == [[[0, 4], [1, 5]], [[2, 6], [3, 7]]])
    #expect(found.cpu(6) == Topology.CPU(6, node: 1, socket: 1, core: 2))
  }

  @Test func nodesAreAsFarFromEachOtherAsTheFirmwareSays() {
    let box = twoSockets(coresEach: 2)
    box.write("/sys/devices/system/node/node0/distance", "10 32\n")
    let found = topology(of: box, CPUSet(0..<8))
    #expect(found.distance(from: 0, to: 1) == 32)
    // Of the other nothing is said.
    #expect(found.distance(from: 1, to: 0) == 20)
    #expect(found.distance(from: 1, to: 1) == 10)
  }

  @Test func cpusThatAreOfflineAreLeftOut() {
    let found = topology(of: twoSockets(coresEach: 2), CPUSet([0, 1, 2, 3, 5, 7]))
    #expect(found.cpus.map(\.number) == [0, 1, 2, 3, 5, 7])
    #expect(
      found.nodes.flatMap { $0.sockets.flatMap { $0.cores.map(\.cpus) } }
        == [[0], [1, 5], [2], [3, 7]])
    #expect(found.cpu(4) == nil)
  }

  @Test func twoHundredAndFiftySixCPUs() {
    let found = topology(of: twoSockets(coresEach: 64), CPUSet(0..<256))
    #expect(found.cpus.count == 256)
    #expect(found.nodes.map { $0.cpus.count } == [128, 128])
    #expect(found.nodes[1].cpus.description == "64-127,192-255")
    #expect(found.cpu(255) == Topology.CPU(255, node: 1, socket: 1, core: 127))
  }

  @Test func aSocketOfSeveralNodesIsInEachOfThem() {
    let box = FakeBox()
    for cpu in 0..<4 { box.cpu(cpu, socket: 0, siblings: "\(cpu)") }
    box.node(0, cpus: "0-1")
    box.node(1, cpus: "2-3")
    let found = topology(of: box, CPUSet(0..<4))
    #expect(found.nodes.map { $0.sockets.map(\.number) } == [[0], [0]])
  }

  @Test func aNodeOfMemoryAloneHasNoCPUs() {
    let box = twoSockets(coresEach: 1)
    box.node(2, cpus: "")
    #expect(topology(of: box, CPUSet(0..<4)).nodes.map(\.number) == [0, 1])
  }

  @Test func withoutSysfsThereIsOneNodeAndEachCPUIsItsOwnCore() {
    let found = topology(of: FakeBox(), CPUSet([0, 1, 3]))
    #expect(found == Topology(flat: CPUSet([0, 1, 3])))
    #expect(found.nodes.map { $0.sockets.map { $0.cores.map(\.cpus) } } == [[[[0], [1], [3]]]])
  }

  @Test func aMachineThatKnowsOfNoSocketHasOne() {
    let box = FakeBox()
    box.cpu(0, socket: -1, siblings: "0")
    #expect(topology(of: box, CPUSet([0])).cpu(0)?.socket == 0)
  }

  @Test func siblingsThatContradictEachOtherPutEachCPUOnOneCore() {
    let box = FakeBox()
    box.cpu(0, socket: 0, siblings: "0-1")
    box.cpu(1, socket: 0, siblings: "1")
    box.cpu(2, socket: 0, siblings: "1-2")
    let found = topology(of: box, CPUSet(0..<3))
    #expect(found.cpus.map(\.core) == [0, 0, 2])
  }

  @Test func itIsReadAgainOnlyWhenCPUsComeOrGo() {
    let box = twoSockets(coresEach: 1)
    var buffer = ReadBuffer()
    var reader = TopologyReader(box.roots)
    let first = reader.topology(of: CPUSet(0..<4), &buffer)
    box.remove("/sys/devices/system")
    let same = reader.topology(of: CPUSet(0..<4), &buffer)
    #expect(same == first)
    let fewer = reader.topology(of: CPUSet(0..<3), &buffer)
    #expect(fewer == Topology(flat: CPUSet(0..<3)))
  }

  @Test func aSampleHasTheTopologyOfItsCPUs() {
    let box = twoSockets(coresEach: 1)
    box.writeBox(cpus: 4)
    box.mount(["2"])
    let sample = box.sampler().sample()
    #expect(sample.box.topology.nodes.map { $0.cpus.description } == ["0,2", "1,3"])
    #expect(sample.box.cpuUsage == Array(repeating: Clock.tick, count: 4))
  }
}

extension FakeBox {
  fileprivate func cpu(_ cpu: Int, socket: Int, siblings: String) {
    let directory = "/sys/devices/system/cpu/cpu\(cpu)/topology"
    write("\(directory)/physical_package_id", "\(socket)\n")
    write("\(directory)/thread_siblings_list", "\(siblings)\n")
  }

  fileprivate func node(_ node: Int, cpus: String) {
    write("/sys/devices/system/node/node\(node)/cpulist", "\(cpus)\n")
  }
}
