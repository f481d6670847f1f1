package import Model

/// What every job of the box would have if all were divided anew, and the changes that make it so.
package struct BoxPlan: Sendable, Hashable {
  package enum Resource: String, Sendable, Hashable {
    case cores, memory
  }

  /// One job's part of one resource, in cores or bytes.
  package struct Part: Sendable, Hashable {
    package var job: JobID
    package var resource: Resource
    /// nil where it has no limit.
    package var now: Double?
    /// nil where it is not known.
    package var need: Double?
    /// What it would have; nil where it is left as it is.
    package var share: Double?
    /// Why it is left as it is; nil where it is changed.
    package var kept: String?
  }

  /// In the moment's order.
  package var parts: [Part]
  package var draft: Draft
  /// Why nothing of a resource can be divided, one sentence each.
  package var problems: [String]

  /// The changes in the order in which they have to be made.
  package var plan: Plan { DraftCheck.plan(draft) }
}

extension Advisor {
  /// Divides cores and memory by what the jobs need.
  ///
  /// Left as they are: jobs that are protected, whose need is not known, that cannot be set or were just
  /// changed, and jobs without a limit that would have all they need: a limit where nobody is short
  /// only throttles.
  package func boxPlan() -> BoxPlan {
    var plan = BoxPlan(parts: [], draft: Draft(), problems: [])
    divideCores(&plan)
    divideMemory(&plan)
    return plan
  }

  /// What stands between a job and being divided; nil where nothing does.
  private func obstacle(_ job: JobMoment, _ knob: Knob, _ missing: MissingPast?) -> String? {
    if job.job.declaration?.protected ?? false { return "protected" }
    guard let control = controls[job.id] else { return "what can be set on it is not known" }
    if let missing { return missing.text.isEmpty ? "its need is not known" : missing.text }
    if isCooling(job.id) { return "changed less than five minutes ago" }
    if case .settable? = control.knobs[knob] { return nil }
    return "\(knob.rawValue) cannot be set on it"
  }

  // MARK: Cores

  private func divideCores(_ plan: inout BoxPlan) {
    let all = Int(moment.box.cores.value.rounded(.down))
    var capacity =
      Double(all - FairShare.housekeeping(cores: all)) - (moment.other.used?.value ?? 0)
    var claims: [Claim] = []
    var parts: [BoxPlan.Part] = []
    for job in moment.jobs {
      let need = needs[job.id]?.cores
      let now = job.grant.cores.amount?.value
      let wanted = need?.estimate?.target.value
      let reason = obstacle(job, .cores, need.map(\.missing) ?? Self.unseen)
      parts.append(
        BoxPlan.Part(job: job.id, resource: .cores, now: now, need: wanted, kept: reason))
      guard reason == nil, let estimate = need?.estimate else {
        capacity -= now ?? job.cpu.demand?.value ?? job.cpu.used?.value ?? 0
        continue
      }
      var wish = estimate.target.value
      // Down only to the largest need of the last half hour.
      if let now, wish < now { wish = min(now, estimate.recentMost.value) }
      claims.append(
        Claim(
          job.id, weight: job.job.declaration?.weight ?? 100,
          least: job.job.declaration?.floor.cores?.value ?? min(1, wish),
          most: mostCores(of: job), need: wish))
    }
    switch FairShare.divideWhole(Int(max(0, capacity).rounded(.down)), among: claims) {
    case .impossible(let short, let relax):
      plan.problems.append(Self.impossible("cores", Cores(short).text, relax, moment))
      for index in parts.indices where parts[index].kept == nil {
        parts[index].kept = "the least amounts are more than there is"
      }
    case .shared(let amounts):
      for index in parts.indices {
        guard let share = amounts[parts[index].job],
          let job = moment.jobs.first(where: { $0.id == parts[index].job })
        else { continue }
        set(share, of: job, &parts[index], &plan.draft)
      }
    }
    plan.parts += parts
  }

  private static let unseen = MissingPast(
    samples: 0, leastSamples: 0, seconds: 0, leastSeconds: 0, isUnreadable: true)

  private static func impossible(
    _ what: String, _ short: String, _ relax: [JobID], _ moment: Moment
  ) -> String {
    let names = moment.jobs.filter { relax.contains($0.id) }.map { "\($0.job.name)" }
    return
      "The least \(what) of the jobs are \(short) more than there is; lower those of \(names.joined(separator: ", "))."
  }

