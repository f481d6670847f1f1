import Model

/// Its GPUs compute as hard as they can: all is well.
struct GPUCompute: Rule {
  static let id = RuleID.gpuCompute

  private let note: Double
  private let busy: Double
  private let power: Double

  init(_ thresholds: Thresholds) {
    note = thresholds["note"]
    busy = thresholds["busy"]
    power = thresholds["power"]
  }

  func measure(_ view: JobView) -> Measurement {
    if view.gpus.isEmpty { return .quiet }
    var least = Double.infinity
    for gpu in view.gpus {
      if let units = gpu.units {
        least = min(least, units / note)
        continue
      }
      guard let value = gpu.busy else { return .unknown(.gpuBusy) }
      guard let share = gpu.powerShare else { return .unknown(.gpuPower) }
      least = min(least, value / busy, share / power)
    }
    return .reached(least)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let gpus = view.gpus
    let who =
      gpus.count == 1
      ? "Its GPU computes as hard as it can" : "Its \(gpus.count) GPUs compute as hard as they can"
    let units = gpus.compactMap(\.units)
    if units.count == gpus.count {
      let mean = units.reduce(0, +) / Double(max(1, units.count))
      return RuleAccount(
        "\(who): \(Words.percent(mean)) of the units work. Nothing else is in its way.",
        [Evidence("active_share_of_units", mean, .share)], isNote: true)
    }
    let shares = gpus.compactMap(\.powerShare)
    let mean = shares.reduce(0, +) / Double(max(1, shares.count))
    let busy = view.meanBusy ?? 0
    return RuleAccount(
      "\(who): busy \(Words.percent(busy)) of the time, at \(Words.percent(mean)) of the power limit. Nothing else is in its way.",
      [
        Evidence("busy_share_of_time", busy, .share),
        Evidence("power_share_of_limit", mean, .share),
      ], isNote: true)
  }
}

/// Always a kernel on it, and hardly any work: tiny kernels, waiting for memory, or spinning in a
/// collective.
struct GPUHollow: Rule {
  static let id = RuleID.gpuHollow

  private let amber: Double
  private let power: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    power = thresholds["power"]
  }

  func measure(_ view: JobView) -> Measurement {
    if view.gpus.isEmpty { return .quiet }
    var worst = 0.0
    var missing: MissingCounter?
    for gpu in view.gpus where gpu.answers {
      switch ratio(gpu) {
      case .reached(let ratio, _): worst = max(worst, ratio)
      case .unknown(let counter): missing = counter
      case .skipped: break
      }
    }
    if worst == 0, let missing { return .unknown(missing) }
    return .reached(worst)
  }

  private func ratio(_ gpu: DeviceNow) -> Measurement {
    guard let busy = gpu.busy else { return .unknown(.gpuBusy) }
    guard let share = gpu.powerShare else { return .unknown(.gpuPower) }
    // Units that work do not show as power where the work is moving data.
    if let units = gpu.units, units >= 0.5 { return .quiet }
    return .reached(min(busy / amber, power / max(0.01, share)))
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let hollow = view.gpus.filter { gpu in
      if case .reached(let ratio, _) = ratio(gpu) { ratio >= Track.leaving } else { false }
    }
    let gpu = hollow.min { ($0.powerShare ?? 1) < ($1.powerShare ?? 1) }
    let share = gpu?.powerShare ?? 0
    var evidence = [
      Evidence("busy_share_of_time", gpu?.busy ?? 0, .share),
      Evidence("power_share_of_limit", share, .share),
      Evidence("gpus", Double(hollow.count), .count),
    ]
    if let units = gpu?.units { evidence.append(Evidence("active_share_of_units", units, .share)) }
    let verb = hollow.count == 1 ? "is" : "are"
    return RuleAccount(
      "\(Words.gpus(hollow.map(\.index))) \(verb) busy \(Words.percent(gpu?.busy ?? 0)) of the time but at \(Words.percent(share)) of the power limit: small kernels, waiting for memory, or waiting for other GPUs.",
      evidence)
  }
}

/// Its memory on a GPU is nearly used up.
struct GPUMemory: Rule {
  static let id = RuleID.gpuMemory

  private let amber: Double

  init(_ thresholds: Thresholds) { amber = thresholds["amber"] }

