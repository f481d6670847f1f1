/// The largest of what was seen in the last while, in seven parts of it: it forgets between the whole
/// and a sixth more.
struct RecentMost: Sendable, Hashable {
  private let part: Double
  private var slots: [Double] = []
  private var newest = 0

  /// `seconds` is how long the while is.
  init(seconds: Double) { part = seconds / 6 }

  mutating func take(_ value: Double, at time: Double) {
    let slot = Int((time / part).rounded(.down))
    if slots.isEmpty || slot - newest >= 7 || slot < newest {
      slots = [value]
    } else {
      for _ in newest..<slot { slots.append(-.infinity) }
      slots[slots.count - 1] = max(slots[slots.count - 1], value)
      if slots.count > 7 { slots.removeFirst(slots.count - 7) }
    }
    newest = slot
  }

  var value: Double? { slots.max() }
}
