import Model

/// What it holds and cannot give back is near the limit that kills.
///
/// Never all that is charged: the page cache of a healthy job fills its limit.
struct MemoryLimit: Rule {
  static let id = RuleID.memoryLimit

  private let amber: Double
  private let red: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    red = thresholds["red"]
  }

  func measure(_ view: JobView) -> Measurement {
    guard let part = view.memoryPart else { return .unknown(.memoryUse) }
    return .reached(amber: part / amber, red: part / red)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let hard = view.job.memory.used ?? .zero
    let part = view.memoryPart ?? 0
    let about = view.job.memory.isEstimate ? "about " : ""
    return RuleAccount(
      "Memory is near the line: \(about)\(Words.bytes(hard)) that cannot be reclaimed, \(Words.percent(part)) of \(view.memoryLimitText).",
      [
        Evidence("unreclaimable", Double(hard.count), .bytes),
        Evidence("limit", Double(view.memoryLimit.count), .bytes),
        Evidence("unreclaimable_share_of_limit", part, .share),
      ],
      suggestion: view.moreMemory(Bytes(hard.count / 4 * 5) - view.memoryLimit))
  }
}

/// It grows steadily and will be killed.
struct OOMForecast: Rule {
  static let id = RuleID.oomForecast

  private let amber: Double
  private let red: Double
  private let growth: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    red = thresholds["red"]
    growth = thresholds["growth"]
  }

  func measure(_ view: JobView) -> Measurement {
    guard view.job.memory.used != nil else { return .unknown(.memoryUse) }
    guard view.past.maxima.trend != nil else { return .unknown(.history) }
    guard let left = secondsLeft(view) else { return .quiet }
    return .reached(amber: amber / left, red: red / left)
  }

  /// Seconds until the limit is reached; nil where it does not grow.
  private func secondsLeft(_ view: JobView) -> Double? {
    let maxima = view.past.maxima
    let limit = Double(view.memoryLimit.count)
    guard let trend = maxima.trend, trend.isRising, let speed = maxima.growth, limit > 0,
      trend.slope * Double(MinuteMaxima.count) > growth * limit,
      // What slows down will come to a halt: a cache that fills, a start that is not over.
      trend.lastSlope >= trend.firstSlope / 2, let last = maxima.points.last
    else { return nil }
    return max(1, (limit - last) / speed)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let left = secondsLeft(view) ?? 0
    let speed = view.past.maxima.growth ?? 0
    let hard = view.job.memory.used ?? .zero
    let save = "or let it save and stop"
    let more = view.moreMemory(Bytes(clampingDouble: speed * 3600))
    return RuleAccount(
      "Memory grows by \(Words.bytes(speed * 60)) a minute and reaches \(view.memoryLimitText) in \(Words.time(left)); it holds \(Words.bytes(hard)) that cannot be reclaimed.",
      [
        Evidence("growth", speed, .bytesPerSecond), Evidence("time_to_limit", left, .seconds),
        Evidence("unreclaimable", Double(hard.count), .bytes),
        Evidence("limit", Double(view.memoryLimit.count), .bytes),
        Evidence("mann_kendall_z", view.past.maxima.trend?.z ?? 0, .ratio),
      ],
      suggestion: more.map { more in
        var more = more
        more.text += " for another hour, \(save)"
        return more
      } ?? Suggestion(.processes, .change, "let it save and stop"))
  }
}

/// Its threads stand still while the kernel looks for memory.
struct Reclaim: Rule {
  static let id = RuleID.reclaim
  static let smoothing = 2.5

  private let amber: Double
  private let red: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    red = thresholds["red"]
  }

  func measure(_ view: JobView) -> Measurement {
    guard let some = view.job.pressure.memorySome?.value else { return .unknown(.memoryPressure) }
    return .reached(
      amber: some / amber, red: (view.job.pressure.memoryFull?.value ?? 0) / red)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let pressure = view.job.pressure
    let some = pressure.memorySome?.value ?? 0
    let full = pressure.memoryFull?.value ?? 0
    var evidence = [
      Evidence("some_stalled_share_of_time", some, .share),
      Evidence("all_stalled_share_of_time", full, .share),
    ]
    let stalls =
      "some of its threads stalled on memory \(Words.percent(some)) of the time, all of them \(Words.percent(full))"
    guard let high = ownHigh(view) else {
      return RuleAccount(
        "It has to reclaim memory: \(stalls).", evidence,
        suggestion: view.job.grant.memory.amount.flatMap {
          view.moreMemory(Bytes($0.count / 10))
        })
    }
    evidence.append(Evidence("memory_high", Double(high.count), .bytes))
    let amount = Bytes(high.count / 10).roundedUp
    return RuleAccount(
      "Its own memory.high of \(Words.bytes(high)) holds it back: \(stalls).", evidence,
      suggestion: Suggestion(
        .knob(.memoryHigh), .raise, .memory(amount), "raise its memory.high by \(amount.text)"))
  }

  /// `memory.high` where it is the cause: it slows down what goes beyond it, up to two seconds for each
  /// allocation from 18 % on.
  private func ownHigh(_ view: JobView) -> Bytes? {
    guard let high = view.job.grant.memoryHigh.amount else { return nil }
    if let events = view.evidence?.highEvents { return events > 0 ? high : nil }
    guard let charged = view.job.memory.charged else { return nil }
    return charged.count >= high.count / 100 * 99 ? high : nil
  }
}

