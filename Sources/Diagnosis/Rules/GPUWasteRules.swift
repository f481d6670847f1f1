import Model

/// It holds a GPU that does nothing.
struct GPUIdle: Rule {
  static let id = RuleID.gpuIdle

  private let amber: Double
  private let red: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    red = thresholds["red"]
  }

  func measure(_ view: JobView) -> Measurement {
    if view.gpus.isEmpty { return .quiet }
    var longest = 0.0
    var isKnown = false
    for gpu in view.gpus {
      isKnown = isKnown || gpu.isIdle != nil
      longest = max(longest, seconds(gpu, view))
    }
    guard isKnown else { return .unknown(.gpuIdleness) }
    return .reached(amber: longest / amber, red: longest / red)
  }

  /// For how long it has been idle, of the time in which that counts.
  private func seconds(_ gpu: DeviceNow, _ view: JobView) -> Double {
    guard gpu.isIdle == true, let idle = gpu.idleSince, let counting = view.past.countingSince
    else {
      return 0
    }
    return view.time.seconds(since: max(idle, counting))
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let idle = view.gpus.filter { seconds($0, view) >= amber * Track.leaving }
    let count = max(1, idle.count)
    // What several jobs hold is wasted once.
    let wasted = view.uses.reduce(0.0) { sum, use in
      seconds(view.box.devices[use.position], view) >= amber * Track.leaving
        ? sum + 1 / Double(use.holders) : sum
    }
    let first = idle.min { ($0.idleSince ?? view.time) < ($1.idleSince ?? view.time) }
    let lasting = first?.idleSince.map { view.time.seconds(since: $0) } ?? 0
    let atLeast = first?.idleIsSinceBeginning == true ? "at least " : ""
    var evidence = [
      Evidence("idle", lasting, .seconds), Evidence("gpus", Double(count), .count),
      Evidence("gpus_held", Double(view.gpus.count), .count),
    ]
    var shares = ""
    if let hour = first?.idleHour {
      evidence.append(Evidence("idle_share_of_last_hour", hour, .share))
      shares = " (\(Words.percent(hour)) of the last hour"
      if let day = first?.idleDay, lasting < 86_400 {
        evidence.append(Evidence("idle_share_of_last_day", day, .share))
        shares += ", \(Words.percent(day)) of the last day"
      }
      shares += ")"
    }
    let names = Words.gpus(idle.map(\.index))
    let verb = count == 1 ? "has" : "have"
    return RuleAccount(
      "\(names) \(verb) been idle for \(atLeast)\(Words.time(lasting))\(shares); meanwhile the job \(doing(view)).",
      evidence,
      suggestion: Suggestion(
        .gpus, .lower, .count(count), "ask its owner; end it, or let another job have \(names)"),
      waste: Waste(gpus: wasted), since: first?.idleSince)
  }

  /// What the job does instead.
  private func doing(_ view: JobView) -> String {
    var parts: [String] = []
    if let used = view.past.used.value, used >= 0.2 { parts.append("uses \(Words.cores(used))") }
    if let read = view.job.io.read, read.perSecond >= 1e6 { parts.append("reads \(read.text)") }
    if let written = view.job.io.written, written.perSecond >= 1e6 {
      parts.append("writes \(written.text)")
    }
    return parts.isEmpty ? "does nothing" : parts.joined(separator: " and ")
  }
}

/// It keeps memory of a GPU that others compute on, and computes nothing itself.
struct GPUSquat: Rule {
  static let id = RuleID.gpuSquat

  private let amber: Double
  private let memory: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    memory = thresholds["memory"]
  }

  func measure(_ view: JobView) -> Measurement {
    var longest = 0.0
    var missing: MissingCounter?
    for use in view.uses {
      let gpu = view.box.devices[use.position]
      // One that does nothing at all is told of as idle.
      if gpu.isIdle == true { continue }
      guard let held = use.memory else { continue }
      if held <= memory { continue }
      if use.share == nil {
        missing = .gpuShares
        continue
      }
      longest = max(longest, seconds(use, view))
    }
    if longest == 0, let missing { return .unknown(missing) }
    return .reached(longest / amber)
  }

  private func seconds(_ use: DeviceUse, _ view: JobView) -> Double {
    guard let quiet = use.quietSince, let counting = view.past.countingSince else { return 0 }
    return view.time.seconds(since: max(quiet, counting))
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let use = view.uses.filter { ($0.memory ?? 0) > memory && $0.quietSince != nil }
      .max { seconds($0, view) < seconds($1, view) }
    let held = use?.memory ?? 0
    let lasting = use.map { seconds($0, view) } ?? 0
    let name = Words.gpus([use.map { view.box.devices[$0.position].index } ?? 0])
    return RuleAccount(
      "It holds \(Words.percent(held)) of \(name)'s memory and has computed nothing on it for \(Words.time(lasting)).",
      [
        Evidence("held_share_of_gpu_memory", held, .share),
        Evidence("without_computing", lasting, .seconds),
      ],
      suggestion: Suggestion(.processes, .change, "ask its owner, or end its processes there"),
      since: use?.quietSince)
  }
}

/// It is on a GPU that it was not given.
struct GPUOutsideBudget: Rule {
  static let id = RuleID.gpuOutsideBudget
  static let isMutedByPhases = false

  init(_ thresholds: Thresholds) {}

  func measure(_ view: JobView) -> Measurement {
    .reached(view.uses.contains { $0.isOutsideBudget } ? 1 : 0)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let outside = view.uses.filter(\.isOutsideBudget).map { view.box.devices[$0.position].index }
    let given = view.job.job.budget.gpus ?? []
    let words =
      given.isEmpty
      ? "its budget has none" : "its budget has \(given.map(\.string).joined(separator: ", "))"
    return RuleAccount(
      "It uses \(Words.gpus(outside)); \(words).",
      [Evidence("gpus_outside", Double(outside.count), .count)],
      suggestion: Suggestion(.gpus, .change, "start it with the GPUs of its budget"))
  }
}
