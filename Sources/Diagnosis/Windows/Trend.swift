/// The slope of evenly spaced values, and whether it is more than chance.
///
/// Theil–Sen: the median of the slopes between all pairs. It does not care for outliers up to 29 % of
/// the values (Sen 1968). Mann–Kendall: the number of pairs that rise less those that fall, S, held
/// against its spread if there were no trend (Kendall 1975; with the correction for ties).
struct Trend: Sendable, Hashable {
  /// From one value to the next.
  var slope: Double
  /// Of the first and of the last third.
  var firstSlope: Double
  var lastSlope: Double
  /// The normal approximation of S, corrected for continuity; good from ten values on.
  var z: Double

  /// |z| beyond which a trend is significant, two-sided, p < 0.01.
  static let significant = 2.5758

  var isRising: Bool { z > Self.significant && slope > 0 }

  init(of values: [Double]) {
    slope = Self.slope(of: values[...])
    let third = values.count / 3 + 1
    firstSlope = Self.slope(of: values.prefix(third))
    lastSlope = Self.slope(of: values.suffix(third))
    z = Self.z(of: values)
  }

  private static func slope(of values: ArraySlice<Double>) -> Double {
    var slopes: [Double] = []
    slopes.reserveCapacity(values.count * (values.count - 1) / 2)
    for first in values.indices {
      for second in values.index(after: first)..<values.endIndex {
        slopes.append((values[second] - values[first]) / Double(second - first))
      }
    }
    guard !slopes.isEmpty else { return 0 }
    slopes.sort()
    let middle = slopes.count / 2
    return slopes.count % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2
  }

  private static func z(of values: [Double]) -> Double {
    var rises = 0
    for first in values.indices {
      for second in first + 1..<max(first + 1, values.count) {
        rises += values[second] > values[first] ? 1 : values[second] < values[first] ? -1 : 0
      }
    }
    let n = Double(values.count)
    var spread = n * (n - 1) * (2 * n + 5)
    var sorted = values
    sorted.sort()
    var start = 0
    while start < sorted.count {
      var end = start
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      let ties = Double(end - start)
      spread -= ties * (ties - 1) * (2 * ties + 5)
      start = end
    }
    spread /= 18
    guard spread > 0, rises != 0 else { return 0 }
    return Double(rises > 0 ? rises - 1 : rises + 1) / spread.squareRoot()
  }
}