  private func set(
    _ share: Double, of job: JobMoment, _ part: inout BoxPlan.Part, _ draft: inout Draft
  ) {
    guard let estimate = needs[job.id]?.cores.estimate, let control = controls[job.id] else {
      return
    }
    guard let now = part.now else {
      if share >= estimate.target.value {
        part.kept = "has no limit, and nobody is short"
      } else {
        part.share = share
        draft.set(.cores(.at(Cores(share))), of: control.target, from: control.value(of: .cores))
      }
      return
    }
    if abs(share - now) < NeedSettings.leastCores.value {
      part.kept = "less than a core from what it has"
    } else if share > now, !estimate.isWorthChanging(Cores(now)) {
      part.kept = "near enough to what it needs"
    } else if share < now, share >= estimate.target.value, !estimate.isWorthChanging(Cores(now)) {
      part.kept = "near enough to what it needs"
    } else if share < now {
      part.share = share
      lowerCores(of: job, by: now - share, &draft)
    } else {
      var raised = Draft()
      if raiseCores(of: job, to: share, [], draft, &raised) {
        part.share = share
        for change in raised.changes { draft.set(change.to, of: change.target, from: change.from) }
      } else {
        part.kept = "there are no CPUs for its core set"
      }
    }
  }

  // MARK: Memory

  private func divideMemory(_ plan: inout BoxPlan) {
    let unit = Double(Bytes.gibi(1).count)
    let box = Double(moment.box.memory.count)
    var capacity =
      box * (1 - settings.memoryKept) - Double(moment.other.memory.used?.count ?? 0)
      - Double(moment.memoryUncharged?.count ?? 0)
    var claims: [Claim] = []
    var parts: [BoxPlan.Part] = []
    for job in moment.jobs {
      let need = needs[job.id]?.memory
      let now = job.grant.memory.amount.map { Double($0.count) }
      let wanted = need?.estimate.map { Double($0.target.count) }
      var reason = obstacle(job, .memory, need.map(\.missing) ?? Self.unseen)
      if reason == nil, let now, ownMemory(job) != now { reason = "a group above it is its limit" }
      parts.append(
        BoxPlan.Part(job: job.id, resource: .memory, now: now, need: wanted, kept: reason))
      guard reason == nil, let estimate = need?.estimate else {
        capacity -= now ?? Double(job.memory.used?.count ?? 0)
        continue
      }
      var wish = Double(estimate.target.count)
      if let now, wish < now { wish = min(now, Double(estimate.recentMost.count)) }
      let floor = Double(job.job.declaration?.floor.memory?.count ?? 0)
      // Less than it holds would kill it, whoever else needs it.
      let least = max(floor, Double(job.leastMemory?.count ?? 0))
      claims.append(
        Claim(
          job.id, weight: job.job.declaration?.weight ?? 100, least: least / unit,
          most: Double(mostMemory(of: job).count) / unit, need: wish / unit))
    }
    switch FairShare.divideWhole(Int(max(0, capacity / unit).rounded(.down)), among: claims) {
    case .impossible(let short, let relax):
      plan.problems.append(
        Self.impossible("amounts of memory", Bytes(whole: short * unit).text, relax, moment))
      for index in parts.indices where parts[index].kept == nil {
        parts[index].kept = "the least amounts are more than there is"
      }
    case .shared(let amounts):
      for index in parts.indices {
        guard let share = amounts[parts[index].job] else { continue }
        setMemory(share * unit, &parts[index], &plan.draft)
      }
    }
    plan.parts += parts
  }

  private func ownMemory(_ job: JobMoment) -> Double? {
    guard case .memory(.at(let own))? = controls[job.id]?.value(of: .memory) else { return nil }
    return Double(own.count)
  }

  private func setMemory(_ share: Double, _ part: inout BoxPlan.Part, _ draft: inout Draft) {
    guard let estimate = needs[part.job]?.memory.estimate, let control = controls[part.job] else {
      return
    }
    let target = Double(estimate.target.count)
    if part.now == nil, share >= target {
      part.kept = "has no limit, and nobody is short"
      return
    }
    if let now = part.now {
      if abs(share - now) < Double(NeedSettings.leastMemory.count) {
        part.kept = "less than a GiB from what it has"
        return
      }
      let isForced = share < target && share < now
      if !isForced, !estimate.isWorthChanging(Bytes(whole: now)) {
        part.kept = "near enough to what it needs"
        return
      }
    }
    part.share = share
    draft.set(
      .memory(.at(Bytes(whole: share))), of: control.target, from: control.value(of: .memory))
  }
}
