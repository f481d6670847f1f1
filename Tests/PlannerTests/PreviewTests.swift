import Model
import Planner
import Testing

/// What a change is said to do, and what may go wrong.
@Suite struct PreviewTests {
  private let throttled = Subject(
    "a", inode: 1, cores: 4, memory: .gibi(8), uses: 4, wants: 6.4, holds: .gibi(4), threads: 40,
    throttled: 0.38)

  @Test(
    arguments: [
      (5.0, "throttled 38 % → 0–38 %; wants 6.4 of 5 cores"),
      (6, "throttled 38 % → 20–38 %; wants 6.4 of 6 cores"),
      (7, "throttled 38 % → 0–38 %; wants 6.4 of 7 cores"),
      (8, "throttled 38 % → 0–5 %; wants 6.4 of 8 cores"),
      (14, "throttled 38 % → 0 %; wants 6.4 of 14 cores"),
      (3, "gives up 1 core; throttled 38 % → 60–100 %; wants 6.4 of 3 cores"),
    ])
  func throttlingIsPredictedAsARange(quota: Double, effect: String) {
    #expect(Setting(throttled).assess(cores(quota), of: throttled)?.effect == effect)
  }

  @Test func twoThreadsAreNotThrottledByMoreThanTwoCores() {
    let job = Subject("a", inode: 1, cores: 1, uses: 1, wants: 2, threads: 2, throttled: 0.99)
    #expect(
      Setting(job).assess(cores(2.5), of: job)?.effect
        == "throttled 99 % → 0 %; wants 2 of 2.5 cores")
  }

  @Test func headroomIsOverWhatCannotBeReclaimed() {
    #expect(
      Setting(throttled).assess(memory(5), of: throttled)?.effect
        == "1 GiB (20 %) left until it is killed")
  }

  @Test func aWeightIsAPartOfItsGroup() {
    let other = Subject("b", inode: 2)
    #expect(
      Setting(throttled, other).assess(.weight(300), of: throttled)?.effect
        == "where CPU is short: 50 % → 75 % of its group")
  }

  @Test func aCoreSetNarrowerThanWhatRunsIsWarnedOf() throws {
    let box = Setting(throttled)
    let narrow = try #require(box.assess(.cpus(CPUSet(0..<4)), of: throttled))
    #expect(narrow.verdict == .fits)
    #expect(narrow.risks.contains { $0.contains("20 times") && $0.contains("cores=4") })
    let wide = try #require(box.assess(.cpus(CPUSet(0..<8)), of: throttled))
    #expect(!wide.risks.contains { $0.contains("20 times") })
  }

  @Test func aQuotaBelowWhatItWantsIsWarnedOf() throws {
    let item = try #require(Setting(throttled).assess(cores(3), of: throttled))
    #expect(item.risks.contains { $0.contains("It wants 6.4 cores") })
  }

  @Test func aCoreSetThatOthersHaveIsNamed() throws {
    let topology = Topology.box(nodes: 2, coresEach: 4, siblings: 2)
    let other = Subject("b", inode: 2, cpus: CPUSet([2, 9]))
    let item = try #require(
      Setting(throttled, other, topology: topology).assess(
        .cpus(CPUSet([0, 1, 2, 3])), of: throttled))
    #expect(item.risks.contains("It shares CPU 2 with b."))
    let beside = try #require(
      Setting(throttled, other, topology: topology).assess(
        .cpus(CPUSet([0, 1, 4])), of: throttled))
    #expect(beside.risks.contains("CPU 9 of b is on the same physical cores."))
    #expect(
      beside.risks.contains(
        "One CPU is alone on its NUMA node, away from the others and their memory."))
  }

  @Test func memoryHighNearWhatItHoldsIsANearStop() throws {
    let item = try #require(
      Setting(throttled).assess(.memoryHigh(.at(.mebi(4200))), of: throttled))
    #expect(item.verdict == .fits)
    #expect(item.risks.contains { $0.contains("near stop") })
  }

  @Test func pageCacheInTheWayIsSaid() throws {
    var job = throttled
    job.moment.memory.charged = .mebi(7680)
    let item = try #require(Setting(job).assess(memory(6), of: job))
    #expect(item.risks.contains { $0.hasPrefix("1.5 GiB of page cache") })
  }

  @Test func aWeightMattersOnlyWhereCPUIsShort() throws {
    let idle = try #require(Setting(throttled).assess(.weight(200), of: throttled))
    #expect(idle.risks.contains { $0.hasPrefix("A weight matters only") })
    let busy = Subject("b", inode: 2, uses: 11.5)
    let short = try #require(
      Setting(throttled, busy).assess(.weight(200), of: throttled))
    #expect(short.risks == [])
  }

  @Test func freezingSaysWhatItKeepsAndWhoWaits() throws {
    let item = try #require(Setting(throttled).assess(.frozen(true), of: throttled))
    #expect(item.effect == "stands still and keeps its 4 GiB")
    #expect(item.risks.count == 2)
  }

  @Test func aValueThatSomebodyElseChangedIsSaid() throws {
    let box = Setting(throttled)
    var draft = Draft()
    draft.set(cores(6), of: throttled.target, from: cores(2))
    let item = try #require(box.assess(draft).items.first)
    #expect(item.risks.contains("Somebody has changed it since: it was 2 cores and is 4 cores."))
  }

  @Test func promisesBeyondWhatOthersLeaveAreSaid() throws {
    let box = Setting(throttled, otherCores: 3)
    let item = try #require(box.assess(cores(15), of: throttled))
    #expect(item.verdict == .fits)
    #expect(
      item.risks.contains("No core is left unallocated: it can take CPU time that others use now."))
  }

  @Test func whatIsUnallocatedIsAsIfAllWereApplied() {
    var draft = Draft()
    draft.set(cores(6), of: throttled)
    draft.set(memory(24), of: throttled)
    let assessment = Setting(throttled, otherCores: 1).assess(draft)
    #expect(assessment.unallocatedCores == Cores(9))
    #expect(assessment.unallocatedMemory == .gibi(40))
  }
}
