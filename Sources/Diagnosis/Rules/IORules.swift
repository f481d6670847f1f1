import Model

/// All of its threads that have something to do wait for disks.
struct IOBound: Rule {
  static let id = RuleID.io
  static let smoothing = 2.5

  private let amber: Double
  private let red: Double
  private let ownLimit: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    red = thresholds["red"]
    ownLimit = thresholds["own-limit"]
  }

  func measure(_ view: JobView) -> Measurement {
    guard let full = view.job.pressure.ioFull?.value else { return .unknown(.ioPressure) }
    return .reached(amber: full / amber, red: full / red)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let full = view.job.pressure.ioFull?.value ?? 0
    let read = view.job.io.read?.perSecond
    let written = view.job.io.written?.perSecond
    var evidence = [Evidence("all_stalled_share_of_time", full, .share)]
    if let read { evidence.append(Evidence("read", read, .bytesPerSecond)) }
    if let written { evidence.append(Evidence("written", written, .bytesPerSecond)) }
    let stalls = "all of its busy threads stalled on IO \(Words.percent(full)) of the time"
    if let limit = view.job.grant.read.amount?.perSecond, let read, read >= ownLimit * limit {
      return Self.limited(.read, "reads", read, limit, stalls, evidence)
    }
    if let limit = view.job.grant.write.amount?.perSecond, let written, written >= ownLimit * limit
    {
      return Self.limited(.write, "writes", written, limit, stalls, evidence)
    }
    var text = "It waits for disks: \(stalls)"
    if let read, let again = view.reread {
      evidence.append(Evidence("read_again", again, .bytesPerSecond))
      text +=
        again >= 0.5 * read && read > 0
        ? "; most of what it reads was in memory before: more memory would help"
        : "; what it reads was not in memory before: more memory would not help"
    }
    guard let (other, moved) = heaviest(view) else { return RuleAccount(text + ".", evidence) }
    text += "; \(other.job.name) moves more, \(ByteRate(moved).text)."
    return RuleAccount(
      text, evidence,
      suggestion: Suggestion(
        .knob(.read), .lower, of: other.id, "limit what \(other.job.name) reads and writes"))
  }

  private static func limited(
    _ knob: Knob, _ verb: String, _ rate: Double, _ limit: Double, _ stalls: String,
    _ evidence: [Evidence]
  ) -> RuleAccount {
    RuleAccount(
      "Its own IO limit holds it back: it \(verb) \(ByteRate(rate).text) of the \(ByteRate(limit).text) that it may; \(stalls).",
      evidence + [Evidence("limit", limit, .bytesPerSecond)],
      suggestion: Suggestion(
        .knob(knob), .raise, .rate(ByteRate(limit / 2)), "raise its limit by half"))
  }

  /// The job that moves most, where that is more than this one.
  private func heaviest(_ view: JobView) -> (job: JobMoment, moved: Double)? {
    let own = (view.job.io.read?.perSecond ?? 0) + (view.job.io.written?.perSecond ?? 0)
    guard let most = view.box.jobUses.max(by: { $0.moved < $1.moved }), most.moved > own else {
      return nil
    }
    return (view.box.jobs[most.position], most.moved)
  }
}

/// It waits for something that is not a disk of this box.
struct Network: Rule {
  static let id = RuleID.network
  static let smoothing = 2.5

  private let amber: Double
  private let sockets: Double
  private let pressure: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    sockets = thresholds["sockets"]
    pressure = thresholds["pressure"]
  }

  func measure(_ view: JobView) -> Measurement {
    guard let threads = view.evidence?.threads else { return .unknown(.threadStates) }
    guard let stalled = view.job.pressure.ioSome?.value else { return .unknown(.ioPressure) }
    // Waiting for disks counts as IO pressure; uninterruptible waiting without any does not end there.
    if stalled >= pressure { return .quiet }
    return .reached(max(threads.blocked / amber, socketRatio(view, threads)))
  }

  /// Most programs have threads that wait in sockets for something that seldom comes: they count only
  /// where the job starves meanwhile.
  private func socketRatio(_ view: JobView, _ threads: ThreadStates) -> Double {
    guard threads.total > 0, case .share(let starving) = Starvation(view), starving >= 0.3,
      threads.runnable < 1
    else { return 0 }
    return threads.inSockets / threads.total / sockets
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let threads = view.evidence?.threads
    let blocked = threads?.blocked ?? 0
    let waiting = threads?.inSockets ?? 0
    let total = threads?.total ?? 0
    let stalled = view.job.pressure.ioSome?.value ?? 0
    let evidence = [
      Evidence("blocked_threads", blocked, .count), Evidence("threads_in_sockets", waiting, .count),
      Evidence("threads", total, .count),
      Evidence("some_stalled_on_io_share_of_time", stalled, .share),
    ]
    let disks = "disks of this box are not it (stalled \(Words.percent(stalled)) of the time)"
    if blocked >= amber {
      return RuleAccount(
        "It waits for a remote file system: \(Words.number(blocked)) of its \(Words.number(total)) threads hang in it on average; \(disks).",
        evidence)
    }
    return RuleAccount(
      "It waits for the network: \(Words.number(waiting)) of its \(Words.number(total)) threads wait in sockets on average; \(disks).",
      evidence)
  }
}
