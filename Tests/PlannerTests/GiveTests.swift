import Model
import Planner
import Testing

/// `>`: what one job hands to another.
@Suite struct GiveTests {
  private func give(
    _ gift: Gift, _ donor: Subject, _ taker: Subject, in draft: inout Draft
  ) throws(ChangeFailure) {
    try draft.give(gift, from: donor.target, donor.control, to: taker.target, taker.control)
  }

  @Test func coresAndMemoryAreHandedOver() throws {
    let (a, b) = (
      Subject("a", inode: 1, cores: 4, memory: .gibi(8)),
      Subject("b", inode: 2, cores: 2, memory: .gibi(2))
    )
    var draft = Draft()
    try give(.cores(Cores(1.5)), a, b, in: &draft)
    try give(.memory(.gibi(3)), a, b, in: &draft)
    #expect(draft[a.id, .cores] == cores(2.5))
    #expect(draft[b.id, .cores] == cores(3.5))
    #expect(draft[a.id, .memory] == memory(5))
    #expect(draft[b.id, .memory] == memory(5))
  }

  @Test func whatIsHandedOverTwiceAddsUp() throws {
    let (a, b) = (Subject("a", inode: 1, cores: 4), Subject("b", inode: 2, cores: 2))
    var draft = Draft()
    try give(.cores(Cores(1)), a, b, in: &draft)
    try give(.cores(Cores(1)), a, b, in: &draft)
    #expect(draft[a.id, .cores] == cores(2))
    try give(.cores(Cores(2)), b, a, in: &draft)
    #expect(draft.isEmpty)
  }

  @Test func cpusOfACoreSetAreHandedOver() throws {
    let (a, b) = (
      Subject("a", inode: 1, cpus: CPUSet(0..<4)),
      Subject("b", inode: 2, cpus: CPUSet(4..<6))
    )
    var draft = Draft()
    try give(.cpus(CPUSet([2, 3])), a, b, in: &draft)
    #expect(draft[a.id, .cpus] == .cpus(CPUSet(0..<2)))
    #expect(draft[b.id, .cpus] == .cpus(CPUSet(2..<6)))
  }

  @Test func aJobWithoutALimitCanNeitherGiveNorTake() {
    let (a, b) = (Subject("a", inode: 1), Subject("b", inode: 2, cores: 2))
    var draft = Draft()
    let giving = #expect(throws: ChangeFailure.self) {
      try give(.cores(Cores(1)), a, b, in: &draft)
    }
    #expect(giving?.sentence.hasPrefix("a has no limit of cores") == true)
    let taking = #expect(throws: ChangeFailure.self) {
      try give(.cores(Cores(1)), b, a, in: &draft)
    }
    #expect(taking?.sentence.hasPrefix("a has no limit of cores") == true)
    #expect(draft.isEmpty)
  }

  @Test func nobodyGivesAllItHasOrToItself() {
    let (a, b) = (
      Subject("a", inode: 1, cores: 2, cpus: CPUSet(0..<2)),
      Subject("b", inode: 2, cores: 2, cpus: CPUSet(2..<4))
    )
    for gift in [
      .cores(Cores(2)), .cores(Cores(9)), .cores(Cores(0)), .cores(Cores(-1)),
      .cpus(CPUSet(0..<2)), .cpus(CPUSet([3])), .cpus(CPUSet()),
    ] as [Gift] {
      var draft = Draft()
      #expect(throws: ChangeFailure.self) { try give(gift, a, b, in: &draft) }
      #expect(draft.isEmpty)
    }
    var draft = Draft()
    #expect(throws: ChangeFailure.self) { try give(.cores(Cores(1)), a, a, in: &draft) }
  }

  @Test func theSumIsKeptWhateverIsGiven() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<2000 {
      let a = Subject(
        "a", inode: 1, cores: Double.random(in: 1...64, using: &random),
        memory: Bytes(Int64.random(in: 1 << 30...1 << 40, using: &random)))
      let b = Subject(
        "b", inode: 2, cores: Double.random(in: 0.01...64, using: &random),
        memory: Bytes(Int64.random(in: 1 << 20...1 << 40, using: &random)))
      var draft = Draft()
      try give(.cores(Cores(Double.random(in: 0.01...0.9, using: &random))), a, b, in: &draft)
      try give(.memory(Bytes(Int64.random(in: 1...1 << 29, using: &random))), a, b, in: &draft)
      let sums = [Knob.cores, .memory].map { knob in
        (
          before: [a, b].reduce(0) { $0 + ($1.control.value(of: knob)?.quantity ?? 0) },
          after: [a, b].reduce(0) {
            $0 + (draft.value(of: knob, $1.id, $1.control)?.quantity ?? 0)
          }
        )
      }
      // A quota is told to the hundredth of a core: the old ones may have been between two.
      #expect(abs(sums[0].before - sums[0].after) <= 0.01 + 1e-9)
      #expect(sums[1].before == sums[1].after)
    }
  }

  @Test(
    arguments: [
      ("cores=2", .cores(Cores(2))), ("memory=4GiB", .memory(.gibi(4))),
      ("cpus=4-5", .cpus(CPUSet(4...5))),
    ] as [(String, Gift)])
  func aGiftIsAKnobAndAnAmount(text: String, gift: Gift) throws {
    #expect(try Gift(parsing: text) == gift)
  }

  @Test(arguments: ["cores=max", "cores=+2", "cpus=all", "weight=100", "cores", "x=1"])
  func whatCannotBeHandedOverSaysWhy(text: String) {
    #expect(throws: KnobMistake.self) { try Gift(parsing: text) }
  }

  @Test func howMuchCanBeGivenEndsAtFloorsAndCeilings() {
    let a = Subject(
      "a", inode: 1, cores: 6, memory: .gibi(8), holds: .gibi(4),
      declaration: JobDeclaration(floor: Floor(cores: Cores(4))))
    let b = Subject(
      "b", inode: 2, cores: 2, memory: .gibi(2),
      below: JobControl.Bounds(cores: .at(Cores(3.5))))
    let box = Setting(a, b)
    func most(_ knob: Knob) -> Double {
      Draft().givable(knob, from: a.moment, a.control, to: b.moment, b.control, on: box.moment)
    }
    #expect(most(.cores) == 1.5)
    #expect(Int64(most(.memory)) == Bytes.gibi(8).count - Bytes.mebi(4506).count)
    #expect(most(.cpus) == 0)
  }
}