  func measure(_ view: JobView) -> Measurement {
    if view.gpus.isEmpty { return .quiet }
    guard let fullest = view.gpus.compactMap(\.filled).max() else { return .unknown(.gpuMemory) }
    return .reached(fullest / amber)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let fullest = view.gpus.max { ($0.filled ?? 0) < ($1.filled ?? 0) }
    let filled = fullest?.filled ?? 0
    return RuleAccount(
      "\(Words.gpus([fullest?.index ?? 0]))'s memory is \(Words.percent(filled)) full. Frameworks reserve ahead: it may need less.",
      [Evidence("used_share_of_gpu_memory", filled, .share)])
  }
}

/// Something holds the clocks of its GPUs back: heat, the power limit, the hardware's brake.
struct GPUClocks: Rule {
  static let id = RuleID.gpuClocks

  private let amber: Double
  private let red: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    red = thresholds["red"]
  }

  func measure(_ view: JobView) -> Measurement {
    if view.gpus.isEmpty { return .quiet }
    var most = 0.0
    var wrong = 0.0
    var isKnown = false
    for gpu in view.gpus {
      guard let held = gpu.held else { continue }
      isKnown = true
      most = max(most, held)
      wrong = max(wrong, gpu.heldWrongly)
    }
    guard isKnown else { return .unknown(.gpuThrottles) }
    return .reached(amber: most / amber, red: wrong / red)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let worst = view.gpus.max {
      ($0.heldWrongly, $0.held ?? 0) < ($1.heldWrongly, $1.held ?? 0)
    }
    guard let gpu = worst else { return RuleAccount("Its GPUs' clocks are held back.", []) }
    var evidence = [
      Evidence("held_by_heat_share_of_time", gpu.heldByHeat ?? 0, .share),
      Evidence("held_by_brake_share_of_time", gpu.heldByBrake ?? 0, .share),
      Evidence("held_by_power_limit_share_of_time", gpu.heldByPower ?? 0, .share),
    ]
    var clocks = ""
    if let clock = gpu.clock, let most = gpu.clockMost {
      evidence.append(Evidence("clock", clock, .megahertz))
      clocks = " (\(Int(clock.rounded())) of \(Int(most)) MHz)"
    }
    let name = Words.gpus([gpu.index])
    if gpu.heldWrongly >= amber * Track.leaving {
      let isHeat = (gpu.heldByHeat ?? 0) >= (gpu.heldByBrake ?? 0)
      let cause = isHeat ? "heat" : "the hardware's power brake"
      let advice = isHeat ? "see to its cooling" : "see to its power supply"
      return RuleAccount(
        "\(name)'s clocks are held back by \(cause) \(Words.percent(gpu.heldWrongly)) of the time\(clocks).",
        evidence, suggestion: Suggestion(.cooling, .change, advice))
    }
    let limit = gpu.powerLimit.map { " of \(decimalText($0, places: 0)) W" } ?? ""
    var text =
      "\(name)'s clocks are held back by its power limit\(limit) \(Words.percent(gpu.heldByPower ?? 0)) of the time\(clocks)"
    // A device under full load meets its limit: that is how it is meant, unless somebody lowered it.
    guard let now = gpu.powerLimit, let standard = gpu.powerLimitDefault, now < standard - 0.5
    else {
      return RuleAccount(text + "; that is ordinary under full load.", evidence, isNote: true)
    }
    text += "; the limit was lowered from \(decimalText(standard, places: 0)) W."
    return RuleAccount(
      text, evidence,
      suggestion: Suggestion(.powerLimit, .raise, "raise its power limit again"), isNote: true)
  }
}

extension DeviceNow {
  /// The part of the time in which anything held its clocks back; nil where nothing is told.
  var held: Double? {
    guard heldByPower != nil || heldByHeat != nil || heldByBrake != nil else { return nil }
    return min(1, (heldByPower ?? 0) + heldWrongly)
  }

  /// The same for what should not be.
  var heldWrongly: Double { max(heldByHeat ?? 0, heldByBrake ?? 0) }
}

extension Words {
  /// `GPU 3`, `GPUs 0 and 2`, `GPUs 0–3`, `GPUs 0, 2 and 5`.
  static func gpus(_ numbers: [Int]) -> String {
    let numbers = numbers.sorted()
    guard let first = numbers.first, let last = numbers.last else { return "no GPU" }
    if numbers.count == 1 { return "GPU \(first)" }
    if numbers.count > 2, last - first == numbers.count - 1 { return "GPUs \(first)–\(last)" }
    let others = numbers.dropLast().map { "\($0)" }.joined(separator: ", ")
    return "GPUs \(others) and \(last)"
  }
}
