import Model

/// How much of the time those that compute have nothing to compute, while the job gets on.
enum Starvation {
  /// Of the last ten seconds.
  case share(Double)
  /// It does not get on, or nothing in it could starve.
  case none
  case unknown(MissingCounter)

  init(_ view: JobView) {
    guard !view.gpus.isEmpty else {
      // Without a GPU the consumer is a process, and says itself or by its sleep how much it waits.
      guard let loaders = view.evidence?.loaders else {
        self = .none
        return
      }
      self = loaders.consumerWaits.map { .share($0.value) } ?? .unknown(.loaderStates)
      return
    }
    guard let busy = view.meanBusy else {
      self = .unknown(.gpuBusy)
      return
    }
    self = view.getsOn(busy) ? .share(1 - busy) : .none
  }
}

/// What the three rules about input have in common: GPUs that wait, and workers that mostly do one
/// thing.
struct InputStarvation: Sendable {
  let amber: Double
  let red: Double
  let workers: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    red = thresholds["red"]
    workers = thresholds["workers"]
  }

  func measure(_ view: JobView, _ part: (LoaderStates) -> Double?) -> Measurement {
    switch Starvation(view) {
    case .none: return .quiet
    case .unknown(let counter): return .unknown(counter)
    case .share(let starving):
      guard let loaders = view.evidence?.loaders else { return .unknown(.loaderStates) }
      guard let part = part(loaders) else { return .unknown(.busiestThread) }
      let doing = part / workers
      return .reached(amber: min(starving / amber, doing), red: min(starving / red, doing))
    }
  }

  /// `Its 4 GPUs wait for input: they did nothing 59 % of the last 10 s`.
  func opening(_ view: JobView, _ cause: String) -> (text: String, evidence: [Evidence]) {
    guard case .share(let starving) = Starvation(view) else { return (cause, []) }
    if view.gpus.isEmpty {
      return (
        "It waits for its own input \(Words.percent(starving)) of the time: \(cause)",
        [Evidence("consumer_waits_share_of_time", starving, .share)]
      )
    }
    let who = view.gpus.count == 1 ? "Its GPU waits" : "Its \(view.gpus.count) GPUs wait"
    return (
      "\(who) for input \(Words.percent(starving)) of the time: \(cause)",
      [Evidence("gpu_waits_share_of_time", starving, .share)]
    )
  }
}

/// Its loader workers compute all the time and cannot keep up.
struct InputPrepare: Rule {
  static let id = RuleID.inputPrepare
  static let isMutedByPhases = true

  private let common: InputStarvation

  init(_ thresholds: Thresholds) { common = InputStarvation(thresholds) }

  func measure(_ view: JobView) -> Measurement {
    common.measure(view) { loaders in
      if loaders.count > 0 { return loaders.runnable.value }
      // Without workers the one that trains prepares as well, one after the other.
      return view.evidence?.busiestThread.map { $0.used.value >= 0.9 ? 1 : 0 }
    }
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let loaders = view.evidence?.loaders
    let count = loaders?.count ?? 0
    guard count > 0 else {
      let (text, evidence) = common.opening(
        view, "it has no loader workers, one thread prepares and trains in turn.")
      return RuleAccount(
        text, evidence,
        suggestion: Suggestion(
          .workers, .raise, .count(4), "start it with loader workers, 4 to begin with"))
    }
    let runnable = loaders?.runnable.value ?? 0
    let plural = Words.counted(count, "loader worker is", "loader workers are")
    let (opening, first) = common.opening(
      view, "its \(plural) runnable \(Words.percent(runnable)) of the time")
    let evidence =
      first + [
        Evidence("workers", Double(count), .count),
        Evidence("workers_runnable_share_of_time", runnable, .share),
      ]
    let missing = cores(view)
    guard missing > 0 else {
      return RuleAccount(
        opening + ", and it has cores to spare: it needs more of them.", evidence,
        suggestion: Suggestion(
          .workers, .raise, .count(max(1, count / 2)),
          "start it with more loader workers (it has \(count)); more cores alone would not help"))
    }
    return RuleAccount(
      opening
        + " and short of cores: it wants \(Words.cores(view.demand ?? 0)) and has \(Words.number(view.grantedCores)).",
      evidence,
      suggestion: Suggestion(
        .knob(view.coresKnob), .raise, .cores(Cores(missing)),
        "give it \(Words.counted(Int(missing), "more core", "more cores"))"))
  }

