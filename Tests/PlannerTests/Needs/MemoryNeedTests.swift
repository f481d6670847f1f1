import Model
import Planner
import Testing

/// How much memory a job needs.
@Suite struct MemoryNeedTests {
  private struct Feed {
    var past = MemoryPast()
    var time = 0.0

    mutating func hold(
      _ bytes: Bytes, minutes: Int, limit: Bytes = .gibi(16), kills: UInt64 = 0
    ) {
      for _ in 0..<minutes * 60 {
        time += 1
        _ = past.take(bytes, kills: kills, under: .at(limit), over: 1, at: time)
      }
    }

    var estimate: MemoryNeed? { past.need().estimate }
  }

  /// To within the last digits of a Float, upwards.
  private func isAbout(_ bytes: Bytes?, _ expected: Bytes) -> Bool {
    guard let bytes else { return false }
    return bytes >= expected && bytes.count <= expected.count + expected.count / 1_000_000
  }

  private func times(_ factor: Double, _ bytes: Bytes) -> Bytes {
    Bytes(Int64(Double(bytes.count) * factor))
  }

  @Test func itIsThePeakAndAMargin() {
    var feed = Feed()
    feed.hold(.gibi(4), minutes: 10)
    feed.hold(.gibi(6), minutes: 1)
    feed.hold(.gibi(4), minutes: 20)
    #expect(isAbout(feed.estimate?.target, times(1.15, .gibi(6))))
    #expect(isAbout(feed.estimate?.peak, .gibi(6)))
  }

  @Test func nothingIsToldBeforeAHundredSamplesAndAQuarterOfAnHour() {
    var feed = Feed()
    feed.hold(.gibi(4), minutes: 5)
    #expect(feed.past.need().missing?.text == "30 of 100 samples, 5 of 15 min")
    feed.hold(.gibi(4), minutes: 12)
    #expect(feed.estimate != nil)
  }

  @Test func aPeakWithinAMinuteIsSeen() {
    var feed = Feed()
    for second in 0..<1200 {
      feed.time += 1
      _ = feed.past.take(
        second == 607 ? .gibi(7) : .gibi(4), kills: 0, under: .unlimited, over: 1, at: feed.time)
    }
    #expect(isAbout(feed.estimate?.peak, .gibi(7)))
  }

  /// Killed at 8 GiB: a quarter more. At 2 GiB: a whole GiB more, which is more than a quarter.
  @Test(arguments: [(8, 10), (2, 3)] as [(Int64, Int64)])
  func aKillAsksForMoreThanTheLimitOfThatTime(_ limit: Int64, _ expected: Int64) {
    var feed = Feed()
    feed.hold(.gibi(limit / 2), minutes: 20, limit: .gibi(limit))
    feed.hold(.gibi(limit / 2), minutes: 2, limit: .gibi(limit), kills: 1)
    #expect(feed.estimate?.target == .gibi(expected))
    #expect(feed.estimate?.isAfterKill == true)
  }

  @Test func killsAtTheSameLimitDoNotAddUp() {
    var feed = Feed()
    feed.hold(.gibi(4), minutes: 20, limit: .gibi(8))
    for kill in 1...5 {
      feed.hold(.gibi(4), minutes: 2, limit: .gibi(8), kills: UInt64(kill))
    }
    #expect(feed.estimate?.target == .gibi(10))
    feed.hold(.gibi(4), minutes: 2, limit: .gibi(10), kills: 5)
    feed.hold(.gibi(4), minutes: 2, limit: .gibi(10), kills: 6)
    #expect(isAbout(feed.estimate?.target, times(1.25, .gibi(10))))
  }

  @Test func whatIsHeldAfterAKillLowersNothing() {
    var feed = Feed()
    feed.hold(.gibi(7), minutes: 20, limit: .gibi(8))
    feed.hold(.mebi(10), minutes: 60, limit: .gibi(8), kills: 1)
    #expect(feed.estimate?.target == .gibi(10))
    #expect(isAbout(feed.estimate?.peak, .gibi(7)))
  }

  @Test func pageCacheCountsOnlyWhereItIsAsked() throws {
    var feed = Feed()
    feed.hold(.gibi(4), minutes: 20)
    let without = try #require(feed.past.need().estimate)
    let with = try #require(feed.past.need(cache: .gibi(3)).estimate)
    #expect(with.target - without.target == .gibi(3))
  }
}
