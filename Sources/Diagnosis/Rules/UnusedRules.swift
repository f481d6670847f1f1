import Model

/// It was granted cores that it does not want.
struct CoresUnused: Rule {
  static let id = RuleID.coresUnused
  static let isMutedByPhases = false

  private let amber: Double
  private let least: Double
  private let watched: Double

  /// A job that holds GPUs computes in bursts: the mean says nothing of what it needs.
  private static let quantile = 0.95

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    least = thresholds["least"]
    watched = thresholds["watched"]
  }

  func measure(_ view: JobView) -> Measurement {
    guard view.owns(.cores), let grant = view.job.grant.cores.amount?.value, grant >= least else {
      return .quiet
    }
    guard view.demand != nil else { return .unknown(.demand) }
    guard view.past.watched >= watched, let wanted = view.past.wantedCores(Self.quantile) else {
      return .unknown(.history)
    }
    return .reached((1 - wanted / grant) / amber)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let grant = view.grantedCores
    let wanted = view.past.wantedCores(Self.quantile) ?? grant
    let unused = max(0, grant - wanted)
    let floor = view.job.job.declaration?.floor.cores?.value ?? 0
    let keep = max((wanted * 1.1).rounded(.up), 1, floor)
    let back = (grant - keep).rounded(.down)
    return RuleAccount(
      "It does not need \(Words.number(unused)) of its \(Words.cores(grant)): 95 % of the time it wanted \(Words.number(wanted)) or fewer, over \(Words.time(view.past.watched)).",
      [
        Evidence("granted", grant, .cores), Evidence("demand_p95", wanted, .cores),
        Evidence("unused_share_of_grant", unused / grant, .share),
        Evidence("watched", view.past.watched, .seconds),
      ],
      suggestion: back >= 1
        ? Suggestion(
          .knob(view.coresKnob), .lower, .cores(Cores(back)),
          "give \(Words.counted(Int(back), "core", "cores")) back")
        : nil,
      waste: Waste(cores: unused))
  }
}

/// It was granted memory that it has never needed.
struct MemoryUnused: Rule {
  static let id = RuleID.memoryUnused
  static let isMutedByPhases = false

  private let amber: Double
  private let least: Double
  private let watched: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    least = thresholds["least"]
    watched = thresholds["watched"]
  }

  func measure(_ view: JobView) -> Measurement {
    guard view.owns(.memory), let grant = view.job.grant.memory.amount, grant.count > 0 else {
      return .quiet
    }
    guard let peak = view.past.peak, let withCache = view.past.peakWithCache else {
      return .unknown(.memoryUse)
    }
    guard view.past.watched >= watched else { return .unknown(.history) }
    switch cacheHelps(view) {
    case true?: return ratio(grant, withCache)
    case false?: return ratio(grant, peak)
    case nil:
      // Whatever its page cache is good for: it does not even fill it.
      let measurement = ratio(grant, withCache)
      if case .reached(let sure, _) = measurement, sure < 1,
        case .reached(let possible, _) = ratio(grant, peak), possible >= 1
      {
        return .unknown(.calledReads)
      }
      return measurement
    }
  }

  private func ratio(_ grant: Bytes, _ peak: Bytes) -> Measurement {
    let unused = Double(grant.count - peak.count)
    return .reached(min(unused / Double(grant.count) / amber, unused / least))
  }

  /// Whether reads are answered from memory that were on a disk; nil where that is not known.
  private func cacheHelps(_ view: JobView) -> Bool? {
    guard let called = view.past.calledReads.value, let read = view.past.deviceReads.value else {
      return nil
    }
    return called > 1e6 && read < 0.9 * called
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let grant = view.job.grant.memory.amount ?? .zero
    let helps = cacheHelps(view) ?? true
    let peak = (helps ? view.past.peakWithCache : view.past.peak) ?? .zero
    let unused = (grant - peak).orZero
    let floor = view.job.job.declaration?.floor.memory ?? .zero
    let keep = max(Bytes(clampingDouble: Double(peak.count) * 1.15).roundedUp, floor)
    let back = Bytes.gibi((grant - keep).orZero.count >> 30)
    let whole = helps ? "page cache included" : "and its page cache brings it nothing"
    return RuleAccount(
      "It does not need \(Words.bytes(unused)) of its \(grant.text): it held \(Words.bytes(peak)) at most, \(whole), over \(Words.time(view.past.watched)).",
      [
        Evidence("granted", Double(grant.count), .bytes),
        Evidence("peak", Double(peak.count), .bytes),
        Evidence("watched", view.past.watched, .seconds),
      ],
      suggestion: back > .zero
        ? Suggestion(.knob(.memory), .lower, .memory(back), "give \(back.text) back") : nil,
      waste: Waste(memory: unused.gibibytes))
  }
}

