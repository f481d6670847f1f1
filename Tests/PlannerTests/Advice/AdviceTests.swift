import Model
import Planner
import Testing

/// What is proposed when something holds a job back.
@Suite struct AdviceTests {
  private func advice(
    _ subjects: [Subject], _ needs: [JobID: JobNeed], changed: [JobID: Instant] = [:],
    cores: Int = 16, at seconds: UInt64 = 10_000, topology: Topology? = nil
  ) -> [Advice] {
    var setting = Setting(subjects, cores: cores, otherCores: 0, topology: topology)
    setting.moment.time = Instant(nanoseconds: seconds * 1_000_000_000)
    return Advisor(
      moment: setting.moment, needs: needs, controls: setting.controls, changed: changed
    ).advice()
  }

  private func train(_ granted: Double = 4, wants: Double = 7.5) -> Subject {
    Subject(
      "train", inode: 1, cores: granted, uses: granted, wants: wants, threads: 32, throttled: 0.6)
  }

  private func prep(_ granted: Double = 10, wants: Double = 3) -> Subject {
    Subject("prep", inode: 2, cores: granted, uses: wants, threads: 32)
  }

  // MARK: Cores

  @Test func whatIsFreeIsGivenBeforeAnythingIsTaken() throws {
    let (train, prep) = (train().wantingCores(4), prep(4))
    let found = advice([train, prep], [train.id: need(cores: 8), prep.id: need(cores: 2)])
    let one = try #require(found.first)
    #expect(found.count == 1)
    #expect(one.text == "give train 4 cores: 4 that are free")
    #expect(one.rule == .cpuQuota)
    #expect(one.draft[train.id, .cores] == cores(8))
    #expect(one.draft[prep.id, .cores] == nil)
    #expect(one.effect.hasPrefix("throttled 60 % → "))
    #expect(one.cost == 0)
  }

