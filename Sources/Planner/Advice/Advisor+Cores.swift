import Model

/// Moving cores.
extension Advisor {
  func moreCores(_ finding: Finding, _ job: JobMoment, _ pool: Pool) -> (Advice, Pool)? {
    guard let grant = job.grant.cores.amount?.value, let missing = missingCores(finding, job, grant)
    else { return nil }
    var pool = pool
    let free = min(missing, pool.cores)
    var taken: [(job: JobMoment, amount: Int)] = []
    var left = missing - free
    for donor in donors(except: job, pool) where left > 0 && taken.count < settings.mostDonors {
      let amount = min(left, slack(of: donor))
      taken.append((donor, amount))
      left -= amount
    }
    let amount = missing - left
    guard amount >= 1 else { return nil }
    let urgency = self.urgency(of: finding, job)
    let benefit = urgency * value(of: job)
    let cost = taken.reduce(0) { $0 + self.cost(of: $1.amount, to: $1.job) }
    guard benefit * Double(amount) > cost else { return nil }

    var draft = Draft()
    for (donor, amount) in taken { lowerCores(of: donor, by: Double(amount), &draft) }
    guard raiseCores(of: job, to: grant + Double(amount), taken.map(\.job), pool.draft, &draft)
    else {
      return nil
    }
    pool.cores -= free
    pool.donors.formUnion(taken.map(\.job.id))
    let sources =
      (free > 0 ? ["\(free) that \(free == 1 ? "is" : "are") free"] : [])
      + taken.map { "\($0.amount) of \($0.job.job.name)" }
    let text =
      "give \(job.job.name) \(Cores(Double(amount)).text): \(sources.joined(separator: ", "))"
    return checked(
      finding, job, text, draft, pool, benefit: benefit, cost: cost, effect: gpuEffect(on: job),
      risks: taken.compactMap { risk(of: $0.amount, to: $0.job) })
  }

  /// Whole cores that it lacks; nil where that is not worth a change.
  private func missingCores(_ finding: Finding, _ job: JobMoment, _ grant: Double) -> Int? {
    let need = needs[job.id]?.cores.estimate
    var wanted = need?.target.value ?? 0
    // The finding stands now; what is needed by the past may lag behind.
    if case .cores(let more)? = finding.suggestion?.amount {
      wanted = max(wanted, grant + more.value)
    }
    if let upper = need?.upper.value { wanted = min(wanted, upper) }
    let more = Int((wanted - grant - 1e-9).rounded(.up))
    let missing = min(more, Int((mostCores(of: job) - grant + 1e-9).rounded(.down)))
    guard missing >= 1 else { return nil }
    let isOutside = need.map { grant < $0.lower.value } ?? false
    return isOutside || Double(missing) >= 0.1 * grant ? missing : nil
  }

  /// No job is given more than was declared for it, than the groups above it allow, or than it has
  /// threads.
  func mostCores(of job: JobMoment) -> Double {
    var most = moment.box.cores.value
    if let budget = job.job.budget.cores { most = min(most, budget.value) }
    if let above = controls[job.id]?.above.cores.amount { most = min(most, above.value) }
    if let threads = job.threads, threads > 0 { most = min(most, Double(threads)) }
    return most
  }

  /// The part of the time in which it waits for cores.
  private func urgency(of finding: Finding, _ job: JobMoment) -> Double {
    let throttled = job.cpu.throttled?.value ?? 0
    var contention = 0.0
    // Who is throttled waits for its quota: that cannot be told from waiting for others.
    if throttled < 0.05, let demand = job.cpu.demand?.value, let used = job.cpu.used?.value,
      demand > 0
    {
      contention = max(0, demand - used) / demand
    }
    var urgency = min(1, contention + throttled)
    // Loaders that run all the time wait for nothing, and the GPU waits for them.
    if finding.rule == .inputPrepare, let held = job.gpus?.held.count, held > 0 {
      urgency = max(urgency, waitingGPUs(of: job) / Double(held))
    }
    return urgency
  }

  private func gpuEffect(on job: JobMoment) -> String? {
    guard let held = job.gpus?.held.count, held > 0 else { return nil }
    let waiting = Share(waitingGPUs(of: job) / Double(held))
    guard waiting.value >= 0.05 else { return nil }
    return
      "its \(held == 1 ? "GPU waits" : "GPUs wait") \(waiting.text) of the time → 0–\(waiting.text)"
  }

  // MARK: Donors

