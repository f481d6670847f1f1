import Model
import Planner
import Testing

/// What holds for every draft on every box.
@Suite struct PropertyTests {
  /// A random box, and a random draft for it.
  private struct Case {
    var setting: Setting
    var subjects: [Subject]
    var wishes: [(Int, KnobValue)]

    init(_ random: inout SeededGenerator) {
      let boxCores = Int.random(in: 2...64, using: &random)
      let boxMemory = Int64.random(in: 4...512, using: &random)
      subjects = (0..<Int.random(in: 1...8, using: &random)).map { index in
        let isPinned = Int.random(in: 0..<4, using: &random) == 0
        let first = Int.random(in: 0..<boxCores, using: &random)
        let last = Int.random(in: first..<boxCores, using: &random)
        let memory = Int64.random(in: 1...boxMemory, using: &random)
        return Subject(
          "job\(index)", inode: UInt64(index + 1),
          cores: Bool.random(using: &random)
            ? Double(Int.random(in: 1...boxCores * 4, using: &random)) / 4 : nil,
          cpus: isPinned ? CPUSet(first...last) : CPUSet(),
          memory: Bool.random(using: &random) ? .gibi(memory) : nil,
          uses: Double.random(in: 0...2, using: &random),
          holds: .mebi(Int64.random(in: 1...memory * 1024, using: &random)),
          declaration: Int.random(in: 0..<5, using: &random) == 0
            ? JobDeclaration(
              protected: Bool.random(using: &random),
              floor: Floor(cores: Cores(1), memory: .gibi(1)))
            : nil, boxCores: Double(boxCores))
      }
      wishes = []
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let index = Int.random(in: 0..<subjects.count, using: &random)
        let first = Int.random(in: 0..<boxCores, using: &random)
        let value: KnobValue =
          switch Int.random(in: 0..<8, using: &random) {
          case 0, 1, 2: cores(Double(Int.random(in: 1...boxCores * 4, using: &random)) / 4)
          case 3: .cores(.unlimited)
          case 4, 5: memory(Int64.random(in: 1...boxMemory, using: &random))
          case 6: .cpus(CPUSet(first...Int.random(in: first..<boxCores, using: &random)))
          default: .weight(Int.random(in: 1...200, using: &random))
          }
        // One value for each knob: which of two came last would depend on the order.
        if !wishes.contains(where: { $0.0 == index && $0.1.knob == value.knob }) {
          wishes.append((index, value))
        }
      }
      setting = Setting(subjects, cores: boxCores, memory: .gibi(boxMemory))
    }

    var draft: Draft { draft(of: wishes) }

    func draft(of wishes: [(Int, KnobValue)]) -> Draft {
      var draft = Draft()
      for (index, value) in wishes { draft.set(value, of: subjects[index]) }
      return draft
    }
  }

  private func forEachCase(_ body: (inout SeededGenerator, Case) -> Void) {
    var random = SeededGenerator(seed: 2026)
    for _ in 0..<2000 {
      let box = Case(&random)
      body(&random, box)
    }
  }

  /// Σ of the limits of jobs that had one before and have one after; sets are left out.
  private func promised(_ box: Case, _ draft: Draft, _ knob: Knob) -> (
    before: Double, after: Double
  ) {
    var sums = (before: 0.0, after: 0.0)
    for subject in box.subjects {
      guard let before = subject.control.value(of: knob)?.quantity else { continue }
      sums.before += before
      sums.after += draft.value(of: knob, subject.id, subject.control)?.quantity ?? 0
    }
    return sums
  }

  @Test func whatFitsNeverPromisesMoreThanTheBoxUnlessItWasSoBefore() {
    var applicable = 0
    forEachCase { _, box in
      let draft = box.draft
      guard box.setting.assess(draft).isApplicable else { return }
      applicable += 1
      let memory = promised(box, draft, .memory)
      #expect(memory.after <= max(memory.before, Double(box.setting.moment.box.memory.count)))
      // With core sets, what a quota promises is more than can be had; see the next test.
      if box.subjects.allSatisfy({ $0.moment.grant.cpus == nil }),
        !draft.changes.contains(where: { $0.knob == .cpus })
      {
        // A quota as large as the box is no limit.
        let most = box.setting.moment.box.cores.value
        var sums = (before: 0.0, after: 0.0)
        for subject in box.subjects {
          guard let before = subject.control.value(of: .cores)?.quantity, before < most else {
            continue
          }
          let after =
            draft.value(of: .cores, subject.id, subject.control)?.quantity ?? most
          sums.before += before
          sums.after += after < most ? after : 0
        }
        #expect(sums.after <= max(sums.before, most) + 1e-6)
      }
    }
    // The property says something only where drafts pass.
    #expect(applicable > 150)
  }

  @Test func takingAloneIsNeverRefusedForWhatTheBoxHas() {
    forEachCase { _, box in
      let taking = box.wishes.filter { index, value in
        Change(
          target: box.subjects[index].target,
          from: box.subjects[index].control.value(of: value.knob),
          to: value
        ).isDecrease
      }
      for item in box.setting.assess(box.draft(of: taking)).items {
        if case .notNow(let sentence) = item.verdict {
          // A core set that is exchanged takes here and gives there.
          #expect(!sentence.contains("would be granted") || item.change.knob == .cpus)
        }
      }
    }
  }

  @Test func allThatTakesComesBeforeAllThatGives() {
    forEachCase { _, box in
      let plan = DraftCheck.plan(box.draft)
      let firstIncrease = plan.changes.firstIndex { !$0.isDecrease } ?? plan.changes.count
      #expect(plan.changes[firstIncrease...].allSatisfy { !$0.isDecrease })
      #expect(Set(plan.changes) == Set(box.draft.changes))
    }
  }

  @Test func theAnswerDependsNeitherOnTheOrderNorOnTheTime() {
    forEachCase { random, box in
      let first = box.setting.assess(box.draft)
      let shuffled = box.draft(of: box.wishes.shuffled(using: &random))
      let second = box.setting.assess(shuffled)
      #expect(first == box.setting.assess(box.draft))
      #expect(Set(first.items) == Set(second.items))
      #expect(first.unallocatedCores == second.unallocatedCores)
      #expect(first.unallocatedMemory == second.unallocatedMemory)
    }
  }

  @Test func whatIsRefusedHasAWholeSentence() {
    forEachCase { _, box in
      for item in box.setting.assess(box.draft).items {
        switch item.verdict {
        case .notNow(let sentence), .never(let sentence): #expect(sentence.hasSuffix("."))
        case .fits, .unknown: break
        }
        for risk in item.risks { #expect(risk.hasSuffix(".")) }
      }
    }
  }

  @Test func nothingIsTakenFromProtectedJobsOrBelowFloors() {
    forEachCase { _, box in
      for item in box.setting.assess(box.draft).items where item.verdict == .fits {
        guard item.change.isDecrease,
          let subject = box.subjects.first(where: { $0.id == item.change.target.id }),
          let declaration = subject.moment.job.declaration
        else { continue }
        #expect(!declaration.protected)
        if case .cores(.at(let amount)) = item.change.to { #expect(amount >= Cores(1)) }
        if case .memory(.at(let amount)) = item.change.to { #expect(amount >= .gibi(1)) }
      }
    }
  }
}
