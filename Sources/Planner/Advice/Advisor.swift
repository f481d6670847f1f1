package import Model

/// Finds out of findings and needs what could be moved.
///
/// Pure: the same moment, needs and controls give the same advice. What is free is given before
/// anything is taken; nothing is taken from protected jobs, below floors, from jobs that something
/// holds back themselves, or below the largest need of the last half hour.
package struct Advisor {
  let moment: Moment
  let needs: [JobID: JobNeed]
  let controls: [JobID: JobControl]
  let changed: [JobID: Instant]
  let settings: AdviceSettings

  /// `controls` is what is known of what can be set: of jobs without one nothing is said. `changed` is
  /// when each job was last changed.
  package init(
    moment: Moment, needs: [JobID: JobNeed], controls: [JobID: JobControl],
    changed: [JobID: Instant] = [:], settings: AdviceSettings = AdviceSettings()
  ) {
    self.moment = moment
    self.needs = needs
    self.controls = controls
    self.changed = changed
    self.settings = settings
  }

  /// The jobs whose controls have to be known for advice to be given; none where nothing is to be said.
  package static func jobsToLookAt(_ moment: Moment, needs: [JobID: JobNeed]) -> [JobID] {
    let hasReason = moment.jobs.contains { job in
      job.findings.contains { $0.level > .note && $0.suggestion != nil }
    }
    guard hasReason else { return [] }
    return moment.jobs.filter { !$0.findings.isEmpty || needs[$0.id] != nil }.map(\.id)
  }

  /// A few proposals, the best first. All of them fit together.
  package func advice() -> [Advice] {
    var pool = Pool(self)
    var found: [Advice] = []
    var answered: Set<JobResource> = []
    for (job, finding) in reasons {
      guard let resource = resource(of: finding) else { continue }
      let key = JobResource(job: job.id, resource: resource)
      guard !answered.contains(key), found.count < settings.most else { continue }
      guard let (advice, after) = answer(finding, on: job, resource, pool) else { continue }
      pool = after
      answered.insert(key)
      found.append(advice)
    }
    return found.sorted { ($0.benefit - $0.cost, $0.level) > ($1.benefit - $1.cost, $1.level) }
  }

  // MARK: What there is to answer

  enum Resource: Hashable { case cores, memory, io }

  private struct JobResource: Hashable {
    var job: JobID
    var resource: Resource
  }

  /// Findings that a knob would answer: red before amber, first causes before others, what is worth
  /// most before the rest; what is held for nothing last.
  private var reasons: [(JobMoment, Finding)] {
    let all = moment.jobs.flatMap { job in
      job.findings.filter { $0.level > .note && $0.suggestion != nil }.map { (job, $0) }
    }
    // Where nothing decides, the order of the moment.
    func rank(_ offset: Int) -> (Int, Int, Int, Double, Int) {
      let (job, finding) = all[offset]
      return (
        finding.kind == .waste ? 1 : 0, finding.level == .red ? 0 : 1,
        finding.role == .main ? 0 : 1, -value(of: job), offset
      )
    }
    return all.indices.sorted { rank($0) < rank($1) }.map { all[$0] }
  }

  private func resource(of finding: Finding) -> Resource? {
    guard case .knob(let knob)? = finding.suggestion?.resource else { return nil }
    switch knob {
    case .cores, .cpus, .weight, .burst: return .cores
    case .memory, .memoryHigh: return .memory
    case .read, .write: return .io
    case .pids, .frozen, .nice, .ioPriority, .power: return nil
    }
  }

  private func answer(
    _ finding: Finding, on job: JobMoment, _ resource: Resource, _ pool: Pool
  ) -> (Advice, Pool)? {
    guard let suggestion = finding.suggestion, case .knob(let knob) = suggestion.resource,
      (suggestion.job ?? job.id) == job.id, controls[job.id] != nil, !isCooling(job.id)
    else { return nil }
    switch (suggestion.direction, knob) {
    case (.raise, .cores), (.raise, .cpus): return moreCores(finding, job, pool)
    case (.raise, .memory), (.raise, .memoryHigh): return moreMemory(finding, job, knob, pool)
    case (.raise, .burst): return burst(finding, job, pool)
    case (.raise, .weight): return moreWeight(finding, job, pool)
    case (.change, .cpus) where finding.rule == .cpuContention:
      return moreWeight(finding, job, pool)
    case (.raise, .read), (.raise, .write), (.change, .cores), (.change, .memory):
      return direct(finding, suggestion, knob, job, pool)
    case (.lower, _): return takeBack(finding, job, resource, pool)
    default: return nil
    }
  }

  /// A value that the finding itself names: its own limit of IO, or what was declared and is not in
  /// force.
  private func direct(
    _ finding: Finding, _ suggestion: Suggestion, _ knob: Knob, _ job: JobMoment, _ pool: Pool
  ) -> (Advice, Pool)? {
    guard let control = controls[job.id], isSettable(knob, on: job) else { return nil }
    let now = control.value(of: knob)
    let wanted: KnobValue
    switch (suggestion.direction, suggestion.amount, now) {
    case (.change, .cores(let cores)?, _) where knob == .cores: wanted = .cores(.at(cores))
    case (.change, .memory(let memory)?, _) where knob == .memory: wanted = .memory(.at(memory))
    case (.raise, .rate(let more)?, .read(.at(let limit))?): wanted = .read(.at(limit + more))
    case (.raise, .rate(let more)?, .write(.at(let limit))?): wanted = .write(.at(limit + more))
    default: return nil
    }
    var draft = Draft()
    draft.set(wanted, of: control.target, from: now)
    return checked(
      finding, job, "set \(knob.rawValue) of \(job.job.name) to \(wanted.text)", draft, pool,
      benefit: (finding.level == .red ? 1 : 0.5) * value(of: job))
  }

  // MARK: What all kinds of advice ask

  func isCooling(_ job: JobID) -> Bool {
    changed[job].map { moment.time.seconds(since: $0) < settings.coolDown } ?? false
  }

  /// What a unit is worth to a job: its weight, and the GPUs that wait for it.
  func value(of job: JobMoment) -> Double {
    let weight = Double(job.job.declaration?.weight ?? 100) / 100
    return weight * (1 + waitingGPUs(of: job) * settings.coresPerGPU)
  }

  func waitingGPUs(of job: JobMoment) -> Double {
    guard let gpus = job.gpus, let busy = gpus.busy else { return 0 }
    return max(0, Double(gpus.held.count) - busy)
  }

  /// Nothing is taken from what is protected, was just changed, cannot be set, or wants more itself.
  func mayGive(_ job: JobMoment, _ resource: Resource) -> Bool {
    !(job.job.declaration?.protected ?? false) && controls[job.id] != nil && !isCooling(job.id)
      && !job.findings.contains { isShort($0, of: resource) }
  }

  private func isShort(_ finding: Finding, of resource: Resource) -> Bool {
    guard finding.level > .note, finding.kind != .waste else { return false }
    if finding.rule == .oomKill { return resource == .memory }
    guard finding.suggestion?.direction != .lower else { return false }
    return self.resource(of: finding) == resource
  }

  /// The advice, where all of it fits together with what was advised before.
  func checked(
    _ finding: Finding, _ job: JobMoment, _ text: String, _ draft: Draft, _ pool: Pool,
    benefit: Double, cost: Double = 0, effect more: String? = nil, risks: [String] = []
  ) -> (Advice, Pool)? {
    var pool = pool
    for change in draft.changes {
      // Two pieces of advice never set the same knob.
      guard pool.draft[change.target.id, change.knob] == nil else { return nil }
      pool.draft.set(change.to, of: change.target, from: change.from)
    }
    let assessment = DraftCheck.assess(pool.draft, on: moment, controls: controls)
    let items = assessment.items.filter { item in
      draft.changes.contains {
        $0.target.id == item.change.target.id && $0.knob == item.change.knob
      }
    }
    guard !items.isEmpty, items.count == draft.changes.count,
      assessment.isApplicable
    else { return nil }
    let effects = items.filter { $0.change.target.id == job.id }.compactMap(\.effect)
    let told = items.flatMap { item in
      item.risks.map { item.change.target.id == job.id ? $0 : "\(item.change.target.name): \($0)" }
    }
    let advice = Advice(
      job: job.id, rule: finding.rule, level: finding.level, text: text,
      changes: DraftCheck.plan(draft).changes,
      effect: (effects + (more.map { [$0] } ?? [])).joined(separator: "; "), risks: risks + told,
      benefit: benefit, cost: cost)
    return (advice, pool)
  }
}

extension Advisor {
  /// What has not been given away by the advice so far.
  struct Pool {
    var cores: Int
    var memory: Bytes
    var draft = Draft()
    /// Jobs that have given already.
    var donors: Set<JobID> = []

    init(_ advisor: Advisor) {
      let box = advisor.moment.box
      let kept = FairShare.housekeeping(cores: Int(box.cores.value.rounded(.up)))
      let free = (advisor.moment.unallocatedCores?.value ?? 0) - Double(kept)
      cores = max(0, Int(free.rounded(.down)))
      let keptMemory = Double(box.memory.count) * advisor.settings.memoryKept
      memory = ((advisor.moment.unallocatedMemory ?? .zero) - Bytes(whole: keptMemory)).orZero
    }
  }
}
