/// Learns what is usual of a series of windows, and tells when it changes for good.
///
/// Neighbouring windows of real jobs resemble each other, and that makes cumulative sums cry wolf: with
/// a correlation of 0.5 about ten times as often as the textbook says. So windows are joined, two by
/// two, until neighbours resemble each other by less than 0.2. What is usual is the median, and the
/// spread the median distance from it, which outliers do not move; it is never less than a hundredth.
///
/// At most 2 KB a series.
package struct LevelWatch: Sendable {
  package struct Settings: Sendable, Hashable {
    package var allowance = 0.5
    package var threshold = 8.0
    package var mostCorrelation = 0.2
    package var mostWidth = 16
    /// Means are taken of at least so many windows, joined or not.
    package var leastBlocks = 30
    /// What is usual is learnt from so many windows first, and anew whenever they have doubled, up to
    /// the most.
    package var leastWindows = 60
    package var mostWindows = 480
    /// The spread is at least this part of the mean, and at least this.
    package var leastPart = 0.01
    package var leastSpread = 1e-9
    /// A single value counts no more than this many spreads.
    package var largest = 4.0
    /// Bursts are part of what is usual: the mean and the standard deviation say what that is, and not
    /// the median and the distances from it.
    package var hasBursts = false

    package init() {}

    /// For cores that are wanted: loaders work in bursts, and a need is in whole cores.
    package static var demand: Settings {
      var settings = Settings()
      settings.hasBursts = true
      settings.largest = 2.5
      settings.leastPart = 0.05
      settings.leastSpread = 0.1
      return settings
    }
  }

  private let settings: Settings
  private var learnt: [Float] = []
  private var sums: CumulativeSums?
  /// How many windows are joined into one.
  package private(set) var width = 1
  private var total = 0.0
  private var joined = 0

  package init(_ settings: Settings = Settings()) { self.settings = settings }

  /// It knows what is usual.
  package var isWatching: Bool { sums != nil }

  /// Takes in a window; returns the change that was noticed with it. Then it learns anew.
  package mutating func take(_ value: Double) -> LevelShift? {
    guard value.isFinite else { return nil }
    if let shift = watch(value) {
      self = LevelWatch(settings)
      return shift
    }
    guard learnt.count < settings.mostWindows else { return nil }
    learnt.append(Float(value))
    var size = settings.leastWindows
    while size < learnt.count { size *= 2 }
    if learnt.count == size || learnt.count == settings.mostWindows { learn() }
    return nil
  }

  private mutating func watch(_ value: Double) -> LevelShift? {
    guard sums != nil else { return nil }
    total += value
    joined += 1
    guard joined >= width else { return nil }
    let mean = total / Double(joined)
    total = 0
    joined = 0
    guard let usual = sums?.mean, let alarm = sums?.take(mean) else { return nil }
    return LevelShift(
      direction: alarm.direction, before: usual, after: alarm.mean, windows: alarm.count * width)
  }

  private mutating func learn() {
    var blocks = learnt.map { Double($0) }
    var width = 1
    while Self.correlation(blocks) >= settings.mostCorrelation, width < settings.mostWidth {
      blocks = Self.paired(blocks)
      width *= 2
    }
    guard blocks.count >= settings.leastBlocks else { return }
    let mean = blocks.reduce(0, +) / Double(blocks.count)
    let usual = settings.hasBursts ? mean : Self.median(blocks)
    let own = settings.hasBursts ? Self.deviation(of: blocks, mean) : Self.spread(of: blocks)
    let spread = max(own, settings.leastPart * abs(usual), settings.leastSpread)
    sums = CumulativeSums(
      mean: usual, spread: spread, allowance: settings.allowance, threshold: settings.threshold,
      largest: settings.largest)
    self.width = width
    total = 0
    joined = 0
  }

  private static func paired(_ values: [Double]) -> [Double] {
    (0..<values.count / 2).map { (pair: Int) -> Double in
      (values[2 * pair] + values[2 * pair + 1]) / 2
    }
  }

  /// How much each value resembles the one before: the correlation at lag 1.
  static func correlation(_ values: [Double]) -> Double {
    guard values.count > 2 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    var products = 0.0
    var squares = 0.0
    for index in values.indices {
      let distance = values[index] - mean
      squares += distance * distance
      if index > 0 { products += distance * (values[index - 1] - mean) }
    }
    return squares > 0 ? products / squares : 0
  }

  /// The median distance from the median, times 1.4826: σ of a normal distribution.
  static func spread(of values: [Double]) -> Double {
    let middle = median(values)
    return 1.4826 * median(values.map { abs($0 - middle) })
  }

  private static func deviation(of values: [Double], _ mean: Double) -> Double {
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(max(1, values.count - 1))).squareRoot()
  }

  private static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
