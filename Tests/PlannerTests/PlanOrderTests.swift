import Model
import Planner
import Testing

/// The order of a plan.
@Suite struct PlanOrderTests {
  private let a = Subject("a", inode: 1, cores: 4, memory: .gibi(8), high: .gibi(7))
  private let b = Subject("b", inode: 2, cores: 2, memory: .gibi(4), high: .gibi(3))

  private func plan(_ values: [(Subject, KnobValue)]) -> [String] {
    var draft = Draft()
    for (subject, value) in values { draft.set(value, of: subject) }
    return DraftCheck.plan(draft).changes.map { "\($0.target.name) \($0.to.argument)" }
  }

  @Test func allThatTakesComesBeforeAllThatGivesAndMemoryLastOfIt() {
    let order = plan([
      (b, memory(6)), (a, memory(6)), (b, cores(3)), (a, .memoryHigh(.at(.gibi(5)))), (a, cores(3)),
    ])
    #expect(order == ["a 3", "a 5GiB", "a 6GiB", "b 6GiB", "b 3"])
  }

  @Test func theBurstGoesDownBeforeTheQuotaAndUpAfterIt() {
    var a = a
    a.control.knobs[.burst] = .settable(.burst(0.3))
    #expect(plan([(a, cores(2)), (a, .burst(0.1))]) == ["a 0.1", "a 2"])
    #expect(plan([(a, .burst(0.5)), (a, cores(6))]) == ["a 6", "a 0.5"])
  }

  @Test func innerGroupsShrinkBeforeOuterOnesAndGrowAfterThem() {
    let outer = Subject("outer", inode: 3, cores: 4, cgroup: "/outer")
    let inner = Subject("inner", inode: 4, cores: 3, cgroup: "/outer/inner")
    #expect(plan([(outer, cores(2)), (inner, cores(1))]) == ["inner 1", "outer 2"])
    #expect(
      plan([(inner, cores(6)), (a, cores(2)), (outer, cores(8))]) == ["outer 8", "a 2", "inner 6"])
  }
}
