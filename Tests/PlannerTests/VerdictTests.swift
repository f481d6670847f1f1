import Model
import Planner
import Testing

/// Fits, not now, never: and the reason.
@Suite struct VerdictTests {
  private let job = Subject("a", inode: 1, cores: 4, memory: .gibi(8), uses: 2, holds: .gibi(4))

  @Test func whatIsFreeMayBeGiven() {
    #expect(Setting(job).verdict(cores(6), of: job) == .fits)
    #expect(Setting(job).verdict(memory(16), of: job) == .fits)
  }

  @Test(
    arguments: [
      (cores(0.005), "The least that can be granted is 0.01 cores."),
      (cores(17), "The box has 16 cores."), (memory(65), "The box has 64 GiB."),
      (.memory(.at(.mebi(0))), "No process fits in less than 1 MiB."),
      (.weight(0), "The weight is from 1 to 10000."),
      (.weight(10_001), "The weight is from 1 to 10000."),
      (.cpus(CPUSet([1, 16])), "CPU 16 is not on this box, which has 0-15."),
      (.read(.at(ByteRate(0))), "A rate is at least one byte a second."),
      (.pids(.at(0)), "A job has at least one task."),
      (
        .pids(.at(4_194_305)),
        "The kernel has at most 4194304 tasks; max takes the limit off."
      ),
      (.burst(0.5), "A burst is at most what 4 cores give in a period, 400 ms."),
      (.burst(-1), "A burst is not less than nothing."),
      (.memoryHigh(.at(.gibi(9))), "Above its memory limit it has no effect; at most 8 GiB."),
      (.nice(3), "nice cannot be set on a (cgroup-v2)."),
    ] as [(KnobValue, String)])
  func aValueThatCannotBeSaysWhy(value: KnobValue, sentence: String) {
    #expect(Setting(job).verdict(value, of: job) == .never(sentence))
  }

  @Test(
    arguments: [
      .cores(.unlimited), cores(0.01), cores(16), .weight(1), .weight(10_000),
      .cpus(CPUSet(0..<16)), .read(.at(ByteRate(1))), .burst(0.4), .memoryHigh(.at(.gibi(8))),
      .pids(.at(1)), .pids(.at(4_194_304)), .frozen(true), .memory(.unlimited),
    ] as [KnobValue])
  func theEndsOfARangeFit(value: KnobValue) {
    #expect(Setting(job).verdict(value, of: job) == .fits)
  }

