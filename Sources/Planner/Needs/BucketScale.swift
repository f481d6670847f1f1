/// Edges of buckets that grow by a twentieth from one to the next, as in the Vertical Pod Autoscaler's
/// histograms: bucket n begins at first · (1.05ⁿ − 1) / 0.05, so that small amounts, which matter to
/// nobody, have few buckets.
struct BucketScale: Sendable {
  /// Where each bucket begins, ascending; the last one has no end.
  let edges: [Double]

  static let ratio = 1.05
  /// Cores, from a hundredth to a thousand.
  static let cores = BucketScale(first: 0.01, most: 1000)
  /// Bytes, from 10 MB to 10 TB.
  static let memory = BucketScale(first: 1e7, most: 1e13)

  init(first: Double, most: Double) {
    var edges = [0.0]
    var width = first
    while let last = edges.last, last < most {
      edges.append(last + width)
      width *= Self.ratio
    }
    self.edges = edges
  }

  /// The bucket that a value falls into; values beyond the scale fall into the last.
  func bucket(of value: Double) -> Int {
    var low = 0
    var high = edges.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }
}