  /// Who loses least first; of these who has most to give.
  private func donors(except taker: JobMoment, _ pool: Pool) -> [JobMoment] {
    let all = moment.jobs.filter { job in
      job.id != taker.id && !pool.donors.contains(job.id) && mayGive(job, .cores)
        && pool.draft[job.id, .cores] == nil && isSettable(.cores, on: job) && slack(of: job) >= 1
    }
    func rank(_ offset: Int) -> (Double, Int, Int) {
      let slack = slack(of: all[offset])
      return (cost(of: slack, to: all[offset]) / Double(slack), -slack, offset)
    }
    return all.indices.sorted { rank($0) < rank($1) }.map { all[$0] }
  }

  func isSettable(_ knob: Knob, on job: JobMoment) -> Bool {
    if case .settable? = controls[job.id]?.knobs[knob] { true } else { false }
  }

  /// Whole cores that a job holds beyond the largest need of the last half hour.
  func slack(of job: JobMoment) -> Int {
    guard let grant = job.grant.cores.amount?.value, let least = leastCores(of: job, grant) else {
      return 0
    }
    return max(0, Int((grant - least + 1e-9).rounded(.down)))
  }

  /// What a job may be brought down to; nil where that is not known, or not worth it.
  private func leastCores(of job: JobMoment, _ grant: Double) -> Double? {
    guard let need = needs[job.id]?.cores.estimate, need.isWorthChanging(Cores(grant)),
      !need.isAtLeast
    else { return nil }
    let floor = job.job.declaration?.floor.cores?.value ?? 0
    return max(need.recentMost.value, floor, 0.5)
  }

  /// What it loses by so many cores less: what it wants one time in twenty beyond what it keeps.
  func cost(of amount: Int, to job: JobMoment) -> Double {
    guard let grant = job.grant.cores.amount?.value,
      let profile = needs[job.id]?.cores.estimate?.profile
    else { return .infinity }
    return max(0, profile.p95 - (grant - Double(amount))) * value(of: job)
  }

  func risk(of amount: Int, to job: JobMoment) -> String? {
    guard let grant = job.grant.cores.amount?.value,
      let profile = needs[job.id]?.cores.estimate?.profile
    else { return nil }
    let rest = grant - Double(amount)
    let part = profile.shareAbove(rest)
    let most = decimalText(profile.most, places: 1)
    if part.upperBound == 0 {
      return "\(job.job.name) keeps \(Cores(rest).text) and has not wanted more than \(most)."
    }
    return
      "\(job.job.name) keeps \(Cores(rest).text); it wants more in \(Self.range(part)) of the time, up to \(most)."
  }

  /// `1–5 %`.
  static func range(_ part: ClosedRange<Double>) -> String {
    "\(decimalText(part.lowerBound * 100, places: 0))–\(Share(part.upperBound).text)"
  }

  // MARK: Changes

  /// By its quota, even where its core set is what it has: threads that wait for each other lose far
  /// more on too few CPUs than under a quota.
  func lowerCores(of job: JobMoment, by amount: Double, _ draft: inout Draft) {
    guard let control = controls[job.id], let grant = job.grant.cores.amount else { return }
    let rest = Cores(((grant.value - amount) * 100).rounded() / 100)
    draft.set(.cores(.at(rest)), of: control.target, from: control.value(of: .cores))
  }

  /// Raises what is in the way: the quota, the core set, or both. False where that cannot be done.
  ///
  /// CPUs of donors are taken only where no others are left.
  func raiseCores(
    of job: JobMoment, to amount: Double, _ donors: [JobMoment], _ advised: Draft,
    _ draft: inout Draft
  ) -> Bool {
    guard let control = controls[job.id] else { return false }
    let rounded = (amount * 100).rounded() / 100
    if case .cores(.at(let quota))? = control.value(of: .cores), quota.value < rounded {
      guard isSettable(.cores, on: job) else { return false }
      draft.set(.cores(.at(Cores(rounded))), of: control.target, from: .cores(.at(quota)))
    }
    guard let cpus = coreSet(of: job), Double(cpus.count) < rounded else { return !draft.isEmpty }
    guard isSettable(.cpus, on: job) else { return false }
    let count = Int(rounded.rounded(.up))
    let allowed = control.above.cpus.isEmpty ? moment.box.cpus : control.above.cpus
    func choose(taken: CPUSet) -> CPUSet? {
      Placement.choose(
        count, keeping: cpus, among: allowed, topology: moment.box.topology, taken: taken)
    }
    let taken = coreSets(except: job.id, advised)
    if let chosen = choose(taken: taken) {
      draft.set(.cpus(chosen), of: control.target, from: control.value(of: .cpus))
      return true
    }
    guard let narrowed = narrow(donors, by: count - cpus.count, &draft),
      let chosen = choose(taken: taken.subtracting(narrowed))
    else { return false }
    draft.set(.cpus(chosen), of: control.target, from: control.value(of: .cpus))
    return true
  }

