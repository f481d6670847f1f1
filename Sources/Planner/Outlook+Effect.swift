import Model

/// What a change will do, said as half a sentence.
extension Outlook {
  func effect(of change: Change, on job: JobMoment) -> String? {
    switch change.to {
    case .cores, .cpus: effectOnCores(of: change, on: job)
    case .weight(let weight): share(of: weight, change, job)
    case .memory(let limit): headroom(under: limit, job, "is killed")
    case .memoryHigh(let limit): headroom(under: limit, job, "is slowed")
    case .read(let limit): flow(limit, job.io.read, "reads")
    case .write(let limit): flow(limit, job.io.written, "writes")
    case .pids(let limit):
      limit.amount.flatMap { most in job.threads.map { "\($0) of \(most) tasks are there" } }
    case .burst(let seconds):
      seconds > 0 ? "up to \(KnobValue.burst(seconds).text) of unused quota are saved up" : nil
    case .frozen(let isFrozen):
      isFrozen
        ? "stands still and keeps its \(job.memory.used?.text ?? "memory")" : "goes on"
    case .nice(let nice):
      if case .nice(let before)? = change.from {
        nice < before ? "comes before others" : "lets others go before"
      } else {
        nil
      }
    case .ioPriority(.idle): "reads and writes only while nobody else does"
    case .ioPriority, .power: nil
    }
  }

  // MARK: Cores

  private func effectOnCores(of change: Change, on job: JobMoment) -> String? {
    guard let grant = grantAfter(change.target.id) else { return nil }
    var words: [String] = []
    if let before = job.grant.cores.amount, let after = grant.cores.amount, after < before {
      words.append("gives up \((before - after).text)")
    }
    guard let wanted = job.cpu.demand ?? job.cpu.used else {
      return words.isEmpty ? nil : words.joined(separator: "; ")
    }
    if case .cores = change.to {
      let before = job.cpu.throttled?.text ?? (job.grant.cores == .unlimited ? "0 %" : "–")
      let after = Throttling(of: job, under: ownQuota(change.target.id), wanted).text
      if before != "0 %" || after != "0 %" { words.append("throttled \(before) → \(after)") }
    }
    let of = grant.cores.amount.map { " of \($0.text)" } ?? ""
    let about = job.cpu.demandIsEstimate ? "about " : ""
    words.append(
      "wants \(about)\(decimalText(wanted.value, places: 1))\(of.isEmpty ? " cores" : of)")
    return words.joined(separator: "; ")
  }

  /// The quota that throttles: its own, or that of a group above it.
  private func ownQuota(_ id: JobID) -> Limit<Cores> {
    let above = controls[id]?.above.cores ?? .unlimited
    guard case .cores(let own)? = value(.cores, id) else { return above }
    return own.tightened(by: above)
  }

  // MARK: Weight

  /// Its part of CPU time while everybody wants some, among jobs in the same group.
  private func share(of weight: Int, _ change: Change, _ job: JobMoment) -> String? {
    guard case .weight(let before)? = change.from, let cgroup = change.target.cgroup else {
      return nil
    }
    let parent = Self.parent(of: cgroup)
    var others = 0
    for other in after.jobs where other.id != job.id {
      guard let path = other.job.cgroup, Self.parent(of: path) == parent else { continue }
      if case .weight(let weight)? = value(.weight, other.id) {
        others += weight
      } else {
        others += other.grant.weight ?? 100
      }
    }
    guard others > 0 else { return "nobody beside it in its group to compete with" }
    func part(_ weight: Int) -> String {
      Share(Double(weight) / Double(max(1, weight + others))).text
    }
    return "where CPU is short: \(part(before)) → \(part(weight)) of its group"
  }

  static func parent(of path: String) -> Substring {
    path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
  }

  // MARK: Memory and IO

  private func headroom(under limit: Limit<Bytes>, _ job: JobMoment, _ fate: String) -> String? {
    guard let used = job.memory.used else { return nil }
    guard let limit = limit.amount else { return "may grow until the box is full" }
    let left = limit - used
    guard left >= .zero else { return nil }
    let part = Share(Double(left.count) / Double(max(1, limit.count))).text
    return "\(left.text) (\(part)) left until it \(fate)"
  }

  private func flow(_ limit: Limit<ByteRate>, _ now: ByteRate?, _ verb: String) -> String? {
    guard let now else { return nil }
    guard let limit = limit.amount else { return "\(verb) \(now.text) now" }
    return now > limit
      ? "\(verb) \(now.text) now, will be held to \(limit.text)" : "\(verb) \(now.text) of it now"
  }
}

/// How many of its periods a job will be throttled in: a prediction, as a range.
struct Throttling {
  private(set) var low: Int
  private(set) var high: Int

  /// Demand is a mean over a second; within it, threads come and go. So near the quota little can be
  /// said, and a range says that.
  init(of job: JobMoment, under quota: Limit<Cores>, _ wanted: Cores) {
    guard let quota = quota.amount else {
      (low, high) = (0, 0)
      return
    }
    // A job with fewer threads than its quota has cores cannot use it up.
    if let threads = job.threads, threads > 0, Double(threads) <= quota.value {
      (low, high) = (0, 0)
      return
    }
    (low, high) =
      switch wanted.value / max(quota.value, 0.001) {
      case ..<0.5: (0, 0)
      case ..<0.85: (0, 5)
      case ..<1: (0, 40)
      case ..<1.2: (20, 100)
      default: (60, 100)
      }
    // What it is now is known: more than that it will not be with more, nor less with less.
    if let now = job.cpu.throttled.map({ Int($0.percent.rounded()) }),
      let present = job.grant.cores.amount
    {
      if quota >= present { (low, high) = (low > now ? 0 : low, min(high, now)) }
      if quota < present { (low, high) = (max(low, min(now, 100)), max(high, min(now, 100))) }
    }
  }

  var text: String { low == high ? "\(low) %" : "\(low)–\(high) %" }
}
