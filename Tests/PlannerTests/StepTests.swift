import Model
import Planner
import Testing

/// `+` and `-`.
@Suite struct StepTests {
  @Test(
    arguments: [
      (0.1, 0.2, 0.1), (0.25, 0.3, 0.2), (0.5, 1, 0.4), (1, 1.5, 0.5), (2.7, 3, 2.5), (3.5, 4, 3),
      (4, 5, 3.5), (5, 6, 4), (15.5, 16, 15), (16, 16, 15),
    ] as [(Double, Double, Double)])
  func coresGoByHalvesThenByWholes(now: Double, more: Double, less: Double) {
    #expect(cores(now).stepped(.more, in: 0.1...16) == cores(more))
    #expect(cores(now).stepped(.less, in: 0.1...16) == cores(less))
  }

  @Test(
    arguments: [
      (1024, 1088, 960), (10_240, 10_752, 9728), (20_480, 21_504, 19_456),
      (102_400, 107_520, 97_280), (1000, 1024, 960),
    ] as [(Int64, Int64, Int64)])
  func memoryGoesByATwentiethInWholeSteps(now: Int64, more: Int64, less: Int64) {
    let range = 0...Double(1 << 40)
    func memory(_ mebi: Int64) -> KnobValue { .memory(.at(.mebi(mebi))) }
    #expect(memory(now).stepped(.more, in: range) == memory(more))
    #expect(memory(now).stepped(.less, in: range) == memory(less))
  }

  @Test func stepsEndAtTheRange() {
    #expect(cores(2).stepped(.less, in: 1.75...3) == cores(1.75))
    #expect(cores(1.75).stepped(.less, in: 1.75...3) == cores(1.75))
    #expect(cores(3).stepped(.more, in: 1...3) == cores(3))
  }

  @Test func aValueOutsideTheRangeIsNeverSteppedTheOtherWay() {
    #expect(cores(1).stepped(.less, in: 2...3) == cores(1))
    #expect(cores(4).stepped(.more, in: 2...3) == cores(4))
  }

  @Test func coreSetsHaveNoSteps() {
    #expect(KnobValue.cpus(CPUSet(0..<4)).stepped(.more, in: 0...9) == nil)
  }

  @Test func aStepIsDraftedAndTheWayBackLeavesNothing() {
    let job = Subject("a", inode: 1, cores: 2)
    let box = Setting(job)
    var draft = Draft()
    let stepped = draft.step(.cores, .more, of: job.moment, on: box.moment, control: job.control)
    #expect(stepped)
    #expect(draft[job.id, .cores] == cores(2.5))
    draft.step(.cores, .less, of: job.moment, on: box.moment, control: job.control)
    #expect(draft.isEmpty)
  }

  @Test func aWishCountsFromTheDraft() throws {
    let job = Subject("a", inode: 1, cores: 2)
    var draft = Draft()
    try draft.apply(KnobWish(parsing: "cores=+1"), to: job.target, job.control)
    try draft.apply(KnobWish(parsing: "cores=+1.5"), to: job.target, job.control)
    #expect(draft.changes == [Change(target: job.target, from: cores(2), to: cores(4.5))])
  }

  @Test func withoutALimitTheFirstStepIsDownFromTheBox() {
    let job = Subject("a", inode: 1)
    let box = Setting(job)
    var draft = Draft()
    let more = draft.step(.cores, .more, of: job.moment, on: box.moment, control: job.control)
    #expect(!more)
    draft.step(.cores, .less, of: job.moment, on: box.moment, control: job.control)
    #expect(draft[job.id, .cores] == cores(15))
  }

  @Test func memoryIsNotSteppedBelowWhatItHolds() {
    let job = Subject("a", inode: 1, memory: .gibi(8), holds: .mebi(7400))
    let box = Setting(job)
    var draft = Draft()
    let stepped = draft.step(.memory, .less, of: job.moment, on: box.moment, control: job.control)
    #expect(stepped)
    #expect(draft[job.id, .memory] == .memory(.at(Bytes(8_535_408_640))))
    #expect(box.assess(draft).isApplicable)
    let again = draft.step(.memory, .less, of: job.moment, on: box.moment, control: job.control)
    #expect(!again)
  }

  @Test func stepsEndAtTheDeclaredFloorAndAtTheGroupsAbove() {
    let job = Subject(
      "a", inode: 1, cores: 2.5, declaration: JobDeclaration(floor: Floor(cores: Cores(2.25))),
      below: JobControl.Bounds(cores: .at(Cores(2.75))))
    let box = Setting(job)
    var draft = Draft()
    draft.step(.cores, .less, of: job.moment, on: box.moment, control: job.control)
    #expect(draft[job.id, .cores] == cores(2.25))
    for _ in 0..<3 {
      draft.step(.cores, .more, of: job.moment, on: box.moment, control: job.control)
    }
    #expect(draft[job.id, .cores] == cores(2.75))
  }
}