/// It has many more loader workers than it takes to feed it.
struct LoadersWide: Rule {
  static let id = RuleID.loadersWide

  private let amber: Double
  private let least: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    least = thresholds["least"]
  }

  func measure(_ view: JobView) -> Measurement {
    guard let loaders = view.evidence?.loaders else {
      return view.gpus.isEmpty ? .quiet : .unknown(.loaderStates)
    }
    guard Double(loaders.count) >= least else { return .quiet }
    if let needed = Self.needed(loaders), needed >= loaders.count { return .quiet }
    return .reached(loaders.onQueue.value / amber)
  }

  /// As many as do the same work at 80 % of a core each, and one to spare.
  private static func needed(_ loaders: LoaderStates) -> Int? {
    loaders.used.map { Int((max(0, $0.value) / 0.8).rounded(.up)) + 1 }
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    guard let loaders = view.evidence?.loaders else {
      return RuleAccount("It has more loader workers than it needs.", [])
    }
    let needed = Self.needed(loaders)
    let enough = needed.map { "; \($0) would do" } ?? ""
    return RuleAccount(
      "It has more loader workers than it needs: its \(loaders.count) wait to be asked \(Words.percent(loaders.onQueue.value)) of the time\(enough).",
      [
        Evidence("workers", Double(loaders.count), .count),
        Evidence("workers_waiting_share_of_time", loaders.onQueue.value, .share),
      ],
      suggestion: Suggestion(
        .workers, .lower, .count(needed.map { loaders.count - $0 } ?? loaders.count / 2),
        "start it with fewer loader workers"))
  }
}

/// Loader workers whose parent has gone.
struct Leaked: Rule {
  static let id = RuleID.leaked
  static let isMutedByPhases = false

  init(_ thresholds: Thresholds) {}

  func measure(_ view: JobView) -> Measurement {
    guard let loaders = view.evidence?.loaders else {
      return view.gpus.isEmpty ? .quiet : .unknown(.loaderStates)
    }
    return .reached(loaders.orphans > 0 ? 1 : 0)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let count = view.evidence?.loaders?.orphans ?? 0
    let workers = Words.counted(count, "loader worker has", "loader workers have")
    return RuleAccount(
      "\(workers) lost the process that started \(count == 1 ? "it" : "them") and still \(count == 1 ? "holds" : "hold") memory.",
      [Evidence("orphans", Double(count), .count)],
      suggestion: Suggestion(.processes, .lower, .count(count), "end \(count == 1 ? "it" : "them")")
    )
  }
}

/// A thread burns a core and nothing comes of it.
struct Spinning: Rule {
  static let id = RuleID.spinning

  private let amber: Double
  private let switches: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    switches = thresholds["switches"]
  }

  func measure(_ view: JobView) -> Measurement {
    if view.gpus.isEmpty { return .quiet }
    guard let thread = view.evidence?.busiestThread, let gives = thread.voluntarySwitches else {
      return .unknown(.busiestThread)
    }
    guard let progress = view.evidence?.progress else { return .unknown(.progress) }
    guard let busy = view.meanBusy else { return .unknown(.gpuBusy) }
    // A thread that waits for a busy GPU spins, and that is how it is meant.
    if busy >= 0.01 || !thread.holdsGPU { return .quiet }
    let hasStepped = progress.lastStep.map { view.time.seconds(since: $0) < 1.5 * view.box.seconds }
    if hasStepped ?? false { return .quiet }
    return .reached(min(thread.used.value / amber, switches / max(0.01, gives)))
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let used = view.evidence?.busiestThread?.used.value ?? 0
    let still =
      view.evidence?.progress?.lastStep.map {
        ", no step for \(Words.time(view.time.seconds(since: $0)))"
      } ?? ""
    return RuleAccount(
      "A thread spins: it uses \(Words.percent(used)) of a core without a pause, while the GPUs are idle\(still).",
      [
        Evidence("thread_share_of_core", used, .share),
        Evidence(
          "voluntary_switches", view.evidence?.busiestThread?.voluntarySwitches ?? 0, .perSecond),
      ], suggestion: Suggestion(.code, .change, "look at what it waits for"),
      waste: Waste(cores: used))
  }
}
