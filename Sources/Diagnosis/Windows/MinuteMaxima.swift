import Model

/// The most of something in each of the last ten minutes, and what their trend is.
///
/// Maxima, because a healthy job's memory is a saw with the teeth of its epochs and checkpoints.
struct MinuteMaxima {
  /// Oldest first.
  private(set) var points: [Double] = []
  /// Of the points, made once for each new one; nil before there are enough.
  private(set) var trend: Trend?

  private let seconds: Double
  private var began: Instant?
  private var most: Int64 = 0

  static let count = 10

  /// `seconds` is how long a "minute" is.
  init(seconds: Double) {
    self.seconds = seconds
    points.reserveCapacity(Self.count)
  }

  mutating func take(_ bytes: Bytes, at time: Instant) {
    guard let start = began else {
      began = time
      most = bytes.count
      return
    }
    most = max(most, bytes.count)
    let passed = time.seconds(since: start)
    guard passed >= seconds * 0.999 else { return }
    if passed > 2 * seconds {
      // A gap: the points before it are of another time.
      points.removeAll(keepingCapacity: true)
      trend = nil
    } else {
      if points.count == Self.count { points.removeFirst() }
      points.append(Double(most))
      if points.count == Self.count { trend = Trend(of: points) }
    }
    began = time
    most = bytes.count
  }

  /// Growth a second; nil where there is no trend.
  var growth: Double? { trend.map { $0.slope / seconds } }
}
