import Model
import Planner
import Testing

/// Dividing the whole box by what jobs need.
@Suite struct BoxPlanTests {
  private func plan(_ subjects: [Subject], _ needs: [JobID: JobNeed], cores: Int = 16) -> BoxPlan {
    let setting = Setting(subjects, cores: cores)
    return Advisor(
      moment: setting.moment, needs: needs, controls: setting.controls
    ).boxPlan()
  }

  private func kept(_ plan: BoxPlan, _ subject: Subject, _ resource: BoxPlan.Resource) -> String? {
    plan.parts.first { $0.job == subject.id && $0.resource == resource }?.kept
  }

  @Test func whoHasTooMuchGivesToWhoHasTooLittle() {
    let a = Subject("a", inode: 1, cores: 12, memory: .gibi(40), uses: 3, holds: .gibi(8))
    let b = Subject("b", inode: 2, cores: 3, memory: .gibi(16), uses: 3, wants: 8, threads: 16)
    let plan = plan(
      [a, b],
      [
        a.id: need(cores: 4, memory: .gibi(10)), b.id: need(cores: 9, memory: .gibi(16)),
      ])
    #expect(plan.draft[a.id, .cores] == cores(4))
    #expect(plan.draft[b.id, .cores] == cores(9))
    #expect(plan.draft[a.id, .memory] == memory(10))
    #expect(kept(plan, b, .memory) == "less than a GiB from what it has")
    #expect(plan.plan.changes.first?.target.id == a.id)
    #expect(plan.problems.isEmpty)
  }

  /// 14 whole cores for needs of 12 each, weights 1 to 3: three and a half, ten and a half.
  @Test func whereItIsShortWeightsDecide() {
    let a = Subject("a", inode: 1, cores: 8, uses: 8, wants: 12, threads: 16)
    let b = Subject(
      "b", inode: 2, cores: 8, uses: 8, wants: 12, threads: 16,
      declaration: JobDeclaration(weight: 300))
    let plan = plan([a, b], [a.id: need(cores: 12), b.id: need(cores: 12)])
    #expect(plan.draft[a.id, .cores] == cores(3))
    #expect(plan.draft[b.id, .cores] == cores(11))
  }

  @Test func aJobWithoutALimitGetsOneOnlyWhereItIsShort() {
    let a = Subject("a", inode: 1, uses: 8, wants: 12, threads: 16)
    let b = Subject("b", inode: 2, uses: 2, threads: 16)
    let ample = plan([a, b], [a.id: need(cores: 8), b.id: need(cores: 2)])
    #expect(ample.draft.isEmpty)
    #expect(kept(ample, a, .cores) == "has no limit, and nobody is short")
    let short = plan([a, b], [a.id: need(cores: 20), b.id: need(cores: 2)])
    #expect(short.draft[a.id, .cores] == cores(12))
    #expect(short.draft[b.id, .cores] == nil)
  }

  @Test func whatIsLeftAsItIsSaysWhy() {
    let a = Subject(
      "a", inode: 1, cores: 4, uses: 1, declaration: JobDeclaration(protected: true))
    let b = Subject("b", inode: 2, cores: 4, uses: 1)
    let young = JobNeed(
      cores: .unknown(MissingPast(samples: 38, leastSamples: 100, seconds: 380, leastSeconds: 900)),
      memory: .unknown(MissingPast(samples: 38, leastSamples: 100, seconds: 380, leastSeconds: 900))
    )
    let plan = plan([a, b], [a.id: need(cores: 1), b.id: young])
    #expect(plan.draft.isEmpty)
    #expect(kept(plan, a, .cores) == "protected")
    #expect(kept(plan, b, .cores) == "38 of 100 samples, 6 of 15 min")
  }

  @Test func floorsThatAreTooMuchAreNamed() {
    let floor = JobDeclaration(floor: Floor(cores: Cores(10)))
    let a = Subject("a", inode: 1, cores: 8, uses: 1, declaration: floor)
    let b = Subject(
      "b", inode: 2, cores: 8, uses: 1, declaration: JobDeclaration(floor: Floor(cores: Cores(6))))
    let plan = plan([a, b], [a.id: need(cores: 8), b.id: need(cores: 8)])
    #expect(
      plan.problems == [
        "The least cores of the jobs are 2 cores more than there is; lower those of a."
      ])
    #expect(plan.draft.isEmpty)
  }

  @Test func aPlanMadeOnceIsNotMadeAgain() {
    let a = Subject("a", inode: 1, cores: 12, memory: .gibi(40), uses: 3, holds: .gibi(8))
    let b = Subject("b", inode: 2, cores: 3, memory: .gibi(16), uses: 3, wants: 8, threads: 16)
    let needs = [
      a.id: need(cores: 4, memory: .gibi(10)), b.id: need(cores: 9, memory: .gibi(16)),
    ]
    #expect(!plan([a, b], needs).draft.isEmpty)
    let after = [
      Subject("a", inode: 1, cores: 4, memory: .gibi(10), uses: 3, holds: .gibi(8)),
      Subject("b", inode: 2, cores: 9, memory: .gibi(16), uses: 8, threads: 16),
    ]
    #expect(plan(after, needs).draft.isEmpty)
  }

  /// Whatever the box, its plan can be made, touches nothing that is protected, and made once leaves
  /// nothing of importance to be done.
  @Test func everyPlanFitsItsBox() {
    var random = SeededGenerator(seed: 2027)
    var changes = 0
    for _ in 0..<400 {
      let boxCores = Int.random(in: 8...64, using: &random)
      var needs: [JobID: JobNeed] = [:]
      let subjects = (0..<Int.random(in: 1...7, using: &random)).map { index -> Subject in
        let wants = Double.random(in: 0.2...12, using: &random)
        let held = Int64.random(in: 1...3, using: &random)
        let pinned = Int.random(in: 0..<4, using: &random) == 0
        let first = Int.random(in: 0..<boxCores - 1, using: &random)
        let isProtected = Int.random(in: 0..<6, using: &random) == 0
        let subject = Subject(
          "job\(index)", inode: UInt64(index + 1),
          cores: Bool.random(using: &random)
            ? Double(Int.random(in: 1...8, using: &random)) : nil,
          cpus: pinned
            ? CPUSet(first...Int.random(in: first + 1..<boxCores, using: &random)) : CPUSet(),
          memory: Bool.random(using: &random)
            ? .gibi(Int64.random(in: held + 1...9, using: &random)) : nil,
          uses: min(wants, 8), wants: wants, holds: .gibi(held), threads: 64,
          declaration: isProtected ? JobDeclaration(protected: true) : nil,
          boxCores: Double(boxCores))
        if Int.random(in: 0..<5, using: &random) > 0 {
          needs[subject.id] = need(
            cores: wants * 1.1,
            memory: .gibi(Int64.random(in: held + 1...12, using: &random)))
        }
        return subject
      }
      let plan = plan(subjects, needs, cores: boxCores)
      changes += plan.draft.changes.count
      #expect(plan.parts.count == subjects.count * 2)
      for item in Setting(subjects, cores: boxCores).assess(plan.draft).items {
        #expect(item.verdict == .fits)
      }
      for subject in subjects where subject.moment.job.declaration?.protected == true {
        #expect(!plan.draft.changes.contains { $0.target.id == subject.id })
      }
    }
    print("box plans: \(changes) changes")
    #expect(changes > 500)
  }
}
