import Model

/// A draft and the box it is meant for, before and after.
struct Outlook {
  let draft: Draft
  let moment: Moment
  let controls: [JobID: JobControl]
  /// The moment with the grants as they would be if all of the draft were applied.
  let after: Moment
  let promisedBefore: Promises
  let promisedAfter: Promises
  private let positions: [JobID: Int]

  init(_ draft: Draft, on moment: Moment, controls: [JobID: JobControl]) {
    self.draft = draft
    self.moment = moment
    self.controls = controls
    var positions: [JobID: Int] = [:]
    for (position, job) in moment.jobs.enumerated() { positions[job.id] = position }
    self.positions = positions
    var after = moment
    for id in Set(draft.changes.map(\.target.id)) {
      guard let position = positions[id] else { continue }
      after.jobs[position].grant = Self.grant(
        of: moment.jobs[position], draft, moment.box, controls[id])
    }
    self.after = after
    promisedBefore = Promises(moment.jobs, on: moment.box)
    // A job that had no limit could take all: that it gets one promises it nothing that it had not.
    promisedAfter = Promises(
      after.jobs, on: moment.box, countingCores: { moment.jobs[$0].grant.cores != .unlimited },
      countingMemory: { moment.jobs[$0].grant.memoryLine != .unlimited })
  }

  func job(_ change: Change) -> JobMoment? { positions[change.target.id].map { moment.jobs[$0] } }

  func grantAfter(_ id: JobID) -> Grant? { positions[id].map { after.jobs[$0].grant } }

  /// What a knob of a job would be with the draft applied; nil where it is not known.
  func value(_ knob: Knob, _ id: JobID) -> KnobValue? {
    draft.value(of: knob, id, controls[id])
  }

  /// What the groups above a job allow, once those that the draft changes too are changed.
  func bounds(of target: Target) -> JobControl.Bounds? {
    guard var bounds = controls[target.id]?.above else { return nil }
    for outer in draft.changes where target.isBelow(outer.target) {
      let beyond = controls[outer.target.id]?.above ?? JobControl.Bounds()
      switch (outer.to, outer.from) {
      case (.cores(let now), .cores(let then)?) where then == bounds.cores:
        bounds.cores = now.tightened(by: beyond.cores)
      case (.cores(let now), _): bounds.cores = bounds.cores.tightened(by: now)
      case (.memory(let now), .memory(let then)?) where then == bounds.memory:
        bounds.memory = now.tightened(by: beyond.memory)
      case (.memory(let now), _): bounds.memory = bounds.memory.tightened(by: now)
      case (.cpus(let now), .cpus(let then)?) where then == bounds.cpus && !now.isEmpty:
        bounds.cpus = now
      default: break
      }
    }
    return bounds
  }

  private static func grant(
    of job: JobMoment, _ draft: Draft, _ box: BoxMoment, _ control: JobControl?
  ) -> Grant {
    var grant = job.grant
    let above = control?.above ?? JobControl.Bounds()
    if draft[job.id, .cores] != nil || draft[job.id, .cpus] != nil {
      var cores = above.cores
      if case .cores(let quota)? = draft.value(of: .cores, job.id, control) {
        cores = cores.tightened(by: quota)
      } else if grant.cpus.map({ Double($0.count) }) != grant.cores.amount?.value {
        // What its own quota is cannot be said: what is granted now does not come from its core set.
        cores = cores.tightened(by: grant.cores)
      }
      if case .cpus(let cpus)? = draft.value(of: .cpus, job.id, control) {
        grant.cpus = cpus.isEmpty ? (above.cpus.isEmpty ? box.cpus : above.cpus) : cpus
      }
      if let cpus = grant.cpus, cpus.count < box.cpus.count {
        cores = cores.tightened(by: .at(Cores(Double(cpus.count))))
      }
      if let amount = cores.amount, amount >= box.cores { cores = .unlimited }
      grant.cores = cores
    }
    if case .memory(let limit)? = draft[job.id, .memory] {
      grant.memory = limit.tightened(by: above.memory)
    }
    if case .memoryHigh(let limit)? = draft[job.id, .memoryHigh] { grant.memoryHigh = limit }
    return grant
  }
}

/// What all jobs with a limit may take together.
struct Promises: Equatable {
  var cores: Double
  var memory: Bytes

  /// Jobs whose core sets overlap can together take no more than all CPUs of those sets.
  init(
    _ jobs: [JobMoment], on box: BoxMoment, countingCores: (Int) -> Bool = { _ in true },
    countingMemory: (Int) -> Bool = { _ in true }
  ) {
    var cores = 0.0
    var memory = Bytes.zero
    var clusters: [(cpus: CPUSet, cores: Double)] = []
    for (index, job) in jobs.enumerated() {
      if countingMemory(index), let line = job.grant.memoryLine.amount { memory += line }
      guard countingCores(index), let granted = job.grant.cores.amount else { continue }
      guard let cpus = job.grant.cpus, !cpus.isEmpty, cpus.count < box.cpus.count else {
        cores += granted.value
        continue
      }
      var cluster = (cpus: cpus, cores: granted.value)
      clusters.removeAll { other in
        guard !other.cpus.intersection(cluster.cpus).isEmpty else { return false }
        cluster.cpus = cluster.cpus.union(other.cpus)
        cluster.cores += other.cores
        return true
      }
      clusters.append(cluster)
    }
    self.cores = clusters.reduce(cores) { $0 + min($1.cores, Double($1.cpus.count)) }
    self.memory = memory
  }
}
