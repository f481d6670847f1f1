import Model

extension Boxes {
  /// The busy box with eight GPUs, of which a few jobs have findings.
  static func found() -> Moment {
    var moment = gpus(8)
    moment.give("llama-ft", [quota(.red), input, unused(memory: 48)])
    moment.give(
      "vit-b",
      [
        finding(
          .memoryLimit, .amber, ago: 95,
          "Memory is near the line: 118 GiB that cannot be reclaimed, 92 % of the limit of 128 GiB.",
          [Evidence("unreclaimable", 118 * 1_073_741_824, .bytes)],
          Suggestion(.knob(.memory), .raise, "give it 14 GiB more"))
      ])
    moment.give(
      "notebook-7",
      [
        finding(
          .gpuIdle, .red, ago: 2520, role: .separate,
          "GPU 6 has done nothing for 42 min, while the job does next to nothing.",
          [Evidence("idle", 2520, .seconds)],
          Suggestion(.gpus, .lower, "ask its owner; end it, or let another job have GPU 6"),
          Waste(gpus: 1)), unused(memory: 42),
      ])
    moment.give(
      "etl-nightly", [quota(.amber), reclaim])
    moment.give(
      "bench",
      [
        finding(
          .gpuCompute, .note, ago: 300, "Its GPU is at its best: 84 % of its units work.",
          [Evidence("units", 0.84, .share)])
      ])
    moment.jobs[0].notEvaluated = [
      NotEvaluated(.cpuContention, .throttled), NotEvaluated(.numa, .localMemory),
    ]
    return moment
  }

  private static func quota(_ level: FindingLevel) -> Finding {
    var finding = finding(
      .cpuQuota, level, ago: 720, role: .main,
      "Cores are at the line: throttled in 38 % of periods for 12 min; it wants 22.4 cores and has 16.",
      [
        Evidence("throttled_share_of_periods", 0.38, .share), Evidence("granted", 16, .cores),
        Evidence("used_mean", 15.9, .cores), Evidence("demand", 22.4, .cores),
      ],
      Suggestion(.knob(.cores), .raise, .cores(Cores(7)), "give it 7 more cores"))
    finding.certainty = .confirmed
    finding.ruledOut = [
      RuledOut(.reclaim, "not memory: some of its threads stalled on it 0 % of the time"),
      RuledOut(.io, "not disks: all of its threads stalled on them 2.0 % of the time"),
    ]
    return finding
  }

  private static let input = finding(
    .inputPrepare, .amber, ago: 600, role: .contributing,
    "It waits for its own input 41 % of the time: 14 loader workers are runnable 97 % of the time.",
    [Evidence("gpu_waits", 0.41, .share), Evidence("workers", 14, .count)])

  private static let reclaim = finding(
    .reclaim, .red, ago: 40, role: .contributing,
    "Its own memory.high of 9.0 GiB holds it back: some of its threads stalled 22 % of the time.",
    [Evidence("memory_some", 0.22, .share)])

  private static func unused(memory: Double) -> Finding {
    finding(
      .memoryUnused, .amber, ago: 14_400, role: .separate,
      "It does not need \(Int(memory)) GiB of its 128GiB: it held 61.0 GiB at most, over 4 h.",
      [Evidence("unused", memory * 1_073_741_824, .bytes)],
      Suggestion(.knob(.memory), .lower, "give \(Int(memory))GiB back"), Waste(memory: memory))
  }

  static func finding(
    _ rule: RuleID, _ level: FindingLevel, ago seconds: UInt64, role: FindingRole = .main,
    _ text: String, _ evidence: [Evidence] = [], _ suggestion: Suggestion? = nil,
    _ waste: Waste? = nil
  ) -> Finding {
    // The time of the box with GPUs.
    let now = Instant(nanoseconds: 20_000 * 1_000_000_000)
    var finding = Finding(
      job: nil, rule: rule, level: level,
      since: Instant(nanoseconds: now.nanoseconds - seconds * 1_000_000_000), asOf: now,
      account: FindingAccount(text, evidence, suggestion: suggestion, waste: waste))
    finding.role = role
    return finding
  }
}

extension Moment {
  mutating func give(_ name: String, _ findings: [Finding]) {
    for index in jobs.indices where jobs[index].job.name.string == name {
      jobs[index].findings = findings
    }
  }
}
