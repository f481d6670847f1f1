import Model

/// All of its GPUs spin and nothing comes of it: a collective that waits for a rank that is gone.
struct Hang: Rule {
  static let id = RuleID.hang
  static let isMutedByPhases = true

  private let red: Double
  private let power: Double
  private let steps: Double
  private let least: Double

  init(_ thresholds: Thresholds) {
    red = thresholds["red"]
    power = thresholds["power"]
    steps = thresholds["steps"]
    least = thresholds["least"]
  }

  func measure(_ view: JobView) -> Measurement {
    if view.gpus.isEmpty { return .quiet }
    guard let progress = view.evidence?.progress else { return .unknown(.progress) }
    guard let last = progress.lastStep else { return .quiet }
    var worst = view.time.seconds(since: last) / max(steps * (progress.stepSeconds ?? 0), least)
    for gpu in view.gpus {
      guard let busy = gpu.busy else { return .unknown(.gpuBusy) }
      guard let now = gpu.power else { return .unknown(.gpuPower) }
      guard let usual = gpu.usualPower else { return .unknown(.history) }
      worst = min(worst, busy / red, power * usual / max(1, now))
    }
    return .reached(amber: 0, red: worst)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let progress = view.evidence?.progress
    let still = progress?.lastStep.map { view.time.seconds(since: $0) } ?? 0
    let now = view.gpus.compactMap(\.power).reduce(0, +)
    let usual = view.gpus.compactMap(\.usualPower).reduce(0, +)
    var evidence = [
      Evidence("without_step", still, .seconds), Evidence("power", now, .watts),
      Evidence("power_usual", usual, .watts),
      Evidence("busy_share_of_time", view.meanBusy ?? 0, .share),
    ]
    if let step = progress?.step { evidence.append(Evidence("step", Double(step), .count)) }
    let who = view.gpus.count == 1 ? "its GPU is" : "its \(view.gpus.count) GPUs are"
    return RuleAccount(
      "It hangs: no step for \(Words.time(still)), while \(who) busy at \(decimalText(now, places: 0)) W instead of the usual \(decimalText(usual, places: 0)) W.",
      evidence,
      suggestion: Suggestion(
        .processes, .change, "look at its ranks; end it and start it from its checkpoint"),
      since: progress?.lastStep)
  }
}

/// A GPU of it has failed, or its driver has reported an error.
struct GPUErrorRule: Rule {
  static let id = RuleID.gpuError
  static let isFact = true

  private let lasts: Double

  init(_ thresholds: Thresholds) { lasts = thresholds["lasts"] }

  func measure(_ view: JobView) -> Measurement {
    var red = false
    var amber = false
    for gpu in view.gpus {
      if gpu.isLost || gpu.rowsFailed { red = true }
      if gpu.rowsPending { amber = true }
      guard isRecent(gpu, view), let number = gpu.errorNumber else { continue }
      if XID.isOfApplication(number) { amber = true } else { red = true }
    }
    return .reached(amber: red || amber ? 1 : 0, red: red ? 1 : 0)
  }

  private func isRecent(_ gpu: DeviceNow, _ view: JobView) -> Bool {
    gpu.errorAt.map { view.time.seconds(since: $0) < lasts } ?? false
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    for gpu in view.gpus where gpu.isLost {
      return RuleAccount(
        "\(Words.gpus([gpu.index])) does not answer any more: it needs a reset or a restart of the box.",
        [Evidence("gpu", Double(gpu.index), .count)])
    }
    for gpu in view.gpus where isRecent(gpu, view) {
      guard let number = gpu.errorNumber else { continue }
      let ago = gpu.errorAt.map { view.time.seconds(since: $0) } ?? 0
      return RuleAccount(
        "\(Words.gpus([gpu.index])) reported error \(number) \(Words.time(ago)) ago: \(XID.meaning(number)).",
        [
          Evidence("gpu", Double(gpu.index), .count), Evidence("xid", Double(number), .count),
          Evidence("since", ago, .seconds),
        ], since: gpu.errorAt)
    }
    for gpu in view.gpus where gpu.rowsFailed || gpu.rowsPending {
      let what =
        gpu.rowsFailed
        ? "has failed memory that could not be replaced: have it repaired"
        : "has failed memory that is replaced at its next reset"
      return RuleAccount(
        "\(Words.gpus([gpu.index])) \(what).", [Evidence("gpu", Double(gpu.index), .count)])
    }
    return RuleAccount("A GPU of it has reported an error.", [])
  }
}

