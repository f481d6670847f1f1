/// Draws jobs with replacement, and sums up what was drawn: how much a result owes to which jobs
/// happened to be recorded (Efron's bootstrap). Jobs, not windows: windows of one job resemble each
/// other.
struct Bootstrap {
  private let draws: Int
  private var state: UInt64

  init(draws: Int, seed: UInt64) {
    self.draws = draws
    state = seed
  }

  func sums(of scores: [Score]) -> [Score] {
    var copy = self
    return (0..<draws).map { _ in
      scores.indices.reduce(Score()) { sum, _ in sum + scores[copy.next(below: scores.count)] }
    }
  }

  /// SplitMix64 (Steele, Lea and Flood 2014); the remainder favours none of so few jobs.
  private mutating func next(below count: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(count))
  }
}
