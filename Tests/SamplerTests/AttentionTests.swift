import Model
import Testing

@testable import Sampler

/// When the processes in no job are looked at closely.
@Suite struct AttentionTests {
  private var attention = Attention()
  private var seconds = 0.0
  private var usage: UInt64 = 0

  /// Lets time pass while everything in no job together uses so many cores and holds so much.
  private mutating func pass(_ duration: Double, cores: Double, held: Bytes = .zero) {
    for _ in 0..<Int(duration) {
      seconds += 1
      usage += UInt64(cores * 1e9)
      attention.note(other(usage, held), worth: 0.5)
    }
  }

  private func other(_ usage: UInt64?, _ held: Bytes = .zero) -> OtherReading {
    var other = OtherReading(time: Instant(nanoseconds: UInt64(seconds * 1e9)))
    other.usage = usage
    other.memory.anonymous = held
    return other
  }

  @Test mutating func aBoxThatIsNewIsLookedAtClosely() {
    pass(10, cores: 0)
    #expect(attention.part(pass: 10) == 0.1)
  }

  @Test mutating func whereNothingHappensAPassTakesSixTimesAsLong() {
    pass(31, cores: 0.01)
    #expect(!attention.isAwake)
    #expect(attention.part(pass: 10) == 1.0 / 60)
  }

  @Test mutating func halfOfWhatMakesAJobWakesItAndEverythingIsLookedAtOnce() {
    pass(31, cores: 0)
    pass(4, cores: 0.25)
    #expect(!attention.isAwake, "averaged over five seconds")
    pass(1, cores: 0.25)
    #expect(attention.part(pass: 10) == 1)
    pass(1, cores: 0.25)
    #expect(attention.part(pass: 10) == 0.1)
  }

  @Test mutating func lessThanThatDoesNot() {
    pass(31, cores: 0)
    pass(60, cores: 0.24)
    #expect(!attention.isAwake)
  }

  @Test mutating func growingMemoryWakesIt() {
    pass(31, cores: 0, held: Bytes.gibi(40))
    #expect(!attention.isAwake)
    pass(5, cores: 0, held: Bytes.gibi(40) + Bytes(255 << 20))
    #expect(!attention.isAwake)
    pass(5, cores: 0, held: Bytes.gibi(40) + Bytes(256 << 20))
    #expect(attention.isWaking)
  }

  @Test mutating func memoryThatWasGivenBackMayNotGrowAgainUnnoticed() {
    pass(31, cores: 0, held: Bytes.gibi(40))
    pass(10, cores: 0, held: Bytes.gibi(2))
    pass(5, cores: 0, held: Bytes.gibi(3))
    #expect(attention.isWaking)
  }

  @Test mutating func staysAwakeForAPassAfterTheLastNoise() {
    pass(31, cores: 0)
    pass(5, cores: 1)
    pass(10, cores: 0)
    #expect(attention.isAwake)
    pass(10, cores: 0)
    #expect(!attention.isAwake)
  }

  @Test mutating func whatCannotBeReadKeepsItAwake() {
    for _ in 0..<60 {
      seconds += 1
      attention.note(other(nil), worth: 0.5)
    }
    #expect(attention.part(pass: 10) == 0.1)
  }
}
