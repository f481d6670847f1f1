import Model
import Testing

@Suite struct UnitsTests {
  @Test func aGaugeBeyondTheRangeIsHeldAtItsEnd() {
    #expect(Bytes(clamping: UInt64.max).count == Int64.max)
    #expect(Bytes(clamping: 5).count == 5)
  }

  @Test func aDifferenceOfGaugesMayBeHeldAtZero() {
    #expect((Bytes(3) - Bytes(5)).orZero == .zero)
    #expect((Bytes(5) - Bytes(3)).orZero == Bytes(2))
  }

  @Test(arguments: [(Bytes.mebi(1), 1_048_576), (.gibi(2), 2_147_483_648)] as [(Bytes, Int64)])
  func multiplesAreBinary(bytes: Bytes, count: Int64) {
    #expect(bytes.count == count)
  }

  @Test func timeNeverRunsBackwards() {
    let earlier = Instant(nanoseconds: 5)
    let later = Instant(nanoseconds: 2_000_000_005)
    #expect(later.seconds(since: earlier) == 2)
    #expect(earlier.seconds(since: later) == 0)
    #expect(earlier.advanced(bySeconds: 2) == later)
    #expect(earlier.advanced(bySeconds: -7) == earlier)
  }

  @Test func theTighterOfTwoLimitsHolds() {
    let none = Limit<Cores>.unlimited
    #expect(none.tightened(by: .at(Cores(2))) == .at(Cores(2)))
    #expect(Limit.at(Cores(2)).tightened(by: none) == .at(Cores(2)))
    #expect(Limit.at(Cores(2)).tightened(by: .at(Cores(1))) == .at(Cores(1)))
    #expect(none.tightened(by: none) == .unlimited)
    #expect(none.amount == nil)
  }
}

@Suite struct CPUSetAlgebraTests {
  @Test func setsAreEqualByTheirNumbers() {
    let wide = CPUSet(mask: [1, 0, 0])
    #expect(wide == CPUSet([0]))
    #expect(CPUSet([0, 70]).intersection(CPUSet([0])) == CPUSet([0]))
    #expect(CPUSet([0, 70]).subtracting(CPUSet([70])) == CPUSet([0]))
    #expect(CPUSet([0]).union(CPUSet([70])).numbers == [0, 70])
  }

  @Test func aSubsetMayBeShorterOrLonger() {
    #expect(CPUSet([0, 1]).isSubset(of: CPUSet([0, 1, 99])))
    #expect(!CPUSet([0, 99]).isSubset(of: CPUSet([0, 1])))
    #expect(CPUSet().isSubset(of: CPUSet()))
  }

  @Test func membershipOutsideOfTheMaskIsFalse() {
    #expect(!CPUSet([3]).contains(-1))
    #expect(!CPUSet([3]).contains(1_000_000))
    #expect(CPUSet([3]).contains(3))
  }
}
