import Model
import Testing

@testable import Sampler

/// When the loose processes are listed anew.
@Suite struct ListingTests {
  private var listing = Listing()

  private mutating func isDue(_ seconds: Double, forks: UInt64? = 7, groups: Int = 3) -> Bool {
    let time = Instant(nanoseconds: UInt64((100 + seconds) * 1e9))
    return listing.isDue(forks: forks, groups: groups, at: time)
  }

  @Test mutating func withoutAForkThereIsNobodyNew() {
    #expect(isDue(0))
    for second in 1...4 { #expect(!isDue(Double(second))) }
  }

  @Test mutating func whoWasMovedOrEndedIsNoticedWithinFiveSeconds() {
    #expect(isDue(0))
    #expect(isDue(5))
    #expect(!isDue(6))
  }

  @Test mutating func aForkIsListedAtOnce() {
    #expect(isDue(0))
    #expect(isDue(1, forks: 8))
    #expect(!isDue(2, forks: 8))
  }

  @Test mutating func soAreNewGroups() {
    #expect(isDue(0))
    #expect(isDue(1, groups: 4))
  }

  @Test mutating func whereForksAreNotCountedEverySampleLists() {
    #expect(isDue(0, forks: nil))
    #expect(isDue(1, forks: nil))
  }
}
