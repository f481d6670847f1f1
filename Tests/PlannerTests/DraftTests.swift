import Model
import Planner
import Testing

/// A draft holds one value for each knob, and nothing that changes nothing.
@Suite struct DraftTests {
  private let job = Target(
    id: .cgroup(inode: 7), name: SafeText("a"), owner: SafeText("alice"), source: .run,
    cgroup: "/loadline/a")

  @Test func theLastValueOfAKnobStandsAndTheFirstOldOneIsKept() {
    var draft = Draft()
    draft.set(.cores(.at(Cores(2))), of: job, from: .cores(.at(Cores(1))))
    draft.set(.cores(.at(Cores(3))), of: job, from: .cores(.at(Cores(2))))
    #expect(
      draft.changes == [
        Change(target: job, from: .cores(.at(Cores(1))), to: .cores(.at(Cores(3))))
      ])
  }

  @Test func aKnobSetBackToWhatItWasIsOutOfTheDraft() {
    var draft = Draft()
    draft.set(.weight(200), of: job, from: .weight(100))
    draft.set(.weight(100), of: job, from: .weight(100))
    #expect(draft.isEmpty)
  }

  @Test func decreasesComeBeforeIncreases() {
    var draft = Draft()
    draft.set(.cores(.at(Cores(3))), of: job, from: .cores(.at(Cores(2))))
    draft.set(.memory(.at(.gibi(1))), of: job, from: .memory(.at(.gibi(2))))
    #expect(DraftCheck.plan(draft).changes.map(\.knob) == [.memory, .cores])
  }
}
