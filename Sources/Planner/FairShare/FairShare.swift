package import Model

/// Divides a resource among jobs: weighted max-min fairness, by water-filling.
///
/// All rise together, each by its weight, from nothing; who has all that is of use to it stops, and who
/// was promised a least amount begins to rise when the others have come up to it. So nobody can have
/// more unless somebody loses who has as little or less for its weight (Radunović and Le Boudec give
/// the proof for any convex set). What nobody needs stays free.
package enum FairShare {
  package enum Outcome: Sendable, Hashable {
    /// One amount a job; their sum is at most the capacity.
    case shared([JobID: Double])
    /// The least amounts are together more than there is, by so much; taking back those of these jobs,
    /// the fewest possible, would be enough.
    case impossible(short: Double, relax: [JobID])

    package var amounts: [JobID: Double]? {
      if case .shared(let amounts) = self { amounts } else { nil }
    }
  }

  /// CPUs that no plan gives away: for the kernel, for logins, and for us.
  package static func housekeeping(cores: Int) -> Int { max(1, (cores + 15) / 16) }

  /// Divides an amount that can be divided at will.
  package static func divide(_ capacity: Double, among claims: [Claim]) -> Outcome {
    let capacity = max(0, capacity)
    if let impossible = impossible(capacity, claims) { return impossible }
    // In an order of its own, so that sums are the same to the last digit whoever comes first.
    let claims = claims.sorted { JobID.precedes($0.job, $1.job) }
    let level = level(capacity, claims)
    var amounts: [JobID: Double] = [:]
    for claim in claims {
      amounts[claim.job] = max(claim.floor, min(claim.cap, level * claim.pull))
    }
    return .shared(amounts)
  }

  /// Divides whole units, by largest remainder; ties go to the greater weight, then to the first job.
  package static func divideWhole(_ capacity: Int, among claims: [Claim]) -> Outcome {
    let claims = claims.map(\.inWholeUnits)
    guard case .shared(var amounts) = divide(Double(max(0, capacity)), among: claims) else {
      return divide(Double(max(0, capacity)), among: claims)
    }
    var remainders: [(claim: Claim, rest: Double)] = []
    var whole = 0.0
    for claim in claims {
      let exact = amounts[claim.job] ?? 0
      // What differs from a whole number by a rounding error only is that number.
      let floor = (exact + 1e-9).rounded(.down)
      amounts[claim.job] = floor
      whole += exact
      if exact - floor > 1e-9 { remainders.append((claim, exact - floor)) }
    }
    let given = amounts.values.reduce(0, +)
    var left = Int((whole + 1e-6).rounded(.down) - given)
    remainders.sort { a, b in
      if abs(a.rest - b.rest) > 1e-9 { return a.rest > b.rest }
      if a.claim.weight != b.claim.weight { return a.claim.weight > b.claim.weight }
      return JobID.precedes(a.claim.job, b.claim.job)
    }
    for (claim, _) in remainders where left > 0 {
      amounts[claim.job, default: 0] += 1
      left -= 1
    }
    return .shared(amounts)
  }

  /// The fewest least amounts that have to go are the largest; of equal ones, those of less weight.
  private static func impossible(_ capacity: Double, _ claims: [Claim]) -> Outcome? {
    var sum = claims.map(\.floor).sorted().reduce(0, +)
    let short = sum - capacity
    guard short > 1e-9 else { return nil }
    var relax: [JobID] = []
    let order = claims.sorted { a, b in
      if a.floor != b.floor { return a.floor > b.floor }
      if a.weight != b.weight { return a.weight < b.weight }
      return JobID.precedes(b.job, a.job)
    }
    for claim in order {
      guard sum > capacity + 1e-9 else { break }
      sum -= claim.floor
      relax.append(claim.job)
    }
    return .impossible(short: short, relax: relax)
  }

  /// How high the water stands: the amount a unit of weight at which all together have the capacity, or
  /// at which all have what they need.
  ///
  /// What all have together is a broken line over the level: it begins to rise by a weight where a job's
  /// least amount is reached, and stops where its cap is.
  private static func level(_ capacity: Double, _ claims: [Claim]) -> Double {
    var bends: [(level: Double, slope: Double)] = []
    var sum = 0.0
    for claim in claims {
      sum += claim.floor
      guard claim.cap > claim.floor else { continue }
      bends.append((claim.floor / claim.pull, claim.pull))
      bends.append((claim.cap / claim.pull, -claim.pull))
    }
    bends.sort { $0.level < $1.level }
    var level = 0.0
    var slope = 0.0
    for bend in bends {
      let rise = slope * (bend.level - level)
      if sum + rise >= capacity { return level + (slope > 0 ? (capacity - sum) / slope : 0) }
      sum += rise
      level = bend.level
      slope += bend.slope
    }
    return level
  }
}
