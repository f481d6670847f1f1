/// How often a positive value was how large, in buckets of about 6 %, between two powers of two.
///
/// Buckets are the exponent and the first four bits of the mantissa of the number itself, so that no
/// logarithm is taken. A quantile is the middle of its bucket: at most some 3 % off.
struct Histogram: Sendable {
  private var counts: [Float]
  private let lowest: Int
  private(set) var total = 0.0

  private static let perOctave = 16

  /// From 2^`lowest` on; smaller values count as that, larger ones as the largest.
  init(from lowest: Int, octaves: Int) {
    self.lowest = lowest
    counts = Array(repeating: 0, count: octaves * Self.perOctave)
  }

  mutating func add(_ value: Double) {
    counts[bucket(of: value)] += 1
    total += 1
  }

  /// The value below which a part of all is; nil where there is none.
  func quantile(_ part: Double) -> Double? {
    guard total > 0 else { return nil }
    let wanted = Float(part * total)
    var sum: Float = 0
    for (bucket, count) in counts.enumerated() where count > 0 {
      sum += count
      if sum >= wanted { return middle(of: bucket) }
    }
    return middle(of: counts.count - 1)
  }

  /// Lets all that is there count half.
  mutating func halve() {
    for bucket in counts.indices { counts[bucket] /= 2 }
    total /= 2
  }

  mutating func forget() {
    for bucket in counts.indices { counts[bucket] = 0 }
    total = 0
  }

  private func bucket(of value: Double) -> Int {
    guard value.isNormal, value > 0 else { return 0 }
    let octave = Int(value.exponent) - lowest
    if octave < 0 { return 0 }
    let step = Int(value.significandBitPattern >> 48)
    return min(octave * Self.perOctave + step, counts.count - 1)
  }

  private func middle(of bucket: Int) -> Double {
    let octave = bucket / Self.perOctave + lowest
    let step = Double(bucket % Self.perOctave) + 0.5
    return Double(sign: .plus, exponent: octave, significand: 1 + step / Double(Self.perOctave))
  }
}
