import Model

/// Its CPU quota runs out: the kernel stops all of its threads until the next period.
struct CPUQuota: Rule {
  static let id = RuleID.cpuQuota
  static let smoothing = 2.5

  private let amber: Double
  private let red: Double
  private let burstBelow: Double

  init(_ thresholds: Thresholds) {
    amber = thresholds["amber"]
    red = thresholds["red"]
    burstBelow = thresholds["burst-below"]
  }

  func measure(_ view: JobView) -> Measurement {
    // Any write to a quota ends the throttling at once: the first period after it is no data.
    if view.past.grantHasChanged { return .skipped }
    guard let throttled = view.job.cpu.throttled?.value else {
      return view.job.grant.cores == .unlimited ? .quiet : .unknown(.throttledPeriods)
    }
    return .reached(amber: throttled / amber, red: throttled / red)
  }

  func describe(_ view: JobView, since: Instant) -> RuleAccount {
    let throttled = view.job.cpu.throttled?.value ?? 0
    let grant = view.grantedCores
    let demand = view.demand
    let lasting = Words.time(view.time.seconds(since: since))
    let place = view.evidence?.throttlingAncestor.map { " by the quota of \($0)" } ?? ""
    var text =
      "Cores are at the line: throttled\(place) in \(Words.percent(throttled)) of periods for \(lasting)"
    var evidence = [
      Evidence("throttled_share_of_periods", throttled, .share), Evidence("granted", grant, .cores),
    ]
    if let used = view.past.used.value { evidence.append(Evidence("used_mean", used, .cores)) }
    if let demand { evidence.append(Evidence("demand", demand, .cores)) }
    let mean = view.past.used.value ?? grant
    if mean < burstBelow * grant, view.evidence?.throttlingAncestor == nil {
      text +=
        "; on average it uses \(Words.number(mean)) of its \(Words.cores(grant)), in bursts."
      return RuleAccount(text, evidence, suggestion: Self.burst(grant))
    }
    if let demand, demand > grant {
      text += "; it wants \(Words.cores(demand)) and has \(Words.number(grant))."
    } else {
      text += "; it has \(Words.cores(grant))."
    }
    return RuleAccount(text, evidence, suggestion: Self.more(demand, grant, throttled, view))
  }

  /// Saved quota answers bursts; more quota would lie idle between them.
  private static func burst(_ grant: Double) -> Suggestion {
    // One ordinary period's worth: 100 ms.
    let amount = grant * 0.1
    return Suggestion(
      .knob(.burst), .raise, .burst(amount),
      "let it save up unused quota: burst \(decimalText(amount, places: 2)) core-seconds")
  }

  private static func more(
    _ demand: Double?, _ grant: Double, _ throttled: Double, _ view: JobView
  ) -> Suggestion? {
    let wanted = max((demand ?? 0) - grant, grant * min(throttled, 0.5), 1).rounded(.up)
    let cores = { (count: Double) in Words.counted(Int(count), "core", "cores") }
    if let group = view.evidence?.throttlingAncestor {
      return Suggestion(
        .groupAbove, .raise, .cores(Cores(wanted)),
        "raise the quota of \(group) by \(cores(wanted))")
    }
    let most = (view.cores(upTo: grant + wanted) - grant).rounded(.down)
    guard most >= 1 else { return nil }
    return Suggestion(
      .knob(.cores), .raise, .cores(Cores(most)),
      "give it \(Words.counted(Int(most), "more core", "more cores"))")
  }
}

extension JobView {
  /// So many cores, but not more than the box or the core set has.
  func cores(upTo wanted: Double) -> Double {
    min(wanted, coreSet.map { Double($0.count) } ?? box.cores)
  }
}
