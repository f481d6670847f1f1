import Model

/// One of the job's GPUs is out of line with the others, which wait for it.
///
/// In synchronous training all of them are busy all the time, because those that wait spin. What
/// differs is power, clock and the work of their units. Robust z: 0.6745 · (x − median) / MAD
/// (Iglewicz and Hoaglin 1993).
struct Straggler: Rule {
  static let id = RuleID.straggler
  static let isMutedByPhases = true

  private let amber: Double
  private let least: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    least = thresholds["least"]
  }

  fileprivate struct Outlier {
    var position: Int
    var z: Double
    var measure: Measure
    var value: Double
    var median: Double
  }

  fileprivate enum Measure: String {
    case units, power, clock
  }

  func measure(_ view: JobView) -> Measurement {
    // Of two nobody can tell which is out of line.
    guard view.gpus.count >= 3 else { return .quiet }
    for gpu in view.gpus {
      guard gpu.answers, !gpu.isInstance, let busy = gpu.busy else { return .unknown(.gpuBusy) }
      // An idle one is told of as idle.
      if busy < 0.5 { return .quiet }
    }
    guard let outlier = outlier(view) else { return .unknown(.gpuPower) }
    return .reached(abs(outlier.z) / amber)
  }

  private func outlier(_ view: JobView) -> Outlier? {
    let gpus = view.gpus
    let candidates = [
      furthest(gpus.map(\.units), .units), furthest(gpus.map(\.power), .power),
      furthest(gpus.map(\.clock), .clock),
    ]
    return candidates.compactMap { $0 }.max { abs($0.z) < abs($1.z) }
  }

  private func furthest(_ values: [Double?], _ measure: Measure) -> Outlier? {
    let known = values.compactMap { $0 }
    guard known.count == values.count, known.count >= 3 else { return nil }
    let median = Self.median(known)
    // Devices that agree to the last digit would make an outlier of any difference.
    let spread = max(Self.median(known.map { abs($0 - median) }), least * abs(median))
    guard spread > 0 else { return nil }
    var worst: Outlier?
    for (position, value) in known.enumerated() {
      let z = 0.6745 * (value - median) / spread
      // A clock that is higher than the others' holds nobody up.
      if measure == .clock, z > 0 { continue }
      if abs(z) > abs(worst?.z ?? 0) {
        worst = Outlier(position: position, z: z, measure: measure, value: value, median: median)
      }
    }
    return worst ?? Outlier(position: 0, z: 0, measure: measure, value: median, median: median)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    guard let outlier = outlier(view) else {
      return RuleAccount("One of its GPUs is out of line with the others.", [])
    }
    let gpu = view.gpus[outlier.position]
    let evidence = [
      Evidence("gpu", Double(gpu.index), .count), Evidence("robust_z", outlier.z, .ratio),
      Evidence(outlier.measure.rawValue, outlier.value, outlier.measure.unit),
      Evidence("\(outlier.measure.rawValue)_median", outlier.median, outlier.measure.unit),
    ]
    let name = Words.gpus([gpu.index])
    return RuleAccount(
      "\(name) is out of line with the job's \(view.gpus.count - 1) others: \(outlier.words). \(cause(gpu, outlier, view))",
      evidence)
  }

  private func cause(_ gpu: DeviceNow, _ outlier: Outlier, _ view: JobView) -> String {
    if gpu.heldWrongly >= 0.05 {
      let what = (gpu.heldByHeat ?? 0) >= (gpu.heldByBrake ?? 0) ? "heat" : "the power brake"
      return
        "Its clocks are held back by \(what) \(Words.percent(gpu.heldWrongly)) of the time; the others wait for it."
    }
    if outlier.measure == .clock { return "The others wait for it." }
    // Those that wait take little power: who takes more than they is the one that works.
    if outlier.z > 0 { return "It works while the others wait for it: it may have more to do." }
    let nodes = Set(view.gpus.compactMap(\.node))
    if let node = gpu.node, nodes.count > 1 {
      return "It does less, as if its own input were late; it is on NUMA node \(node)."
    }
    return "It does less, as if its own input were late."
  }
}

extension Straggler.Measure {
  fileprivate var unit: EvidenceUnit {
    switch self {
    case .units: .share
    case .power: .watts
    case .clock: .megahertz
    }
  }
}

extension Straggler.Outlier {
  /// `210 W where they take 540 W`.
  fileprivate var words: String {
    func number(_ value: Double) -> String { decimalText(value, places: 0) }
    return switch measure {
    case .units:
      "\(Words.percent(value)) of its units work, of theirs \(Words.percent(median))"
    case .power: "\(number(value)) W where they take \(number(median)) W"
    case .clock: "\(number(value)) MHz where they have \(number(median)) MHz"
    }
  }
}
