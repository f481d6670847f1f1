import Model
import Testing

/// What people read and write for knobs.
@Suite struct KnobTextTests {
  @Test(
    arguments: [
      (.cores(.at(Cores(2.5))), "2.5 cores"), (.cores(.at(Cores(1))), "1 core"),
      (.cores(.at(Cores(0.1 + 0.2))), "0.3 cores"), (.cores(.unlimited), "no limit"),
      (.cpus(CPUSet(0..<6)), "0-5"), (.cpus(CPUSet()), "all CPUs"), (.weight(200), "200"),
      (.burst(0.05), "50 ms"), (.burst(0), "none"), (.memory(.at(.gibi(24))), "24 GiB"),
      (.memory(.at(.mebi(1536))), "1.5 GiB"), (.memoryHigh(.at(.mebi(512))), "512 MiB"),
      (.memory(.at(Bytes(1000))), "1000 B"), (.read(.at(ByteRate(5e8))), "500 MB/s"),
      (.write(.unlimited), "no limit"), (.pids(.at(512)), "512"), (.frozen(true), "frozen"),
      (.frozen(false), "running"), (.nice(-5), "-5"),
      (.ioPriority(.bestEffort(4)), "best-effort:4"),
      (.ioPriority(.idle), "idle"), (.power(Watts(300)), "300 W"),
      (.power(Watts(612.345)), "612.3 W"),
    ] as [(KnobValue, String)])
  func aValueAsAPersonReadsIt(value: KnobValue, text: String) {
    #expect(value.text == text)
  }

  @Test(
    arguments: [
      ("cores=6", .to(.cores(.at(Cores(6))))), ("cores=max", .to(.cores(.unlimited))),
      ("cores=+2", .more(.cores(.at(Cores(2))))), ("cpus=0-5", .to(.cpus(CPUSet(0..<6)))),
      ("cpus=all", .to(.cpus(CPUSet()))), ("weight=200", .to(.weight(200))),
      ("memory=24GiB", .to(.memory(.at(.gibi(24))))),
      ("memory=-1GiB", .less(.memory(.at(.gibi(1))))), ("pids=-1", .less(.pids(.at(1)))),
      ("memory-high=max", .to(.memoryHigh(.unlimited))),
      ("io-read=500MB/s", .to(.read(.at(ByteRate(5e8))))),
      ("io-write=max", .to(.write(.unlimited))),
      ("pids=100", .to(.pids(.at(100)))), ("burst=50ms", .to(.burst(0.05))),
      ("burst=0.1", .to(.burst(0.1))), ("nice=-5", .to(.nice(-5))),
      ("io-priority=idle", .to(.ioPriority(.idle))),
      ("io-priority=best-effort:4", .to(.ioPriority(.bestEffort(4)))),
      ("io-priority=none", .to(.ioPriority(.none))), ("frozen=yes", .to(.frozen(true))),
      ("power=300W", .to(.power(Watts(300)))), ("power=300", .to(.power(Watts(300)))),
      ("power=+50W", .more(.power(Watts(50)))), ("power=-12.5", .less(.power(Watts(12.5)))),
    ] as [(String, KnobWish)])
  func aWishIsAKnobAndAValue(text: String, wish: KnobWish) throws {
    #expect(try KnobWish(parsing: text) == wish)
  }

