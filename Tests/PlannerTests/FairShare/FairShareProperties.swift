import Model
import Planner
import Testing

/// What holds for every division, over ten thousand random boxes each.
@Suite struct FairShareProperties {
  private struct Box {
    var capacity: Int
    var claims: [Claim]

    init(_ random: inout SeededGenerator) {
      capacity = Int.random(in: 1...128, using: &random)
      claims = (0..<Int.random(in: 1...12, using: &random)).map { number in
        let least =
          Int.random(in: 0..<3, using: &random) == 0
          ? Double.random(in: 0...12, using: &random) : 0
        return Claim(
          number % 2 == 0 ? .cgroup(inode: UInt64(number)) : .tree(pid: Int32(number), start: 7),
          weight: Int.random(in: 0..<4, using: &random) == 0
            ? Int.random(in: 1...10_000, using: &random) : 100,
          least: least,
          most: Bool.random(using: &random)
            ? least + Double.random(in: 0...64, using: &random) : .infinity,
          need: Double.random(in: 0...48, using: &random))
      }
    }

    var whole: [Claim] {
      claims.map {
        var claim = $0
        claim.least = claim.least.rounded(.up)
        claim.most = max(claim.least, claim.most.rounded(.down))
        claim.need = claim.need.rounded(.up)
        return claim
      }
    }
  }

  /// A box, and how it was divided: with parts of cores, and in whole ones; nil where it cannot be.
  private struct Divided {
    var box: Box
    var real: [JobID: Double]?
    var whole: [JobID: Double]?
  }

  private static let boxes: [Divided] = {
    var random = SeededGenerator(seed: 4711)
    return (0..<10_000).map { _ in
      let box = Box(&random)
      return Divided(
        box: box, real: FairShare.divide(Double(box.capacity), among: box.claims).amounts,
        whole: FairShare.divideWhole(box.capacity, among: box.claims).amounts)
    }
  }()

  /// How many boxes that can be divided do not hold to it.
  private func failures(
    _ holds: (Box, _ real: [JobID: Double], _ whole: [JobID: Double]) -> Bool
  ) -> Int {
    Self.boxes.count { divided in
      // In whole units least amounts are rounded up: there may be too much of them only there.
      guard let real = divided.real, let whole = divided.whole else { return false }
      return !holds(divided.box, real, whole)
    }
  }

  @Test func mostBoxesCanBeDivided() {
    #expect(Self.boxes.count { $0.real != nil && $0.whole != nil } > 8000)
  }

  private static let tiny = 1e-7

  @Test func theSumIsNeverMoreThanThereIs() {
    let failures = failures { box, real, whole in
      real.values.reduce(0, +) <= Double(box.capacity) + Self.tiny
        && whole.values.reduce(0, +) <= Double(box.capacity)
    }
    #expect(failures == 0)
  }

  @Test func everybodyIsBetweenItsLeastAndItsMost() {
    let failures = failures { box, real, whole in
      for (claims, amounts) in [(box.claims, real), (box.whole, whole)] {
        for claim in claims {
          guard let amount = amounts[claim.job] else { return false }
          let high = max(claim.least, claim.most)
          if amount < claim.least - Self.tiny || amount > high + Self.tiny { return false }
        }
      }
      return true
    }
    #expect(failures == 0)
  }

  @Test func nobodyGetsMoreThanItNeedsUnlessItWasPromised() {
    let failures = failures { box, real, whole in
      for (claims, amounts) in [(box.claims, real), (box.whole, whole)] {
        for claim in claims {
          let amount = amounts[claim.job] ?? -1
          if amount > claim.need + Self.tiny && abs(amount - claim.least) > Self.tiny {
            return false
          }
        }
      }
      return true
    }
    #expect(failures == 0)
  }

  /// Who could use more can have it only from somebody who has as little or less for its weight, or
  /// who has no more than it was promised.
  @Test func nobodyCanGainUnlessSomebodyWithAsLittleLoses() {
    let failures = failures { box, amounts, _ in
      let left = Double(box.capacity) - amounts.values.reduce(0, +)
      for gainer in box.claims {
        let has = amounts[gainer.job] ?? 0
        if has >= gainer.cap - Self.tiny { continue }
        if left > Self.tiny { return false }
        for loser in box.claims where loser.job != gainer.job {
          let other = amounts[loser.job] ?? 0
          if other > loser.least + Self.tiny,
            other / Double(loser.weight) > has / Double(gainer.weight) + Self.tiny
          {
            return false
          }
        }
      }
      return true
    }
    #expect(failures == 0)
  }

