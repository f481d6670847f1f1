package import Model

/// How fast a job's memory grows: the middle one of the slopes between all parts of its recent past.
///
/// The recent past is cut into a few parts, each of which counts by its middle value, so that neither
/// one garbage collection nor one large allocation is taken for a trend.
package struct MemoryGrowth: Sendable, Equatable {
  package var perMinute: Bytes
  /// Less than a thousandth of what is held a minute: nothing to look at.
  package var isSteady: Bool

  /// A job that was just found loads its program and data for so long: no growth to speak of.
  private static let settlingSeconds = 20.0
  private static let leastValues = 10
  private static let parts = 12

  /// `history` is what was held at each tick, `interval` the seconds between them. Nil with fewer than
  /// ten known values after the first twenty seconds.
  package init?(_ history: [Float], interval: Double) {
    guard interval > 0 else { return nil }
    let settling = min(Double(history.count), (Self.settlingSeconds / interval).rounded(.up))
    let known = history.indices.dropFirst(Int(settling)).filter { history[$0].isFinite }
    guard known.count >= Self.leastValues else { return nil }
    let parts = min(Self.parts, known.count)
    let points = (0..<parts).map { part -> (time: Double, value: Double) in
      let positions = known[(part * known.count / parts)..<((part + 1) * known.count / parts)]
      let time = positions.reduce(0) { $0 + Double($1) } / Double(positions.count) * interval
      return (time, Self.middle(positions.map { Double(history[$0]) }))
    }
    var slopes: [Double] = []
    for (index, first) in points.enumerated() {
      for second in points[(index + 1)...] {
        slopes.append((second.value - first.value) / (second.time - first.time))
      }
    }
    let rate = Self.middle(slopes) * 60
    guard abs(rate) < 1e18 else { return nil }
    perMinute = Bytes(Int64(rate))
    isSteady = abs(rate) < max((points.last?.value ?? 0) / 1000, Double(1 << 20))
  }

  private static func middle(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let half = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }

  /// `+312 MiB`, or `steady`.
  package var text: String {
    if isSteady { return "steady" }
    return (perMinute.count > 0 ? "+" : "") + Format.bytes(perMinute)
  }
}
