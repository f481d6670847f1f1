/// A mean in which what is past counts less and less: half after about 0.7 of its time.
///
/// As a filter of first order, it needs no ring and knows any interval between values.
struct Smoothed: Sendable, Hashable {
  private(set) var value: Double?

  /// Takes in what held for the last `seconds`; `over` is its time.
  mutating func add(_ new: Double, for seconds: Double, over time: Double) {
    guard let old = value, time > 0 else {
      value = new
      return
    }
    value = old + (new - old) * seconds / (time + seconds)
  }

  mutating func forget() { value = nil }
}