/// What NVIDIA's driver calls its errors (docs.nvidia.com/deploy/xid-errors), as far as they are common.
private enum XID {
  /// Those that a program brings about itself, as a rule.
  static func isOfApplication(_ number: UInt64) -> Bool { [13, 31, 43, 45].contains(number) }

  static func meaning(_ number: UInt64) -> String {
    switch number {
    case 13: "a fault in a program's kernel"
    case 31: "a program touched memory that is not its own"
    case 43: "a program's work was stopped after a fault of its own"
    case 45: "a program was ended while it computed"
    case 48: "memory that could not be corrected"
    case 63, 64: "failing memory is being replaced"
    case 74: "the link between GPUs"
    case 79: "it has fallen off the bus"
    case 94: "memory that could not be corrected, only this job is hit"
    case 95: "memory that could not be corrected, all of its jobs are hit"
    case 119, 120: "its own processor does not answer"
    default: "see NVIDIA's list of Xid errors"
    }
  }
}

/// What was declared for it and what is enforced are not the same.
struct LimitDrift: Rule {
  static let id = RuleID.limitDrift

  private let amber: Double

  init(_ thresholds: Thresholds) { amber = thresholds["amber"] }

  func measure(_ view: JobView) -> Measurement {
    .reached(max(coresOff(view), memoryOff(view)) / amber)
  }

  /// By what part of the declared the enforced is off; 1 where nothing is enforced.
  private func coresOff(_ view: JobView) -> Double {
    guard let declared = view.job.job.declaration?.budget.cores?.value, declared > 0 else {
      return 0
    }
    guard let enforced = view.job.grant.cores.amount?.value else {
      return declared >= view.box.cores ? 0 : 1
    }
    return abs(enforced - declared) / declared
  }

  private func memoryOff(_ view: JobView) -> Double {
    guard let declared = view.job.job.declaration?.budget.memory, declared.count > 0 else {
      return 0
    }
    guard let enforced = view.job.grant.memoryLine.amount else {
      return declared >= view.box.box.memory ? 0 : 1
    }
    return Double(abs(enforced.count - declared.count)) / Double(declared.count)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let grant = view.job.grant
    let cores = coresOff(view) >= amber * Track.leaving ? view.job.job.budget.cores : nil
    let memory = memoryOff(view) >= amber * Track.leaving ? view.job.job.budget.memory : nil
    // What is enforced otherwise comes before what is not enforced at all.
    if let cores, grant.cores != .unlimited || memory == nil || grant.memoryLine == .unlimited {
      return Self.cores(cores, grant.cores.amount, view)
    }
    return Self.memory(memory ?? .zero, grant.memoryLine.amount, view)
  }

  private static func cores(
    _ declared: Cores, _ enforced: Cores?, _ view: JobView
  ) -> RuleAccount {
    let now = enforced.map { "\($0.text) are enforced" } ?? "nothing holds it to that"
    return RuleAccount(
      "Cores are not as declared: \(declared.text) were declared, \(now).",
      [
        Evidence("declared", declared.value, .cores),
        Evidence("enforced", enforced?.value ?? view.box.cores, .cores),
      ],
      suggestion: Suggestion(
        .knob(.cores), .change, .cores(declared), "set it to \(declared.text)"),
      isNote: enforced == nil)
  }

  private static func memory(
    _ declared: Bytes, _ enforced: Bytes?, _ view: JobView
  ) -> RuleAccount {
    let now = enforced.map { "\($0.text) is enforced" } ?? "nothing holds it to that"
    return RuleAccount(
      "Memory is not as declared: \(declared.text) was declared, \(now).",
      [
        Evidence("declared", Double(declared.count), .bytes),
        Evidence("enforced", Double((enforced ?? view.box.box.memory).count), .bytes),
      ],
      suggestion: Suggestion(
        .knob(.memory), .change, .memory(declared), "set it to \(declared.text)"),
      isNote: enforced == nil)
  }
}