  @Test(
    arguments: [
      ("cores", "A change is a knob, \"=\" and a value, such as cores=6 or memory=-1GiB."),
      (
        "cores=six",
        "cores: expected a number of cores such as \"2.5\", or \"max\"; found a text without a number in front."
      ),
      (
        "memory=24 apples",
        "memory: expected a size such as \"24GiB\", or \"max\"; found an unknown unit."
      ),
      (
        "cpus=5-0",
        "cpus: expected a list of CPUs such as \"0-5,8\", or \"all\"; found something else."
      ),
      (
        "cpus=", "cpus: expected a list of CPUs such as \"0-5,8\", or \"all\"; found an empty text."
      ),
      ("cpus=+2", "cpus takes no + or -; expected a list of CPUs such as \"0-5,8\", or \"all\"."),
      ("cores=1,5", "cores: found a comma; write 1.5."),
      ("memory=+1,5GiB", "memory: found a comma; write 1.5GiB."),
      (
        "cores=1,x",
        "cores: expected a number of cores such as \"2.5\", or \"max\"; found a number with a unit."
      ),
      (
        "memory=-1",
        "memory: an amount is not negative; so much less takes a unit, such as memory=-1MiB."
      ),
      (
        "io-read=-500",
        "io-read: an amount is not negative; so much less takes a unit, such as io-read=-1MiB."
      ),
      ("memory=+max", "memory cannot be changed by \"max\"; give an amount."),
      (
        "io-priority=best-effort:8",
        "io-priority: expected \"idle\", \"best-effort:0\" to \"best-effort:7\", or \"none\"; found something else."
      ),
    ])
  func aMistakeIsOneSentenceThatNamesTheKnob(text: String, sentence: String) {
    let mistake = #expect(throws: KnobMistake.self) { try KnobWish(parsing: text) }
    #expect(mistake?.description == sentence)
  }

  @Test func theNearestKnobIsNamed() {
    let mistake = #expect(throws: KnobMistake.self) { try Knob(parsing: "coers") }
    #expect(mistake?.description.hasPrefix("\"coers\" is no knob; did you mean \"cores\"?") == true)
    let far = #expect(throws: KnobMistake.self) { try Knob(parsing: "\u{1B}[2J") }
    #expect(far?.description.contains("\u{1B}") == false)
    #expect(far?.description.contains("known are cores, cpus, weight") == true)
  }

  @Test func aRelativeWishStartsFromWhatIsNow() throws {
    let more = try KnobWish(parsing: "cores=+0.2")
    #expect(try more.value(from: .cores(.at(Cores(0.1)))) == .cores(.at(Cores(0.3))))
    let less = try KnobWish(parsing: "memory=-1GiB")
    #expect(try less.value(from: .memory(.at(.gibi(3)))) == .memory(.at(.gibi(2))))
    #expect(try KnobWish(parsing: "weight=7").value(from: nil) == .weight(7))
    for current in [nil, .memory(.unlimited), .memory(.at(.gibi(1)))] as [KnobValue?] {
      #expect(throws: KnobMistake.self) { try less.value(from: current) }
    }
  }

  @Test func whatIsWrittenIsReadBackWithoutLoss() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let value = KnobValue.random(&random)
      #expect(try KnobValue(parsing: value.argument, for: value.knob) == value)
    }
  }
}

private struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension KnobValue {
  fileprivate static func random(_ random: inout SeededGenerator) -> KnobValue {
    func limit<Amount>(_ amount: Amount) -> Limit<Amount> {
      Bool.random(using: &random) ? .unlimited : .at(amount)
    }
    let bytes = Bytes(
      Int64.random(in: 0...1 << 50, using: &random) >> Int64.random(in: 0...40, using: &random))
    let rate = ByteRate(Double(Int64.random(in: 1...1_000_000_000_000, using: &random)))
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return .cores(limit(Cores(Double(Int.random(in: 1...25_600, using: &random)) / 100)))
    case 1: return .cpus(CPUSet((0..<5).map { _ in Int.random(in: 0..<256, using: &random) }))
    case 2: return .weight(Int.random(in: 1...10_000, using: &random))
    case 3: return .burst(Double(Int.random(in: 0...1000, using: &random)) / 1000)
    case 4: return .memory(limit(bytes))
    case 5: return .memoryHigh(limit(bytes))
    case 6: return .read(limit(rate))
    case 7: return .pids(limit(Int.random(in: 0...4_000_000, using: &random)))
    case 8: return .nice(Int.random(in: -20...19, using: &random))
    default: return .ioPriority(.bestEffort(Int.random(in: 0...7, using: &random)))
    }
  }
}
