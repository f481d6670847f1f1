import Model
import Planner
import Testing

/// Who gets what.
@Suite struct FairShareTests {
  private func job(_ number: UInt64) -> JobID { .cgroup(inode: number) }

  private func amounts(_ outcome: FairShare.Outcome) -> [Double] {
    (outcome.amounts ?? [:]).sorted { $0.key.description < $1.key.description }.map(\.value)
  }

  /// Bertsekas and Gallager's way of saying it: four sources want 2, 2.6, 4 and 5 of a link of 10.
  @Test func theTextbookExampleComesOut() {
    let claims = [2, 2.6, 4, 5].enumerated().map { Claim(job(UInt64($0)), need: $1) }
    let shares = amounts(FairShare.divide(10, among: claims))
    for (share, expected) in zip(shares, [2, 2.6, 2.7, 2.7] as [Double]) {
      #expect(abs(share - expected) < 1e-9)
    }
  }

  /// The weighted example of Kurose's and Fall's notes: wants 4, 2, 10, 4 of 16 with weights 5, 8, 1, 2.
  @Test func theTextbookExampleWithWeightsComesOut() {
    let wants: [(Double, Int)] = [(4, 5), (2, 8), (10, 1), (4, 2)]
    let claims = wants.enumerated().map { Claim(job(UInt64($0)), weight: $1.1, need: $1.0) }
    for (share, expected) in zip(
      amounts(FairShare.divide(16, among: claims)), [4, 2, 6, 4] as [Double])
    {
      #expect(abs(share - expected) < 1e-9)
    }
  }

  @Test func whatNobodyNeedsStaysFree() {
    let claims = [Claim(job(1), need: 3), Claim(job(2), need: 2)]
    #expect(amounts(FairShare.divide(16, among: claims)) == [3, 2])
  }

  @Test func aLeastAmountIsKeptAndCountsAgainstItsOwner() {
    let claims = [Claim(job(1), least: 10, need: 20), Claim(job(2), need: 20)]
    #expect(amounts(FairShare.divide(16, among: claims)) == [10, 6])
  }

  @Test func aLeastAmountIsKeptWhereItIsNotNeeded() {
    let claims = [Claim(job(1), least: 4, need: 1), Claim(job(2), need: 20)]
    #expect(amounts(FairShare.divide(16, among: claims)) == [4, 12])
  }

  @Test func wholeCoresGoByLargestRemainder() {
    let claims = (1...3).map { Claim(job($0), weight: $0 == 2 ? 200 : 100, need: 16) }
    // 3.75, 7.5, 3.75: two of the three remainders are larger.
    #expect(amounts(FairShare.divideWhole(15, among: claims)) == [4, 7, 4])
  }

  @Test func amongEqualsTheFirstJobGetsTheOddCore() {
    let claims = (1...3).map { Claim(job($0), need: 16) }
    #expect(amounts(FairShare.divideWhole(16, among: claims)) == [6, 5, 5])
  }

  @Test func whenLeastAmountsAreTooMuchTheFewestAreNamed() {
    let claims = ([2, 9, 4, 3] as [Double]).enumerated().map {
      Claim(job(UInt64($0)), least: $1, need: 20)
    }
    #expect(
      FairShare.divide(10, among: claims) == .impossible(short: 8, relax: [job(1)]))
    #expect(
      FairShare.divide(4, among: claims) == .impossible(short: 14, relax: [job(1), job(2), job(3)]))
  }

  @Test func ofEqualLeastAmountsTheLessImportantIsNamed() {
    let claims = [
      Claim(job(1), weight: 100, least: 4, need: 9), Claim(job(2), weight: 50, least: 4, need: 9),
    ]
    #expect(FairShare.divideWhole(4, among: claims) == .impossible(short: 4, relax: [job(2)]))
  }

  @Test func someCoresAreLeftToTheSystem() {
    #expect([2, 16, 17, 32, 128].map { FairShare.housekeeping(cores: $0) } == [1, 1, 2, 2, 8])
  }
}
