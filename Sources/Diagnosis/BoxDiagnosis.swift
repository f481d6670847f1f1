import Model

/// What is wrong with the box rather than with one job: GPU memory that nobody answers for, and more
/// granted than there is.
struct BoxDiagnosis {
  private(set) var findings: [Finding] = []

  private let leakedTiming: Timing
  private let leakedMemory: Double
  private let driftTiming: Timing
  private let driftShare: Double
  private let muted: Set<RuleID>
  private var strangers: [GPUID: Track] = [:]
  private var unowned: [GPUID: Track] = [:]
  private var cores = Track()
  private var memory = Track()
  private var sums = GrantSums(of: [])
  private var sumsAt: Instant?
  /// How many jobs there were.
  private var sumsOf = 0

  /// Grants change seldom.
  private static let sumsEvery = 5.0

  init(_ settings: RuleSettings) {
    let leaked = settings.thresholds(of: .leaked)
    let drift = settings.thresholds(of: .limitDrift)
    leakedTiming = Timing(leaked)
    leakedMemory = leaked["memory"]
    driftTiming = Timing(drift)
    driftShare = drift["amber"]
    muted = settings.muted
  }

  mutating func take(_ moment: Moment) {
    guard let interval = moment.interval else { return }
    findings.removeAll(keepingCapacity: true)
    if !muted.contains(.leaked) { takeDevices(moment, interval) }
    if !muted.contains(.limitDrift) { takeSums(moment, interval) }
  }

  // MARK: Memory of GPUs

  private mutating func takeDevices(_ moment: Moment, _ interval: Double) {
    for device in moment.gpus {
      // Pids of another namespace are strangers all of them.
      guard !device.hasForeignPids, device.reading.condition == .answering else { continue }
      if let account = strangers(on: device) {
        follow(\.strangers, device.id, account, moment, interval)
      } else {
        strangers[device.id] = nil
      }
      if let account = unowned(on: device) {
        follow(\.unowned, device.id, account, moment, interval)
      } else {
        unowned[device.id] = nil
      }
    }
  }

  private mutating func follow(
    _ tracks: WritableKeyPath<BoxDiagnosis, [GPUID: Track]>, _ id: GPUID,
    _ account: FindingAccount, _ moment: Moment, _ interval: Double
  ) {
    var track = self[keyPath: tracks][id] ?? Track()
    _ = track.take(.reached(1), at: moment.time, over: interval, leakedTiming)
    self[keyPath: tracks][id] = track
    add(.leaked, track, account, moment.time)
  }

  private mutating func add(
    _ rule: RuleID, _ track: Track, _ account: FindingAccount, _ time: Instant
  ) {
    guard let level = track.level else { return }
    var finding = Finding(
      job: nil, rule: rule, level: level, since: track.since, asOf: time, account: account)
    finding.certainty = track.certainty
    finding.role = .separate
    findings.append(finding)
  }

  /// Processes in no job that hold much of a device's memory.
  private func strangers(on device: GPUMoment) -> FindingAccount? {
    let large = device.strangers.filter { Double($0.process.memory?.count ?? 0) >= leakedMemory }
    guard let first = large.max(by: { Self.size($0) < Self.size($1) }) else { return nil }
    let held = large.reduce(Bytes.zero) { $0 + ($1.process.memory ?? .zero) }
    let gpu = Words.gpus([device.reading.identity.index])
    let who =
      first.name.map { "\($0) (pid \(first.process.pid))" }
      ?? "a process that has ended (pid \(first.process.pid))"
    let others = large.count > 1 ? " and \(large.count - 1) more" : ""
    let verb = large.count > 1 ? "hold" : "holds"
    return FindingAccount(
      "\(who)\(others) in no job \(verb) \(Words.bytes(held)) of \(gpu)'s memory.".capitalisedFirst,
      [
        Evidence("held", Double(held.count), .bytes),
        Evidence("processes", Double(large.count), .count),
        Evidence("pid", Double(first.process.pid), .count),
      ],
      suggestion: Suggestion(
        .processes, .change,
        first.name == nil ? "look for its children: they keep it" : "ask whose it is"))
  }

  private static func size(_ stranger: GPUStranger) -> Int64 { stranger.process.memory?.count ?? 0 }

  /// Memory of a device that no process accounts for.
  private func unowned(on device: GPUMoment) -> FindingAccount? {
    let reading = device.reading
    // Without knowing what the driver keeps for itself, that would look like a leak.
    guard reading.memoryReserved.value != nil, !reading.identity.isSplit,
      reading.identity.parent == nil, let used = reading.memoryUsed.value,
      let processes = reading.processes.value
    else { return nil }
    var held = Bytes.zero
    for process in processes {
      guard let memory = process.memory else { return nil }
      held += memory
    }
    let rest = used - held
    guard Double(rest.count) >= leakedMemory else { return nil }
    let gpu = Words.gpus([reading.identity.index])
    return FindingAccount(
      "\(Words.bytes(rest)) of \(gpu)'s memory belongs to no process that is alive.",
      [
        Evidence("unowned", Double(rest.count), .bytes),
        Evidence("used", Double(used.count), .bytes),
        Evidence("held_by_processes", Double(held.count), .bytes),
      ],
      suggestion: Suggestion(
        .processes, .change, "look for workers of a job that has ended: they may keep it"))
  }

  // MARK: Sums of grants

  private mutating func takeSums(_ moment: Moment, _ interval: Double) {
    let box = moment.box
    let isOld = sumsAt.map { moment.time.seconds(since: $0) >= Self.sumsEvery } ?? true
    if isOld || sumsOf != moment.jobs.count {
      sumsAt = moment.time
      sumsOf = moment.jobs.count
      sums = GrantSums(of: moment.jobs)
    }
    let granted = sums.cores
    let promised = sums.memory
    let coresOver = box.cores.value > 0 ? granted / box.cores.value - 1 : 0
    let memoryOver =
      box.memory.count > 0 ? Double(promised.count) / Double(box.memory.count) - 1 : 0
    _ = cores.take(.reached(coresOver / driftShare), at: moment.time, over: interval, driftTiming)
    _ = memory.take(.reached(memoryOver / driftShare), at: moment.time, over: interval, driftTiming)
    if cores.level != nil {
      add(
        .limitDrift, cores,
        FindingAccount(
          "More cores are granted than there are: \(Words.number(granted)) of \(Words.cores(box.cores.value)).",
          [
            Evidence("granted", granted, .cores), Evidence("box", box.cores.value, .cores),
          ]), moment.time)
    }
    if memory.level != nil {
      add(
        .limitDrift, memory,
        FindingAccount(
          "More memory is granted than there is: \(Words.bytes(promised)) of \(box.memory.text).",
          [
            Evidence("granted", Double(promised.count), .bytes),
            Evidence("box", Double(box.memory.count), .bytes),
          ]), moment.time)
    }
  }
}

extension String {
  /// With a capital in front, where it begins with a word of ours.
  fileprivate var capitalisedFirst: String {
    hasPrefix("a process") ? "A" + dropFirst() : self
  }
}
