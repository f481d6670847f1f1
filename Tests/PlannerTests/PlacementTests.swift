import Model
import Planner
import Testing

/// Which CPUs a core set gets.
@Suite struct PlacementTests {
  /// Two nodes of four cores with two siblings: 0-3,8-11 and 4-7,12-15.
  private let box = Topology.box(nodes: 2, coresEach: 4, siblings: 2)
  private let all = CPUSet(0..<16)

  private func choose(
    _ count: Int, keeping current: String = "", taken: String = "", among: CPUSet? = nil,
    on box: Topology? = nil
  ) -> String? {
    Placement.choose(
      count, keeping: CPUSet(parsing: current) ?? CPUSet(), among: among ?? all,
      topology: box ?? self.box, taken: CPUSet(parsing: taken) ?? CPUSet()
    )?.description
  }

  @Test func physicalCoresAreTakenWhole() {
    #expect(choose(4) == "0-1,8-9")
  }

  @Test func whatTheJobHasIsKept() {
    #expect(choose(4, keeping: "5,13") == "4-5,12-13")
    #expect(choose(2, keeping: "2-3,10-11") == "2,10")
  }

  @Test func siblingsOfItsOwnCoresComeFirst() {
    #expect(choose(2, keeping: "3") == "3,11")
  }

  @Test func theSmallestNodeThatFitsIsTaken() {
    #expect(choose(4, taken: "4-5,12-13") == "6-7,14-15")
  }

  /// Four nodes of two CPUs in a row: each is 11 from its neighbours and 10 more with every step.
  private let row = Topology(
    (0..<8).map { Topology.CPU($0, node: $0 / 2, socket: $0 / 2) },
    distances: Dictionary(
      uniqueKeysWithValues: (0..<4).map { node in
        (
          node,
          Dictionary(
            uniqueKeysWithValues: (0..<4).map { other in
              (other, node == other ? 10 : 1 + 10 * abs(node - other))
            })
        )
      }))

  @Test func theNodeOfItsOwnCoresComesFirst() {
    #expect(choose(2, keeping: "4", on: row) == "4-5")
  }

  @Test func whatDoesNotFitThereGoesToTheNearestNode() {
    #expect(choose(4, keeping: "6-7", on: row) == "4-7")
    #expect(choose(4, keeping: "6-7", taken: "4-5", on: row) == "2-3,6-7")
    #expect(choose(6, keeping: "4-5", taken: "6-7", on: row) == "0-5")
  }

  @Test func theFarthestOfEquallyUsedNodesIsLeftFirst() {
    #expect(choose(4, keeping: "0-1,4-7", on: row) == "4-7")
    #expect(choose(4, keeping: "0-3,6-7", on: row) == "0-3")
  }

  @Test func aSecondNodeGetsAtLeastTwo() {
    let nodes = box.nodes.map { node in
      (CPUSet(parsing: choose(9) ?? "") ?? CPUSet()).intersection(node.cpus).count
    }
    #expect(nodes.sorted() == [2, 7])
  }

  @Test func coresThatOthersHaveAPartOfAreFilledBeforeAWholeOneIsBroken() {
    #expect(choose(1, taken: "0") == "8")
    #expect(choose(3, taken: "0,4-7,12-15") == "1,8-9")
  }

  @Test func whereThereAreNotEnoughThereIsNone() {
    #expect(choose(5, taken: "0-11") == nil)
    #expect(choose(17) == nil)
    #expect(choose(0) == nil)
  }

  @Test func aLonerGoesToTheOthers() {
    #expect(choose(3, keeping: "0,1,4") == "0-1,8")
    #expect(choose(3, keeping: "2,5") == "0,2,10")
  }

  @Test func everyChoiceHoldsWhatIsPromised() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<2000 {
      let nodes = Int.random(in: 1...4, using: &random)
      let each = Int.random(in: 1...8, using: &random)
      let siblings = Int.random(in: 1...2, using: &random)
      let topology = Topology.box(nodes: nodes, coresEach: each, siblings: siblings)
      let all = CPUSet(topology.cpus.map(\.number))
      func some() -> CPUSet {
        CPUSet(all.numbers.filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
      }
      let (current, taken) = (some(), some())
      let count = Int.random(in: 1...all.count, using: &random)
      let chosen = Placement.choose(
        count, keeping: current, among: all, topology: topology, taken: taken)
      let usable = all.subtracting(taken.subtracting(current))
      guard let chosen else {
        #expect(usable.count < count)
        continue
      }
      #expect(chosen.count == count)
      #expect(chosen.isSubset(of: usable))
      // One may have gone so that none is alone on a node.
      let keeps = chosen.intersection(current).count
      #expect(keeps >= min(count, current.count) - topology.nodes.count)
      let perNode = topology.nodes.map { $0.cpus.intersection(chosen).count }.filter { $0 > 0 }
      let canAvoidLoners = topology.nodes.contains { $0.cpus.intersection(usable).count >= count }
      if canAvoidLoners { #expect(perNode.count == 1 || !perNode.contains(1)) }
      #expect(
        chosen
          == Placement.choose(
            count, keeping: current, among: all, topology: topology, taken: taken))
    }
  }

  @Test func withNothingTakenCoresStayWhole() {
    var random = SeededGenerator(seed: 12)
    for _ in 0..<300 {
      let topology = Topology.box(
        nodes: Int.random(in: 1...3, using: &random),
        coresEach: Int.random(in: 2...8, using: &random),
        siblings: 2)
      let all = CPUSet(topology.cpus.map(\.number))
      let count = Int.random(in: 1...all.count / 2, using: &random) * 2
      guard let chosen = Placement.choose(count, among: all, topology: topology) else {
        Issue.record("none chosen")
        continue
      }
      for node in topology.nodes {
        for socket in node.sockets {
          for core in socket.cores {
            #expect(CPUSet(core.cpus).intersection(chosen).count % 2 == 0)
          }
        }
      }
    }
  }
}
