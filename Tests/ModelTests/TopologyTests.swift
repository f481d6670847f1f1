import Model
import Testing

@Suite struct TopologyGroupingTests {
  @Test func cpusAreGroupedInOrderWhateverOrderTheyCameIn() {
    let cpus = [
      Topology.CPU(3, node: 1, socket: 1, core: 1), Topology.CPU(0, node: 0, socket: 0, core: 0),
      Topology.CPU(1, node: 1, socket: 1, core: 1), Topology.CPU(2, node: 0, socket: 0, core: 0),
    ]
    let topology = Topology(cpus)
    #expect(topology.cpus.map(\.number) == [0, 1, 2, 3])
    #expect(
      topology.nodes.map { $0.sockets.map { $0.cores.map(\.cpus) } } == [[[[0, 2]]], [[[1, 3]]]])
    #expect(topology == Topology(cpus.reversed()))
  }

  @Test func aNumberThatIsThereTwiceCountsOnce() {
    #expect(Topology([Topology.CPU(1), Topology.CPU(1, node: 4)]).cpus.count == 1)
    #expect(Topology([Topology.CPU(-1)]).isEmpty)
  }

  @Test func everyNumberIsFound() {
    let topology = Topology(flat: CPUSet([0, 2, 3, 7, 255]))
    #expect([0, 2, 3, 7, 255].allSatisfy { topology.cpu($0)?.number == $0 })
    #expect([1, 4, 254, 256, -1].allSatisfy { topology.cpu($0) == nil })
  }
}
