package import Model

/// How fast a job's memory grows: the mean of the newest values against that of the oldest.
///
/// Means of a few values, so that one garbage collection or one batch is not taken for a trend.
package struct MemoryGrowth: Sendable, Equatable {
  package var perMinute: Bytes
  /// Less than a thousandth of what is held a minute: nothing to look at.
  package var isSteady: Bool

  /// Nil with fewer than ten known values.
  package init?(_ history: [Float], interval: Double) {
    let known = history.indices.filter { history[$0].isFinite }
    guard known.count >= 10, interval > 0 else { return nil }
    let few = max(1, known.count / 5)
    func mean(_ positions: some Collection<Int>) -> (value: Double, time: Double) {
      let count = Double(positions.count)
      return (
        positions.reduce(0) { $0 + Double(history[$1]) } / count,
        positions.reduce(0) { $0 + Double($1) } / count * interval
      )
    }
    let first = mean(known.prefix(few))
    let last = mean(known.suffix(few))
    guard last.time > first.time else { return nil }
    let rate = (last.value - first.value) / (last.time - first.time) * 60
    guard abs(rate) < 1e18 else { return nil }
    perMinute = Bytes(Int64(rate))
    isSteady = abs(rate) < max(last.value / 1000, Double(1 << 20))
  }

  /// `+312 MiB`, or `steady`.
  package var text: String {
    if isSteady { return "steady" }
    return (perMinute.count > 0 ? "+" : "") + Format.bytes(perMinute)
  }
}
