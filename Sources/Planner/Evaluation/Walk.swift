import Model

/// One job's recording, walked from window to window.
struct Walk {
  /// What it came to, by slice and method.
  private(set) var scores: [String: [NeedMethod: Score]] = [:]

  /// What is wanted in each window: means of ten seconds of cores, peaks of a minute of memory.
  private struct Window {
    var time: Double
    var seconds: Double
    var wanted: Double
    var granted: Double
    var phase: JobPhase?
    /// What we say after this window; nil while we say nothing.
    var told: (target: Double, isWorth: (Double) -> Bool)?
  }

  init(
    _ job: RecordedJob, _ resource: EvaluatedResource, box: Double, _ settings: NeedSettings
  ) {
    let windows =
      resource == .cores
      ? Self.coreWindows(job, box, settings) : Self.memoryWindows(job, box, settings)
    // All are judged over the same windows: those of which we have something to say.
    guard let first = windows.firstIndex(where: { $0.told != nil }), first + 1 < windows.count
    else { return }
    let slices = ["all", "kind=\(job.kind.rawValue)", "gpus=\(job.gpus)"] + job.tags
    for method in NeedMethod.allCases {
      let (score, byPhase) = judge(method, windows, from: first + 1, resource, box, settings)
      for slice in slices { scores[slice, default: [:]][method] = score }
      for (phase, score) in byPhase {
        scores["phase=\(phase.rawValue)", default: [:]][method] = score
      }
    }
  }

  // MARK: Windows

  private static func coreWindows(
    _ job: RecordedJob, _ box: Double, _ settings: NeedSettings
  ) -> [Window] {
    var past = CoresPast(settings)
    var watch = LevelWatch(.demand)
    var windows: [Window] = []
    var length = 0.0
    for point in job.points {
      guard let demand = point.demand else { continue }
      length += point.seconds
      guard
        let window = past.take(
          demand: demand, throttled: point.throttled, over: point.seconds, at: point.time,
          kind: job.kind)
      else { continue }
      if !window.isCensored, watch.take(window.mean) != nil { past.beginAnew() }
      let need = past.need(job.kind).estimate
      windows.append(
        Window(
          time: point.time, seconds: length, wanted: window.mean,
          granted: point.grantedCores ?? box, phase: point.phase,
          told: need.map { need in
            (min(box, need.target.value), { need.isWorthChanging(Cores($0)) })
          }))
      length = 0
    }
    return windows
  }

  private static func memoryWindows(
    _ job: RecordedJob, _ box: Double, _ settings: NeedSettings
  ) -> [Window] {
    var past = MemoryPast(settings)
    var windows: [Window] = []
    var length = 0.0
    var most = 0.0
    for point in job.points {
      guard let held = point.held else { continue }
      length += point.seconds
      most = max(most, held)
      let limit = point.grantedMemory.map { Limit.at(Bytes(whole: $0)) } ?? .unlimited
      guard
        past.take(
          Bytes(whole: held), kills: point.kills, under: limit, over: point.seconds,
          at: point.time)
      else { continue }
      let need = past.need().estimate
      windows.append(
        Window(
          time: point.time, seconds: length, wanted: most,
          granted: point.grantedMemory ?? box, phase: point.phase,
          told: need.map { need in
            (min(box, Double(need.target.count)), { need.isWorthChanging(Bytes(whole: $0)) })
          }))
      length = 0
      most = 0
    }
    return windows
  }

  // MARK: Judging

  private func judge(
    _ method: NeedMethod, _ windows: [Window], from first: Int, _ resource: EvaluatedResource,
    _ box: Double, _ settings: NeedSettings
  ) -> (Score, [JobPhase: Score]) {
    var score = Score()
    var byPhase: [JobPhase: Score] = [:]
    var seen = SortedValues()
    let looksBack = [.most, .p95, .p90].contains(method)
    if looksBack { for window in windows[..<first] { seen.insert(window.wanted) } }
    let ahead = method == .hindsight ? Self.ahead(windows) : []
    var granter = Granter(
      least: resource == .cores
        ? NeedSettings.leastCores.value : Double(NeedSettings.leastMemory.count),
      settings)
    for index in first..<windows.count {
      let window = windows[index]
      let before = windows[index - 1]
      let limit: Double
      if method == .granted {
        granter.follow(window.granted)
        limit = window.granted
      } else {
        let wish =
          switch method {
          case .most: (seen.quantile(1) ?? 0) * 1.15
          case .p95: seen.quantile(0.95) ?? 0
          case .p90: (seen.quantile(0.9) ?? 0) * 1.15
          case .hindsight: ahead[index]
          case .loadline, .granted: before.told?.target ?? before.granted
          }
        limit = granter.act(
          min(box, wish), at: before.time,
          isWorth: method == .loadline ? before.told?.isWorth : nil, isSure: method == .hindsight)
      }
      let hours = window.seconds / 3600
      score.take(limit, window.wanted, over: hours, changes: granter.changes)
      if let phase = window.phase {
        byPhase[phase, default: Score()]
          .take(limit, window.wanted, over: hours, changes: granter.changes)
      }
      if looksBack { seen.insert(window.wanted) }
    }
    return (score, byPhase)
  }

  /// The most of the hour that begins with each window.
  private static func ahead(_ windows: [Window]) -> [Double] {
    var most = [Double](repeating: 0, count: windows.count)
    // Positions whose values fall, newest last: the first is the most of the hour.
    var falling: [Int] = []
    for index in windows.indices.reversed() {
      while let last = falling.last, windows[last].wanted <= windows[index].wanted {
        falling.removeLast()
      }
      falling.append(index)
      while let far = falling.first, windows[far].time - windows[index].time > 3600 {
        falling.removeFirst()
      }
      most[index] = falling.first.map { windows[$0].wanted } ?? 0
    }
    return most
  }
}

/// Makes the changes that are worth making, by the same rules for all.
private struct Granter {
  private let least: Double
  private let coolDown = 300.0
  private var recent: RecentMost
  private var limit: Double?
  private var changed = -Double.infinity
  /// Changes made with the last window: 0 or 1.
  private(set) var changes = 0

  init(least: Double, _ settings: NeedSettings) {
    self.least = least
    recent = RecentMost(seconds: settings.recent)
  }

  /// What somebody else granted.
  mutating func follow(_ granted: Double) {
    changes = limit.map { $0 != granted } ?? false ? 1 : 0
    limit = granted
  }

  /// What is granted when this is wished for. `isSure` is for who knows what comes.
  mutating func act(
    _ wish: Double, at time: Double, isWorth: ((Double) -> Bool)?, isSure: Bool
  ) -> Double {
    changes = 0
    recent.take(wish, at: time)
    guard let now = limit else {
      limit = wish
      return wish
    }
    if isSure {
      changes = wish != now ? 1 : 0
      limit = wish
      return wish
    }
    let target = wish > now ? wish : min(now, recent.value ?? wish)
    let difference = abs(target - now)
    guard difference >= least - 1e-9, time - changed >= coolDown,
      isWorth?(now) ?? (difference >= 0.1 * now)
    else { return now }
    limit = target
    changed = time
    changes = 1
    return target
  }
}

/// Values in order, for quantiles of all that was seen so far.
private struct SortedValues {
  private var values: [Double] = []

  mutating func insert(_ value: Double) {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < value { low = middle + 1 } else { high = middle }
    }
    values.insert(value, at: low)
  }

  func quantile(_ part: Double) -> Double? {
    guard !values.isEmpty else { return nil }
    let position = Int((part * Double(values.count)).rounded(.up)) - 1
    return values[max(0, min(values.count - 1, position))]
  }
}