  /// 16 cores, one for the system: of 14 granted one more is free, and prep holds 10 and needs 3.
  @Test func whatIsMissingComesFromWhoHasSlack() throws {
    let (train, prep) = (train().wantingCores(4), prep())
    let one = try #require(
      advice([train, prep], [train.id: need(cores: 8), prep.id: need(cores: 3.3)]).first)
    #expect(one.text == "give train 4 cores: 1 that is free, 3 of prep")
    #expect(one.draft[train.id, .cores] == cores(8))
    #expect(one.draft[prep.id, .cores] == cores(7))
    #expect(one.changes.first?.target.id == prep.id)
    #expect(one.risks.contains("prep keeps 7 cores and has not wanted more than 3.3."))
    #expect(one.benefit > one.cost)
  }

  @Test func aDonorKeepsTheLargestNeedOfTheLastHalfHour() throws {
    let (train, prep) = (train().wantingCores(4), prep())
    let one = try #require(
      advice(
        [train, prep], [train.id: need(cores: 8), prep.id: need(cores: 3.3, recent: 8.5)]
      ).first)
    #expect(one.text == "give train 2 cores: 1 that is free, 1 of prep")
  }

  @Test func protectedJobsAndFloorsAreNotTouched() throws {
    let train = train().wantingCores(4)
    let needs = [train.id: need(cores: 8), prep().id: need(cores: 3.3)]
    for (declaration, expected) in [
      (JobDeclaration(protected: true), 1), (JobDeclaration(floor: Floor(cores: Cores(8))), 3),
    ] {
      var prep = prep()
      prep.moment.job.declaration = declaration
      let one = try #require(advice([train, prep], needs).first)
      #expect(one.draft[train.id, .cores] == cores(4 + Double(expected)))
    }
  }

  @Test func aJobThatIsShortItselfGivesNothing() throws {
    let (train, prep) = (train().wantingCores(4), prep().wantingCores(1, .cpuContention))
    let found = advice([train, prep], [train.id: need(cores: 8), prep.id: need(cores: 3.3)])
    #expect(found.allSatisfy { $0.draft[prep.id, .cores].map { $0 != cores(7) } ?? true })
    #expect(found.first?.draft[train.id, .cores] == cores(5))
  }

  @Test func aDonorWhoseNeedIsNotKnownGivesNothing() throws {
    let (train, prep) = (train().wantingCores(4), prep())
    let one = try #require(advice([train, prep], [train.id: need(cores: 8)]).first)
    #expect(one.text == "give train 1 core: 1 that is free")
  }

  @Test func aJobThatWasJustChangedIsLeftAlone() {
    let (train, prep) = (train().wantingCores(4), prep())
    let needs = [train.id: need(cores: 8), prep.id: need(cores: 3.3)]
    let now = Instant(nanoseconds: 9_800_000_000_000)
    #expect(advice([train, prep], needs, changed: [train.id: now]).isEmpty)
    #expect(
      advice([train, prep], needs, changed: [prep.id: now]).first?.text
        == "give train 1 core: 1 that is free")
    #expect(advice([train, prep], needs, changed: [prep.id: now], at: 10_200).first != nil)
  }

  @Test func noJobIsGivenMoreThanItsBudgetOrItsThreads() throws {
    var train = train().wantingCores(4)
    train.moment.job.declaration = JobDeclaration(budget: Budget(cores: Cores(6)))
    #expect(
      try #require(advice([train], [train.id: need(cores: 8)]).first).draft[train.id, .cores]
        == cores(6))
    train.moment.job.declaration = nil
    train.moment.threads = 5
    #expect(
      try #require(advice([train], [train.id: need(cores: 8)]).first).draft[train.id, .cores]
        == cores(5))
  }

  @Test func lessThanACoreIsNotWorthAChange() {
    let train = train(7, wants: 7.2).with(
      .cpuQuota, .amber, Suggestion(.knob(.cores), .raise, .cores(Cores(0)), "more"))
    #expect(advice([train], [train.id: need(cores: 7)]).isEmpty)
  }

  @Test func whatADonorLosesMustBeLessThanWhatIsWon() {
    // The donor matters ten times as much and would miss what it gives half of the time.
    let train = Subject(
      "train", inode: 1, cores: 4, uses: 4, wants: 4.4, threads: 32, throttled: 0.05
    ).wantingCores(4)
    var prep = prep(11)
    prep.moment.job.declaration = JobDeclaration(weight: 1000)
    let needs = [train.id: need(cores: 8), prep.id: need(cores: 6, p95: 10)]
    #expect(advice([train, prep], needs).isEmpty)
  }

  /// 0.4 of a waiting GPU is worth more than the difference of weights.
  @Test func theGPUThatWaitsComesFirst() {
    let heavy = Subject(
      "heavy", inode: 1, cores: 4, uses: 4, wants: 8, threads: 32, throttled: 0.5,
      declaration: JobDeclaration(weight: 300)
    ).wantingCores(3)
    let train = Subject(
      "train", inode: 2, cores: 4, uses: 4, wants: 8, threads: 32, throttled: 0.5
    ).withGPU(busy: 0.6).wantingCores(3, .inputPrepare)
    let found = advice(
      [heavy, train], [heavy.id: need(cores: 7), train.id: need(cores: 7)], cores: 14)
    #expect(found.map(\.job) == [train.id, heavy.id])
    #expect(found.first?.effect.contains("its GPU waits 40 % of the time → 0–40 %") == true)
    // Five are free: three go to the first, two to the second.
    #expect(found.last?.text == "give heavy 2 cores: 2 that are free")
  }

  @Test func withoutKnowingWhatCanBeSetNothingIsProposed() {
    let train = train().wantingCores(4)
    let moment = Setting([train]).moment
    #expect(
      Advisor(moment: moment, needs: [train.id: need(cores: 8)], controls: [:]).advice().isEmpty)
    #expect(Advisor.jobsToLookAt(moment, needs: [:]) == [train.id])
  }

  // MARK: Core sets

  @Test func aNarrowCoreSetGrowsByCPUsThatNobodyHas() throws {
    let train = Subject(
      "train", inode: 1, cpus: CPUSet(0..<4), uses: 4, wants: 6, threads: 12
    ).with(.coreSet, .red, Suggestion(.knob(.cpus), .raise, .cores(Cores(2)), "2 more CPUs"))
    let prep = Subject("prep", inode: 2, cpus: CPUSet(4..<8), uses: 1, threads: 4)
    let one = try #require(advice([train, prep], [train.id: need(cores: 6)]).first)
    guard case .cpus(let cpus)? = one.draft[train.id, .cpus] else {
      Issue.record("no core set")
      return
    }
    #expect(cpus.count == 6)
    #expect(CPUSet(0..<4).isSubset(of: cpus))
    #expect(cpus.intersection(CPUSet(4..<8)).isEmpty)
  }

  @Test func aDonorsCoreSetIsNeverNarrowerThanTheThreadsThatRunAtOnce() throws {
    let train = Subject(
      "train", inode: 1, cpus: CPUSet(0..<4), uses: 4, wants: 8, threads: 12
    ).with(.coreSet, .red, Suggestion(.knob(.cpus), .raise, .cores(Cores(3)), "3 more CPUs"))
    func prep(running: Double) -> Subject {
      var prep = Subject("prep", inode: 2, cpus: CPUSet(4..<16), uses: 3, threads: 12)
      var evidence = JobEvidence()
      evidence.threads = ThreadStates(total: 12, runnable: running, blocked: 0, inSockets: 0)
      prep.moment.evidence = evidence
      return prep
    }
    let few = prep(running: 4)
    let needs = [train.id: need(cores: 7), few.id: need(cores: 3.3)]
    let one = try #require(advice([train, few], needs).first)
    guard case .cpus(let kept)? = one.draft[few.id, .cpus] else {
      Issue.record("no core set")
      return
    }
    #expect(kept.count == 9)
    #expect(advice([train, prep(running: 12)], needs).isEmpty)
  }

  @Test func aJobThatGivesKeepsItsCPUsAndGetsAQuota() throws {
    let train = train().wantingCores(4)
    let prep = Subject("prep", inode: 2, cpus: CPUSet(4..<16), uses: 3, threads: 12)
    let one = try #require(
      advice([train, prep], [train.id: need(cores: 8), prep.id: need(cores: 3.3)]).first)
    #expect(one.draft[prep.id, .cpus] == nil)
    #expect(one.draft[prep.id, .cores] == cores(8))
  }

  @Test func whoCompetesIsGivenMoreWeight() throws {
    var contention = Suggestion(
      .knob(.cpus), .change, .cores(Cores(1)), "a core set of its own, or a higher weight")
    contention.amount = nil
    let train = Subject("train", inode: 1, uses: 4, wants: 8, threads: 8)
      .with(.cpuContention, .red, contention)
    let hog = Subject("hog", inode: 2, uses: 12, wants: 16, threads: 16)
    let one = try #require(advice([train, hog], [:]).first)
    #expect(one.draft[train.id, .weight] == .weight(200))
    #expect(one.effect == "where CPU is short: 50 % → 67 % of its group")
    #expect(one.risks.contains("hog get less wherever CPU is short."))
    // With nobody in its own group a weight decides nothing.
    #expect(advice([train], [:]).isEmpty)
  }

  @Test func burstsAreAnsweredByWhatWasSavedUp() throws {
    let train = Subject(
      "train", inode: 1, cores: 4, uses: 2, wants: 3, threads: 8, throttled: 0.3
    ).with(.cpuQuota, .red, Suggestion(.knob(.burst), .raise, .burst(0.4), "burst"))
    let one = try #require(advice([train], [train.id: need(cores: 4)]).first)
    #expect(one.draft[train.id, .burst] == .burst(0.4))
    #expect(one.effect.contains("throttled 30 % → 0–30 %"))
  }

  @Test func aLimitThatIsNotWhatWasDeclaredIsSetToIt() throws {
    let train = Subject("train", inode: 1, cores: 4, uses: 1).with(
      .limitDrift, .amber, Suggestion(.knob(.cores), .change, .cores(Cores(6)), "set it to 6"))
    let one = try #require(advice([train], [:]).first)
    #expect(one.draft[train.id, .cores] == cores(6))
    #expect(one.text == "set cores of train to 6 cores")
  }

  @Test func itsOwnLimitOfIOIsRaised() throws {
    var train = Subject("train", inode: 1, uses: 1).with(
      .io, .red, Suggestion(.knob(.read), .raise, .rate(ByteRate(50e6)), "raise it"))
    train.control.knobs[.read] = .settable(.read(.at(ByteRate(100e6))))
    let one = try #require(advice([train], [:]).first)
    #expect(one.draft[train.id, .read] == .read(.at(ByteRate(150e6))))
  }

  // MARK: Memory

  @Test func memoryIsGivenByWholeGiB() throws {
    let train = Subject("train", inode: 1, memory: .gibi(16), holds: .gibi(15))
      .wantingMemory(.gibi(3))
    let one = try #require(
      advice([train], [train.id: need(cores: 1, memory: .mebi(18 * 1024 + 200))]).first)
    #expect(one.text == "give train 3 GiB: 3 GiB that are free")
    #expect(one.draft[train.id, .memory] == memory(19))
    #expect(one.effect == "4 GiB (21 %) left until it is killed")
  }

  @Test func memoryIsTakenFromWhoHasMostToGive() throws {
    let train = Subject("train", inode: 1, memory: .gibi(16), holds: .gibi(15))
      .wantingMemory(.gibi(8))
    let a = Subject("a", inode: 2, memory: .gibi(12), holds: .gibi(4))
    let b = Subject("b", inode: 3, memory: .gibi(34), holds: .gibi(10))
    let needs = [
      train.id: need(cores: 1, memory: .gibi(24)), a.id: need(cores: 1, memory: .gibi(5)),
      b.id: need(cores: 1, memory: .gibi(12), peak: .gibi(10)),
    ]
    let one = try #require(advice([train, a, b], needs).first)
    #expect(one.text == "give train 8 GiB: 8 GiB of b")
    #expect(one.draft[b.id, .memory] == memory(26))
    #expect(one.changes.first?.isDecrease == true)
    #expect(
      one.risks.contains(
        "b keeps 26 GiB, 2.6 times the most that it held (10 GiB); if it grows beyond, it is killed."
      ))
  }

  // MARK: Waste

  @Test func whatIsHeldForNothingCanBeTakenBack() throws {
    let prep = prep(12).with(
      .coresUnused, .amber, Suggestion(.knob(.cores), .lower, .cores(Cores(8)), "8 back"))
    let one = try #require(advice([prep], [prep.id: need(cores: 3.3)]).first)
    #expect(one.text == "take 8 cores back from prep")
    #expect(one.draft[prep.id, .cores] == cores(4))
    #expect(one.effect.hasSuffix("8 cores more are free"))
  }

  // MARK: All of it

  /// Whatever is proposed, it fits, takes nothing that it must not, and all of it fits together.
  @Test func whatIsProposedAlwaysFits() {
    var random = SeededGenerator(seed: 77)
    var given = 0
    var taken = 0
    for _ in 0..<600 {
      let boxCores = Int.random(in: 4...64, using: &random)
      var needs: [JobID: JobNeed] = [:]
      let subjects = (0..<Int.random(in: 2...8, using: &random)).map { index -> Subject in
        let wants = Double.random(in: 0.2...12, using: &random)
        let granted =
          Bool.random(using: &random)
          ? Double(Int.random(in: 1...max(1, boxCores / 2), using: &random)) : nil
        let pinned = Int.random(in: 0..<4, using: &random) == 0
        let first = Int.random(in: 0..<boxCores - 1, using: &random)
        let isProtected = Int.random(in: 0..<6, using: &random) == 0
        var subject = Subject(
          "job\(index)", inode: UInt64(index + 1), cores: granted,
          cpus: pinned
            ? CPUSet(first...Int.random(in: first + 1..<boxCores, using: &random)) : CPUSet(),
          memory: .gibi(Int64.random(in: 2...16, using: &random)),
          uses: min(wants, granted ?? wants), wants: wants, holds: .gibi(1),
          threads: Int.random(in: 1...32, using: &random),
          throttled: Double.random(in: 0...1, using: &random),
          declaration: isProtected
            ? JobDeclaration(protected: true, floor: Floor(cores: Cores(1))) : nil,
          boxCores: Double(boxCores))
        if Bool.random(using: &random) {
          needs[subject.id] = need(
            cores: wants * 1.1, memory: .gibi(Int64.random(in: 1...20, using: &random)))
        }
        if Int.random(in: 0..<3, using: &random) == 0 { subject = subject.wantingCores(3) }
        if Int.random(in: 0..<4, using: &random) == 0 {
          subject = subject.wantingMemory(.gibi(2))
        }
        return subject
      }
      let setting = Setting(subjects, cores: boxCores)
      let found = Advisor(
        moment: setting.moment, needs: needs, controls: setting.controls
      ).advice()
      #expect(found.count <= 3)
      var all = Draft()
      for one in found {
        given += 1
        taken += one.changes.count { $0.isDecrease }
        #expect(setting.assess(one.draft).isApplicable)
        for change in one.changes {
          #expect(all[change.target.id, change.knob] == nil)
          all.set(change.to, of: change.target, from: change.from)
          let job = subjects.first { $0.id == change.target.id }
          if change.isDecrease, change.knob != .cpus {
            #expect(job?.moment.job.declaration?.protected != true)
            #expect(job.flatMap { needs[$0.id] } != nil)
          }
        }
      }
      #expect(found.isEmpty || setting.assess(all).isApplicable)
    }
    print("advice: \(given) proposals, \(taken) decreases")
    #expect(given > 400)
    #expect(taken > 80)
  }
}
