import Model

/// Its threads are ready to run and somebody else has the CPUs.
struct CPUContention: Rule {
  static let id = RuleID.cpuContention
  static let smoothing = 2.5

  private let amber: Double
  private let red: Double
  private let wants: Double
  private let stolen: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    red = thresholds["red"]
    wants = thresholds["wants"]
    stolen = thresholds["stolen"]
  }

  func measure(_ view: JobView) -> Measurement {
    // Run delay counts threads, throttled time run queues: one cannot be taken from the other.
    if view.isThrottled { return .unknown(.throttled) }
    guard let used = view.used, let waiting = view.waiting else { return .unknown(.demand) }
    guard used + waiting >= wants else { return .quiet }
    let share = waiting / (used + waiting)
    return .reached(amber: share / amber, red: share / red)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let used = view.used ?? 0
    let waiting = view.waiting ?? 0
    let share = used + waiting > 0 ? waiting / (used + waiting) : 0
    let text =
      "It waits for CPUs: its threads got none in \(Words.percent(share)) of the time in which they wanted one; "
    var evidence = [
      Evidence("waiting_share_of_wanted_time", share, .share), Evidence("used", used, .cores),
      Evidence("waiting", waiting, .cores),
    ]
    let own = view.coreSet.map { Double($0.count) } ?? view.box.cores
    // Alone on its CPUs it would still wait for what it wants beyond them.
    if used + waiting - own >= waiting / 2 {
      let place =
        view.coreSet == nil
        ? "the box has \(Words.number(own))" : "its core set has \(Words.number(own))"
      evidence.append(Evidence("cpus", own, .count))
      let more = min(used + waiting - own, view.box.cores - own).rounded(.up)
      return RuleAccount(
        text + "it wants \(Words.cores(used + waiting)) itself and \(place).", evidence,
        suggestion: more < 1
          ? nil
          : Suggestion(
            .knob(.cpus), .raise, .cores(Cores(more)),
            "give it \(Words.counted(Int(more), "more CPU", "more CPUs"))"))
    }
    if let taken = view.box.box.stolen?.value, taken >= stolen * view.box.cores {
      evidence.append(Evidence("stolen", taken, .cores))
      return RuleAccount(
        text
          + "the hypervisor takes \(Words.number(taken)) of the box's \(Words.cores(view.box.cores)).",
        evidence)
    }
    let change = Suggestion(
      .knob(.cpus), .change, "give it a core set of its own, or a higher weight")
    guard let (other, uses) = neighbour(view) else {
      return RuleAccount(text + "what is in no job has them.", evidence, suggestion: change)
    }
    evidence.append(Evidence("neighbour_used", uses, .cores))
    return RuleAccount(
      text + "\(other.job.name) uses \(Words.cores(uses)) on the same CPUs.", evidence,
      suggestion: change)
  }

  /// The job that uses most on CPUs that this one may use, if it is more than everything outside of jobs.
  private func neighbour(_ view: JobView) -> (JobMoment, Double)? {
    var neighbour: JobMoment?
    var most = view.box.otherUsed
    for use in view.box.jobUses where use.used > most {
      let job = view.box.jobs[use.position]
      guard job.id != view.job.id, overlap(job, view.job) else { continue }
      most = use.used
      neighbour = job
    }
    return neighbour.map { ($0, most) }
  }

  private func overlap(_ a: JobMoment, _ b: JobMoment) -> Bool {
    guard let left = a.grant.cpus, let right = b.grant.cpus else { return true }
    return !left.intersection(right).isEmpty
  }
}

/// It wants more CPUs than it may run on.
struct CoreSet: Rule {
  static let id = RuleID.coreSet
  static let smoothing = 2.5

  private let amber: Double
  private let red: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    red = thresholds["red"]
  }

  func measure(_ view: JobView) -> Measurement {
    if view.isThrottled { return .unknown(.throttled) }
    guard view.job.grant.cpus != nil else { return .unknown(.coreSet) }
    guard view.coreSet != nil || view.affinity != nil else { return .quiet }
    guard let demand = view.demand else { return .unknown(.demand) }
    let ratio = demand / Double(view.ownCPUs)
    return .reached(amber: ratio / amber, red: ratio / red)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let demand = view.demand ?? 0
    let count = view.ownCPUs
    let evidence = [Evidence("demand", demand, .cores), Evidence("cpus", Double(count), .count)]
    if view.affinity != nil {
      let all = view.coreSet?.count ?? view.box.box.cpus.count
      return RuleAccount(
        "Its threads confine themselves to \(count) of the \(all) CPUs that they may use and want \(Words.cores(demand)): more cores will not help.",
        evidence + [Evidence("cpus_granted", Double(all), .count)],
        suggestion: Suggestion(.code, .change, "let its threads use all of its CPUs"))
    }
    let more = min(Int((demand - Double(count)).rounded(.up)), view.box.box.cpus.count - count)
    return RuleAccount(
      "Its core set is too small: it wants \(Words.cores(demand)) and has \(count).", evidence,
      suggestion: Suggestion(
        .knob(.cpus), .raise, .cores(Cores(Double(max(1, more)))),
        "give it \(Words.counted(max(1, more), "more CPU", "more CPUs"))"))
  }
}

/// Its memory, or its GPU, is far from its CPUs.
struct RemoteMemory: Rule {
  static let id = RuleID.numa

  private let amber: Double

  init(_ thresholds: Thresholds) { amber = thresholds["amber"] }

  func measure(_ view: JobView) -> Measurement {
    if view.box.box.numaNodes < 2 { return .quiet }
    let away = view.past.placement.away
    guard let local = view.evidence?.localMemory?.value else {
      return away.map { .reached($0 / amber) } ?? .unknown(.localMemory)
    }
    return .reached(max(1 - local, away ?? 0) / amber)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    var evidence: [Evidence] = []
    var parts: [String] = []
    if let away = view.past.placement.away, away >= amber {
      evidence.append(Evidence("share_of_cpus_away_from_gpu", away, .share))
      let nodes = view.past.placement.nodes.map { "\($0)" }.joined(separator: " and ")
      parts.append(
        "\(Words.percent(away)) of its CPUs are not on its GPU's node \(nodes)")
    }
    if let local = view.evidence?.localMemory?.value, 1 - local >= amber {
      evidence.append(Evidence("local_share_of_memory", local, .share))
      parts.append("\(Words.percent(1 - local)) of its memory is on another node than its CPUs")
    }
    if parts.isEmpty { parts.append("part of its memory is on another node than its CPUs") }
    let place = view.past.placement.nodes.isEmpty ? "one node" : "its GPU's node"
    return RuleAccount(
      "It reaches across NUMA nodes: \(parts.joined(separator: "; ")).", evidence,
      suggestion: Suggestion(.knob(.cpus), .change, "give it a core set on \(place)"))
  }
}

extension JobView {
  /// The CPUs that its threads confine themselves to, where they are fewer than it may use.
  var affinity: CPUSet? {
    guard let affinity = evidence?.affinity, !affinity.isEmpty else { return nil }
    return affinity.count < (coreSet?.count ?? box.box.cpus.count) ? affinity : nil
  }

  /// How many CPUs its threads can run on.
  var ownCPUs: Int { max(1, affinity?.count ?? coreSet?.count ?? box.box.cpus.count) }
}