/// It works on more than fits, and waits for what was put into swap.
struct Swap: Rule {
  static let id = RuleID.swap
  static let smoothing = 2.5

  private let amber: Double
  private let red: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    red = thresholds["red"]
  }

  func measure(_ view: JobView) -> Measurement {
    if view.box.box.swap == .zero { return .quiet }
    guard let evidence = view.evidence, let pages = evidence.swapIns else {
      return .unknown(.swapIns)
    }
    guard let refaults = evidence.anonymousRefaults else { return .unknown(.anonymousRefaults) }
    guard pages > 0 else { return .quiet }
    // Swap is read ahead; only what the job itself wanted back is a refault.
    let wanted = refaults / (0.5 * pages)
    let rate = pages * Double(evidence.pageSize.count)
    return .reached(amber: min(rate / amber, wanted), red: min(rate / red, wanted))
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let page = Double(view.evidence?.pageSize.count ?? 4096)
    let rate = (view.evidence?.swapIns ?? 0) * page
    let refaults = view.evidence?.anonymousRefaults ?? 0
    return RuleAccount(
      "It waits for swap: it reads \(ByteRate(rate).text) back that it still needs.",
      [
        Evidence("swapped_in", rate, .bytesPerSecond),
        Evidence("anonymous_refaults", refaults, .perSecond),
      ], suggestion: view.moreMemory(Bytes(view.memoryLimit.count / 10)))
  }
}

/// The data it reads again and again no longer fits in memory.
struct PageCache: Rule {
  static let id = RuleID.pageCache
  static let smoothing = 2.5

  private let amber: Double
  private let refaults: Double
  private let pressure: Double
  private let least: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    refaults = thresholds["refaults"]
    pressure = thresholds["pressure"]
    least = thresholds["least"]
  }

  func measure(_ view: JobView) -> Measurement {
    guard let called = view.evidence?.calledReads?.perSecond else { return .unknown(.calledReads) }
    guard let read = view.job.io.read?.perSecond else { return .unknown(.deviceReads) }
    guard let again = view.reread else { return .unknown(.fileRefaults) }
    guard let stalled = view.job.pressure.memorySome?.value else {
      return .unknown(.memoryPressure)
    }
    let fromDisk = called > 0 ? min(1, read / called) : read > 0 ? 1 : 0
    return .reached(
      min(
        min(fromDisk / amber, again / max(1, refaults * read)),
        min(stalled / pressure, read / least)))
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let read = view.job.io.read?.perSecond ?? 0
    let called = view.evidence?.calledReads?.perSecond ?? 0
    let fromDisk = called > 0 ? min(1, read / called) : 1
    let again = read > 0 ? min(1, (view.reread ?? 0) / read) : 0
    return RuleAccount(
      "Its data no longer fits in the page cache: \(Words.percent(fromDisk)) of what it reads comes from disks (\(ByteRate(read).text)), and \(Words.percent(again)) of that was in memory before.",
      [
        Evidence("disk_share_of_reads", fromDisk, .share),
        Evidence("refault_share_of_disk_reads", again, .share),
        Evidence("read_from_disks", read, .bytesPerSecond),
        Evidence(
          "some_stalled_on_memory_share_of_time", view.job.pressure.memorySome?.value ?? 0, .share),
      ],
      suggestion: view.job.grant.memoryLine.amount.map { _ in
        Suggestion(.knob(.memory), .raise, "give it more memory, so that its data stays in it")
      })
  }
}

/// The kernel has killed a process of it for want of memory.
struct OOMKill: Rule {
  static let id = RuleID.oomKill
  static let isFact = true

  private let lasts: Double

  init(_ thresholds: Thresholds) { lasts = thresholds["lasts"] }

  func measure(_ view: JobView) -> Measurement {
    guard view.job.memory.oomKills != nil else { return .unknown(.oomKills) }
    guard let last = view.past.lastKill, view.time.seconds(since: last) < lasts else {
      return .quiet
    }
    return .reached(amber: 1, red: 1)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let ago = view.past.lastKill.map { view.time.seconds(since: $0) } ?? 0
    let count = Int(clamping: view.past.kills)
    let what = count == 1 ? "a process of it" : "\(count) processes of it"
    return RuleAccount(
      "Out of memory: the kernel killed \(what), the last \(Words.time(ago)) ago; the limit is \(view.memoryLimit.text).",
      [
        Evidence("killed", Double(count), .count), Evidence("since_last", ago, .seconds),
        Evidence("limit", Double(view.memoryLimit.count), .bytes),
      ], suggestion: view.moreMemory(max(.gibi(1), Bytes(view.memoryLimit.count / 4))),
      since: view.past.lastKill)
  }
}

extension JobView {
  /// What cannot be reclaimed, as a part of the limit.
  var memoryPart: Double? {
    guard let hard = job.memory.used, memoryLimit.count > 0 else { return nil }
    return Double(hard.count) / Double(memoryLimit.count)
  }

  /// Bytes a second that were in its page cache before; nil where refaults are not counted.
  var reread: Double? {
    guard let evidence, let refaults = evidence.fileRefaults else { return nil }
    return refaults * Double(evidence.pageSize.count)
  }

  /// Advice to raise its limit by so much; nil where it has none.
  func moreMemory(_ amount: Bytes) -> Suggestion? {
    guard job.grant.memory.amount != nil else { return nil }
    let amount = max(amount, .gibi(1)).roundedUp
    return Suggestion(.knob(.memory), .raise, .memory(amount), "give it \(amount.text) more memory")
  }
}
