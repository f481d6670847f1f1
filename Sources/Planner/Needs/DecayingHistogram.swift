/// How often each amount was seen, where what is past counts less and less: half after a half-life.
///
/// A sample of time t weighs 2^((t − reference) / half-life): nothing that was counted has to be
/// touched as time goes by, since only the relation of weights matters (the Vertical Pod Autoscaler's
/// decaying histogram). A quantile is the largest value that fell into its bucket: never below the
/// exact one, and above it by a twentieth at most.
///
/// 1.8 KB for cores, 2.2 KB for memory, however long the job runs.
package struct DecayingHistogram: Sendable {
  private let scale: BucketScale
  /// In seconds.
  private let halfLife: Double
  private var weights: [Float]
  private var largest: [Float]
  private(set) var total = 0.0
  private var sum = 0.0
  private var reference: Double?
  private var lastWeight = 1.0

  /// What is left of a sample when it is forgotten: after ten half-lives.
  private static let forgotten = 1.0 / 1024
  /// Weights are brought back to 1 when they have grown by this power of two.
  private static let highestExponent = 40.0

  package static func cores(halfLife: Double) -> DecayingHistogram {
    DecayingHistogram(.cores, halfLife: halfLife)
  }

  package static func memory(halfLife: Double) -> DecayingHistogram {
    DecayingHistogram(.memory, halfLife: halfLife)
  }

  init(_ scale: BucketScale, halfLife: Double) {
    self.scale = scale
    self.halfLife = halfLife
    weights = Array(repeating: 0, count: scale.edges.count)
    largest = Array(repeating: 0, count: scale.edges.count)
  }

  package var isEmpty: Bool { total <= 0 }

  /// Counts a value that was seen at a time, in seconds of any clock that does not go back; `weight` is
  /// how much it counts beside others of the same time.
  package mutating func add(_ value: Double, at time: Double, weight: Double = 1) {
    guard value.isFinite, value >= 0, weight > 0 else { return }
    let weight = weight * self.weight(at: time)
    let bucket = scale.bucket(of: value)
    weights[bucket] += Float(weight)
    var rounded = Float(value)
    // Never below what was seen.
    if Double(rounded) < value { rounded = rounded.nextUp }
    largest[bucket] = max(largest[bucket], rounded)
    total += weight
    sum += value * weight
  }

  /// Lets all that was seen so far count only a part.
  package mutating func scale(by part: Double) {
    for bucket in weights.indices { weights[bucket] *= Float(part) }
    total *= part
    sum *= part
  }

  /// The mean; nil where nothing was seen.
  package var mean: Double? { isEmpty ? nil : sum / total }

  /// The value that so large a part of all is not above; nil where nothing was seen.
  package func quantile(_ part: Double) -> Double? {
    guard !isEmpty else { return nil }
    let wanted = part * total
    var counted = 0.0
    var last: Double?
    for bucket in weights.indices where weights[bucket] > 0 {
      counted += Double(weights[bucket])
      last = Double(largest[bucket])
      // Sums of the same weights in another order may differ in their last digits.
      if counted >= wanted * (1 - 1e-6) { return last }
    }
    return last
  }

  /// The largest value that is not forgotten; nil where nothing was seen.
  package var most: Double? {
    let least = Float(lastWeight * Self.forgotten)
    return weights.indices.last { weights[$0] > least }.map { Double(largest[$0]) }
  }

  /// The part of the time in which it was more than a value, to the width of a bucket.
  package func shareAbove(_ value: Double) -> Double? {
    guard !isEmpty else { return nil }
    var above = 0.0
    for bucket in weights.indices where Double(largest[bucket]) > value {
      above += Double(weights[bucket])
    }
    return min(1, above / total)
  }

  private mutating func weight(at time: Double) -> Double {
    let start = reference ?? time
    reference = start
    var exponent = (time - start) / halfLife
    if exponent > Self.highestExponent {
      scale(by: powerOfTwo(-exponent))
      reference = time
      exponent = 0
    }
    lastWeight = powerOfTwo(max(0, exponent))
    return lastWeight
  }
}