  /// Takes CPUs out of the core sets of donors, and says which. Nil where that would leave one fewer
  /// than it has threads that run at once, or where nobody knows how many these are.
  private func narrow(_ donors: [JobMoment], by count: Int, _ draft: inout Draft) -> CPUSet? {
    var freed = CPUSet()
    for donor in donors where freed.count < count {
      guard let cpus = coreSet(of: donor), let control = controls[donor.id],
        isSettable(.cpus, on: donor), let running = runnable(of: donor)
      else { continue }
      let rest = max(running, cpus.count - (count - freed.count))
      guard rest < cpus.count,
        let kept = Placement.choose(
          rest, keeping: cpus, among: cpus, topology: moment.box.topology)
      else { continue }
      draft.set(.cpus(kept), of: control.target, from: control.value(of: .cpus))
      freed = freed.union(cpus.subtracting(kept))
    }
    return freed.count >= count ? freed : nil
  }

  /// How many of its threads run or wait to run at once, nearly all of the time.
  func runnable(of job: JobMoment) -> Int? {
    let profile = needs[job.id]?.cores.estimate?.profile
    let seen = job.evidence?.threads?.runnable
    guard profile != nil || seen != nil else { return nil }
    return max(1, Int(max(profile?.p99 ?? 0, seen ?? 0).rounded(.up)))
  }

  /// Its CPUs, where they are fewer than the box has.
  func coreSet(of job: JobMoment) -> CPUSet? {
    guard let cpus = job.grant.cpus, !cpus.isEmpty, cpus.count < moment.box.cpus.count else {
      return nil
    }
    return cpus
  }

  /// The CPUs in the core sets of all others, with what was advised before.
  private func coreSets(except taker: JobID, _ advised: Draft) -> CPUSet {
    moment.jobs.reduce(CPUSet()) { all, job in
      if job.id == taker { return all }
      if case .cpus(let cpus)? = advised[job.id, .cpus], !cpus.isEmpty { return all.union(cpus) }
      return all.union(coreSet(of: job) ?? CPUSet())
    }
  }

  // MARK: Neither giving nor taking

  func burst(_ finding: Finding, _ job: JobMoment, _ pool: Pool) -> (Advice, Pool)? {
    guard let control = controls[job.id], isSettable(.burst, on: job),
      case .burst(let seconds)? = finding.suggestion?.amount,
      case .burst(let now)? = control.value(of: .burst), now < seconds
    else { return nil }
    var draft = Draft()
    draft.set(.burst(seconds), of: control.target, from: .burst(now))
    let throttled = job.cpu.throttled ?? Share(0)
    return checked(
      finding, job, "let \(job.job.name) save up \(KnobValue.burst(seconds).text) of unused quota",
      draft, pool, benefit: throttled.value * value(of: job),
      effect: "throttled \(throttled.text) → 0–\(throttled.text)")
  }

  /// Twice its weight, where others compete with it in its own group: with others it would change
  /// nothing.
  func moreWeight(_ finding: Finding, _ job: JobMoment, _ pool: Pool) -> (Advice, Pool)? {
    guard let control = controls[job.id], isSettable(.weight, on: job),
      case .weight(let now)? = control.value(of: .weight), now < 10_000,
      let path = job.job.cgroup
    else { return nil }
    let parent = Outlook.parent(of: path)
    let rivals = moment.jobs.filter { other in
      other.id != job.id && (other.cpu.used?.value ?? 0) >= 0.5
        && other.job.cgroup.map { Outlook.parent(of: $0) } == parent
    }
    guard !rivals.isEmpty else { return nil }
    var draft = Draft()
    let weight = min(10_000, now * 2)
    draft.set(.weight(weight), of: control.target, from: .weight(now))
    let names = rivals.prefix(2).map { "\($0.job.name)" }.joined(separator: " and ")
    return checked(
      finding, job, "double the weight of \(job.job.name) to \(weight)", draft, pool,
      benefit: urgency(of: finding, job) * value(of: job),
      risks: ["\(names) get less wherever CPU is short."])
  }
}