  @Test func inWholeCoresNoCoreIsBetterElsewhere() {
    let failures = failures { box, _, amounts in
      guard let real = FairShare.divide(Double(box.capacity), among: box.whole).amounts else {
        return false
      }
      // Largest remainder: everybody has what it would have of a divisible box, up or down to a whole
      // core, and nothing that somebody could use is left over.
      for claim in box.whole {
        let (whole, exact) = (amounts[claim.job] ?? 0, real[claim.job] ?? 0)
        if abs(whole - exact) >= 1 { return false }
      }
      let left = Double(box.capacity) - amounts.values.reduce(0, +)
      return left < 1
        || box.whole.allSatisfy { (amounts[$0.job] ?? 0) >= max($0.least, $0.cap) - Self.tiny }
    }
    #expect(failures == 0)
  }

  @Test func dividingAgainChangesNothing() {
    let failures = failures { box, amounts, whole in
      func again(_ claims: [Claim], _ amounts: [JobID: Double]) -> [Claim] {
        claims.map {
          var claim = $0
          claim.need = amounts[claim.job] ?? 0
          return claim
        }
      }
      guard
        let second = FairShare.divide(
          Double(box.capacity), among: again(box.claims, amounts)
        ).amounts,
        let secondWhole = FairShare.divideWhole(
          box.capacity, among: again(box.claims, whole)
        ).amounts
      else { return false }
      return whole == secondWhole
        && amounts.allSatisfy { abs($0.value - (second[$0.key] ?? -1)) < Self.tiny }
    }
    #expect(failures == 0)
  }

  @Test func theOrderOfJobsDoesNotMatter() {
    var random = SeededGenerator(seed: 815)
    let failures = failures { box, real, whole in
      let other = box.claims.shuffled(using: &random)
      return FairShare.divide(Double(box.capacity), among: other).amounts == real
        && FairShare.divideWhole(box.capacity, among: other).amounts == whole
    }
    #expect(failures == 0)
  }

  /// In whole cores one may move (largest remainder has the Alabama paradox): never more than one.
  @Test func onALargerBoxNobodyHasLess() {
    let failures = failures { box, less, wholeLess in
      guard let more = FairShare.divide(Double(box.capacity) + 1, among: box.claims).amounts,
        let wholeMore = FairShare.divideWhole(box.capacity + 1, among: box.claims).amounts
      else { return false }
      return less.allSatisfy { (more[$0.key] ?? -1) >= $0.value - Self.tiny }
        && wholeLess.allSatisfy { (wholeMore[$0.key] ?? -1) >= $0.value - 1 }
    }
    #expect(failures == 0)
  }

  @Test func theSameQuestionHasTheSameAnswer() {
    let failures = failures { box, real, whole in
      FairShare.divide(Double(box.capacity), among: box.claims).amounts == real
        && FairShare.divideWhole(box.capacity, among: box.claims).amounts == whole
    }
    #expect(failures == 0)
  }

  /// Against every subset of the least amounts of small boxes.
  @Test func noSmallerSetOfLeastAmountsWouldDo() {
    var impossible = 0
    let failures = Self.boxes.count { divided in
      let capacity = Double(divided.box.capacity)
      let claims = divided.box.claims.prefix(8).map {
        var claim = $0
        claim.least *= 4
        return claim
      }
      guard case .impossible(_, let relax) = FairShare.divide(capacity, among: claims) else {
        return false
      }
      impossible += 1
      let sum = claims.reduce(0) { $0 + $1.least }
      var fewest = claims.count
      for subset in 0..<(1 << claims.count) {
        var left = sum
        var count = 0
        for index in claims.indices where subset >> index & 1 == 1 {
          left -= claims[index].least
          count += 1
        }
        if left <= capacity + 1e-9 { fewest = min(fewest, count) }
      }
      return relax.count != fewest
    }
    #expect(failures == 0)
    #expect(impossible > 500)
  }
}