  @Test func aQuotaBelowTheBurstNeedsTheBurstLowered() {
    var job = job
    job.control.knobs[.burst] = .settable(.burst(0.3))
    let box = Setting(job)
    #expect(
      box.verdict(cores(2), of: job)
        == .never(
          "Its burst of 300 ms is more than 2 cores give in a period; lower the burst too."))
    var draft = Draft()
    draft.set(cores(2), of: job)
    draft.set(.burst(0.2), of: job)
    #expect(box.assess(draft).isApplicable)
  }

  @Test func whatIsNotKnownYetIsUnknown() {
    var box = Setting(job)
    box.controls = [:]
    #expect(box.verdict(cores(6), of: job) == .unknown)
    #expect(box.verdict(cores(99), of: job) == .never("The box has 16 cores."))
  }

  @Test func whatCannotBeSetHasTheReasonOfItsOwner() {
    var job = job
    job.control.knobs[.cores] = .fixed(nil, reason: "Slurm owns it.")
    #expect(Setting(job).verdict(cores(6), of: job) == .never("Slurm owns it."))
  }

  // MARK: Identity

  @Test func aJobThatEndedIsNotChanged() {
    #expect(Setting([]).verdict(cores(6), of: job) == .never("a has ended."))
  }

  @Test func aJobOfTheSameNameIsAnotherOne() {
    let again = Subject("a", inode: 2, cores: 4)
    #expect(
      Setting(again).verdict(cores(6), of: job)
        == .never("a has ended; what has its name now is another job."))
  }

  @Test func aGroupThatWasMovedHasToBeDraftedAgain() {
    let moved = Subject("a", inode: 1, cores: 4, cgroup: "/elsewhere/a")
    #expect(
      Setting(moved).verdict(cores(6), of: job)
        == .never("a is not what it was when the draft was opened; draft it again."))
  }

  // MARK: Declarations

  @Test(arguments: [cores(3), memory(5), .frozen(true), .weight(50), .cpus(CPUSet([0]))])
  func nothingIsTakenFromAProtectedJob(value: KnobValue) {
    let job = Subject(
      "a", inode: 1, cores: 4, memory: .gibi(8), declaration: JobDeclaration(protected: true))
    #expect(
      Setting(job).verdict(value, of: job)
        == .never("The configuration protects a: nothing may be taken from it."))
  }

  @Test func aProtectedJobMayBeGivenMore() {
    let job = Subject("a", inode: 1, cores: 4, declaration: JobDeclaration(protected: true))
    #expect(Setting(job).verdict(cores(6), of: job) == .fits)
  }

  @Test(
    arguments: [
      (cores(2.5), "3 cores"), (.cpus(CPUSet(0..<2)), "3 cores"), (memory(5), "6 GiB"),
      (.memoryHigh(.at(.gibi(5))), "6 GiB"),
    ] as [(KnobValue, String)])
  func nothingGoesBelowADeclaredFloor(value: KnobValue, floor: String) {
    let job = Subject(
      "a", inode: 1, cores: 4, memory: .gibi(8),
      declaration: JobDeclaration(floor: Floor(cores: Cores(3), memory: .gibi(6))))
    #expect(
      Setting(job).verdict(value, of: job)
        == .never("The configuration gives a a floor of \(floor)."))
  }

  @Test func aJobBelowItsFloorMayBeRaisedTowardsIt() {
    let job = Subject(
      "a", inode: 1, cores: 1, declaration: JobDeclaration(floor: Floor(cores: Cores(3))))
    #expect(Setting(job).verdict(cores(2), of: job) == .fits)
  }

  // MARK: Groups above

  @Test func theGroupsAboveAreNotExceeded() {
    let job = Subject(
      "a", inode: 1, cores: 2, memory: .gibi(2),
      below: JobControl.Bounds(cores: .at(Cores(4)), cpus: CPUSet(0..<4), memory: .at(.gibi(8))))
    let box = Setting(job)
    #expect(box.verdict(cores(5), of: job) == .never("The groups above a allow 4 cores."))
    #expect(box.verdict(memory(9), of: job) == .never("The groups above a allow 8 GiB."))
    #expect(
      box.verdict(.cpus(CPUSet(2..<6)), of: job)
        == .never("The groups above a allow CPUs 0-3, not 4-5."))
  }

  @Test func aGroupAboveThatGrowsInTheSameDraftMakesRoom() {
    let outer = Subject("outer", inode: 1, cores: 4, cgroup: "/outer")
    let inner = Subject(
      "inner", inode: 2, cores: 2, below: JobControl.Bounds(cores: .at(Cores(4))),
      cgroup: "/outer/inner")
    var draft = Draft()
    draft.set(cores(6), of: inner)
    let box = Setting(outer, inner)
    #expect(!box.assess(draft).isApplicable)
    draft.set(cores(8), of: outer)
    #expect(box.assess(draft).isApplicable)
    #expect(DraftCheck.plan(draft).changes.map(\.target.id) == [outer.id, inner.id])
  }

  @Test func aGroupIsNotBroughtBelowOneInsideOfItWhereTheKernelRefuses() {
    var outer = Subject("outer", inode: 1, cores: 4, cgroup: "/outer")
    let inner = Subject("inner", inode: 2, cores: 3, cgroup: "/outer/inner")
    #expect(Setting(outer, inner).verdict(cores(2), of: outer) == .fits)
    outer.control.backend = .cgroup1
    let box = Setting(outer, inner)
    #expect(
      box.verdict(cores(2), of: outer)
        == .notNow("inner is inside of outer and has more; lower it first."))
    var draft = Draft()
    draft.set(cores(2), of: outer)
    draft.set(cores(2), of: inner)
    #expect(box.assess(draft).isApplicable)
  }

  @Test func aJobWithoutAGroupHasToBeAdoptedFirst() {
    var job = job
    job.control.backend = .processes
    job.control.knobs[.cores] = nil
    #expect(
      Setting(job).verdict(cores(6), of: job)
        == .never("a has no group of its own, where cores could be set; adopt it first."))
  }

  // MARK: Memory it lives on

  @Test func memoryIsNotLoweredBelowWhatCannotBeReclaimed() {
    let box = Setting(job)
    #expect(
      box.verdict(memory(4), of: job)
        == .notNow("a holds 4 GiB that cannot be reclaimed; at least 4.4 GiB would fit."))
    #expect(box.verdict(.memory(.at(Bytes(4_724_464_026))), of: job) == .fits)
    #expect(
      box.verdict(.memoryHigh(.at(.gibi(3))), of: job)
        == .notNow("a holds 4 GiB that cannot be reclaimed; at least 4 GiB would fit."))
  }

  @Test func memoryMayBeRaisedHoweverLittleThatHelps() {
    let job = Subject("a", inode: 1, memory: .gibi(8), holds: .gibi(8))
    #expect(Setting(job).verdict(.memory(.at(.mebi(8200))), of: job) == .fits)
  }

  @Test func whatAJobHoldsHasToBeKnownBeforeItsLimitIsLowered() {
    let job = Subject("a", inode: 1, memory: .gibi(8), holds: nil)
    #expect(
      Setting(job).verdict(memory(4), of: job) == .notNow("What a holds is not known yet."))
    #expect(Setting(job).verdict(memory(9), of: job) == .fits)
  }

  // MARK: The box

  @Test func moreThanTheBoxHasIsNotGrantedAndTheHolderIsNamed() {
    let holder = Subject("holder", inode: 2, cores: 10, memory: .gibi(50), uses: 1.5)
    let box = Setting(job, holder)
    #expect(
      box.verdict(cores(8), of: job)
        == .notNow(
          "The box has 16 cores and 18 cores would be granted. Take 2 cores from others first: holder holds 10 cores and uses 1.5 cores."
        ))
    #expect(
      box.verdict(memory(16), of: job)
        == .notNow(
          "The box has 64 GiB and 66 GiB would be granted. Take 2 GiB from others first: holder holds 50 GiB and uses 1 GiB."
        ))
  }

  @Test func whatIsTakenInTheSameDraftIsThere() {
    let holder = Subject("holder", inode: 2, cores: 10, uses: 1.5)
    var draft = Draft()
    draft.set(cores(8), of: job)
    draft.set(cores(8), of: holder)
    #expect(Setting(job, holder).assess(draft).isApplicable)
  }

  @Test func tooMuchPromisedBeforeIsNoObstacleToTaking() {
    let other = Subject("b", inode: 2, cores: 14, memory: .gibi(60))
    let box = Setting(job, other)
    #expect(box.verdict(cores(3), of: job) == .fits)
    #expect(box.verdict(memory(7), of: job) == .fits)
    #expect(box.verdict(cores(5), of: job) != .fits)
    var draft = Draft()
    draft.set(cores(5), of: job)
    draft.set(cores(13), of: other)
    #expect(box.assess(draft).isApplicable)
  }

  @Test func aFirstLimitPromisesNothingNew() {
    let (a, b) = (Subject("a", inode: 1, uses: 1), Subject("b", inode: 2, cores: 15))
    #expect(Setting(a, b).verdict(cores(6), of: a) == .fits)
  }

  @Test func aProtectedHolderIsNotNamed() {
    let holder = Subject(
      "holder", inode: 2, cores: 12, declaration: JobDeclaration(protected: true))
    #expect(
      Setting(job, holder).verdict(cores(5), of: job)
        == .notNow(
          "The box has 16 cores and 17 cores would be granted. Take 1 core from others first."))
  }

  @Test func coreSetsThatAreSharedCountOnce() {
    let a = Subject("a", inode: 1, cpus: CPUSet(0..<8))
    let b = Subject("b", inode: 2, cpus: CPUSet(0..<8))
    let c = Subject("c", inode: 3, cores: 6)
    #expect(Setting(a, b, c).verdict(cores(8), of: c) == .fits)
    #expect(Setting(a, b, c).verdict(cores(9), of: c) != .fits)
  }
}