  /// Whole cores that its threads would use at once; 0 where they have enough.
  private func cores(_ view: JobView) -> Double {
    guard let demand = view.demand else { return 0 }
    let share = demand > 0 ? (view.waiting ?? 0) / demand : 0
    guard view.isThrottled || share > 0.1 || demand > view.grantedCores else { return 0 }
    let wanted = max(1, (demand - view.grantedCores).rounded(.up))
    return max(0, min(wanted, (view.box.cores - view.grantedCores).rounded(.down)))
  }
}

/// Its loader workers wait for disks.
struct InputDisk: Rule {
  static let id = RuleID.inputDisk
  static let isMutedByPhases = true

  private let common: InputStarvation

  init(_ thresholds: Thresholds) { common = InputStarvation(thresholds) }

  func measure(_ view: JobView) -> Measurement {
    common.measure(view) { $0.count > 0 ? $0.blocked.value : 0 }
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let loaders = view.evidence?.loaders
    let count = loaders?.count ?? 0
    let blocked = loaders?.blocked.value ?? 0
    let read = view.job.io.read?.perSecond ?? 0
    let (opening, first) = common.opening(
      view,
      "its \(Words.counted(count, "loader worker waits", "loader workers wait")) for disks \(Words.percent(blocked)) of the time, reading \(ByteRate(read).text)"
    )
    let evidence =
      first + [
        Evidence("workers", Double(count), .count),
        Evidence("workers_blocked_share_of_time", blocked, .share),
        Evidence("read", read, .bytesPerSecond),
      ]
    if let again = view.reread, again >= 0.5 * read, read > 0 {
      return RuleAccount(
        opening + "; most of that was in memory before.", evidence,
        suggestion: view.job.grant.memoryLine.amount.map { _ in
          Suggestion(.knob(.memory), .raise, "give it more memory, so that its data stays in it")
        })
    }
    let limit = view.job.grant.read.amount
    return RuleAccount(
      opening + ".", evidence,
      suggestion: limit.flatMap { limit in
        read >= 0.9 * limit.perSecond
          ? Suggestion(
            .knob(.read), .raise, .rate(ByteRate(limit.perSecond / 2)), "raise its limit by half")
          : nil
      })
  }
}

/// Its loader workers wait for something far away: an object store, a data base.
struct InputRemote: Rule {
  static let id = RuleID.inputRemote
  static let isMutedByPhases = true

  private let common: InputStarvation

  init(_ thresholds: Thresholds) { common = InputStarvation(thresholds) }

  func measure(_ view: JobView) -> Measurement {
    common.measure(view) { $0.count > 0 ? $0.remote.value : 0 }
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let loaders = view.evidence?.loaders
    let count = loaders?.count ?? 0
    let remote = loaders?.remote.value ?? 0
    let (text, first) = common.opening(
      view,
      "its \(Words.counted(count, "loader worker sleeps", "loader workers sleep")) in sockets or timers \(Words.percent(remote)) of the time."
    )
    return RuleAccount(
      text,
      first + [
        Evidence("workers", Double(count), .count),
        Evidence("workers_remote_share_of_time", remote, .share),
      ],
      suggestion: Suggestion(
        .workers, .raise, .count(max(1, count)),
        "start it with more loader workers (it has \(count)) or let them fetch further ahead"))
  }
}

extension JobView {
  /// How busy its devices were on average over the last ten seconds; nil where that of one is not
  /// known.
  var meanBusy: Double? {
    var sum = 0.0
    for gpu in gpus {
      guard let busy = gpu.busy else { return nil }
      sum += busy
    }
    return gpus.isEmpty ? nil : sum / Double(gpus.count)
  }

  /// Whether it makes steps; of a job that does not count them, whether its GPUs do anything at all.
  func getsOn(_ busy: Double) -> Bool {
    guard let progress = evidence?.progress else { return busy >= 0.02 }
    guard let last = progress.lastStep else { return false }
    return time.seconds(since: last) < max(5 * (progress.stepSeconds ?? 0), 120)
  }

  /// What gives it more cores: its quota, or its core set where that is what confines it.
  var coresKnob: Knob {
    guard let set = coreSet else { return .cores }
    return (job.grant.cores.amount?.value ?? .infinity) >= Double(set.count) ? .cpus : .cores
  }
}
