import Model

extension Outlook {
  func verdict(on change: Change) -> Verdict {
    if case .gpu = change.target.id { return verdict(onDevice: change) }
    if let verdict = identity(of: change) { return verdict }
    if let verdict = ability(for: change) { return verdict }
    if let verdict = range(of: change) { return verdict }
    if let verdict = protection(from: change) { return verdict }
    guard controls[change.target.id] != nil else { return .unknown }
    return inner(of: change) ?? life(under: change) ?? room(for: change) ?? .fits
  }

  /// A job that is gone, or is another one under the same name.
  private func identity(of change: Change) -> Verdict? {
    let target = change.target
    guard let job = job(change)?.job else {
      let again = moment.jobs.contains {
        $0.job.name == target.name && $0.job.owner == target.owner
      }
      return .never(
        again
          ? "\(target.name) has ended; what has its name now is another job."
          : "\(target.name) has ended.")
    }
    if job.cgroup != target.cgroup || job.source != target.source {
      return .never("\(target.name) is not what it was when the draft was opened; draft it again.")
    }
    return nil
  }

  private func ability(for change: Change) -> Verdict? {
    guard let control = controls[change.target.id] else { return nil }
    switch control.knobs[change.knob] {
    case .settable: return nil
    case .fixed(_, let reason): return .never(reason)
    case nil where change.knob == .power:
      return .never(
        "A power limit is a GPU's, not a job's; set that of the device, such as gpu:0 power=300W.")
    case nil where control.backend == .processes:
      return .never(
        "\(change.target.name) has no group of its own, where \(change.knob.rawValue) could be set; adopt it first."
      )
    case nil:
      return .never(
        "\(change.knob.rawValue) cannot be set on \(change.target.name) (\(control.backend.rawValue))."
      )
    }
  }

  // MARK: The value by itself

  private func range(of change: Change) -> Verdict? {
    let sentence =
      switch change.to {
      case .cores(let limit): limit.amount.flatMap { range(of: $0, change) }
      case .cpus(let cpus): range(of: cpus, change)
      case .weight(let weight):
        (1...10_000).contains(weight) ? nil : "The weight is from 1 to 10000."
      case .burst(let seconds): range(ofBurst: seconds, change)
      case .memoryHigh(let limit), .memory(let limit):
        limit.amount.flatMap { range(of: $0, change) }
      case .read(let limit), .write(let limit):
        limit.amount.flatMap { rate in
          rate.perSecond >= 1 ? nil : "A rate is at least one byte a second."
        }
      case .pids(let limit):
        limit.amount.flatMap(Self.range(ofTasks:))
      case .frozen: nil as String?
      case .nice(let nice): (-20...19).contains(nice) ? nil : "The nice value is from -20 to 19."
      case .ioPriority(let priority): range(of: priority)
      case .power: nil as String?
      }
    return sentence.map { .never($0) }
  }

  private static func range(ofTasks count: Int) -> String? {
    if count < 1 { return "A job has at least one task." }
    return count <= Knob.mostTasks
      ? nil : "The kernel has at most \(Knob.mostTasks) tasks; max takes the limit off."
  }

  private func range(of cores: Cores, _ change: Change) -> String? {
    // A quota is at least 1 ms in a period of 100 ms (sched-bwc.rst).
    guard cores.value >= 0.01 else { return "The least that can be granted is 0.01 cores." }
    guard cores <= moment.box.cores else { return "The box has \(moment.box.cores.text)." }
    if let above = bounds(of: change.target)?.cores.amount, cores > above {
      return "The groups above \(change.target.name) allow \(above.text)."
    }
    if case .burst(let burst)? = value(.burst, change.target.id), burst > cores.value * Self.period
    {
      return
        "Its burst of \(KnobValue.burst(burst).text) is more than \(cores.text) give in a period; lower the burst too."
    }
    return nil
  }

  private func range(of cpus: CPUSet, _ change: Change) -> String? {
    let offline = cpus.subtracting(moment.box.cpus)
    guard offline.isEmpty else {
      return "CPU \(offline) is not on this box, which has \(moment.box.cpus)."
    }
    let above = bounds(of: change.target)?.cpus ?? CPUSet()
    guard above.isEmpty || cpus.isSubset(of: above) else {
      return
        "The groups above \(change.target.name) allow CPUs \(above), not \(cpus.subtracting(above))."
    }
    return nil
  }

  private func range(ofBurst seconds: Double, _ change: Change) -> String? {
    guard seconds >= 0, seconds.isFinite else { return "A burst is not less than nothing." }
    guard seconds > 0 else { return nil }
    guard case .cores(.at(let cores))? = value(.cores, change.target.id) else {
      return controls[change.target.id] == nil
        ? nil : "Without a limit of cores there is nothing that a burst could save up."
    }
    guard seconds <= cores.value * Self.period + 1e-9 else {
      let most = KnobValue.burst(cores.value * Self.period).text
      return "A burst is at most what \(cores.text) give in a period, \(most)."
    }
    return nil
  }

  private func range(of memory: Bytes, _ change: Change) -> String? {
    guard memory >= .mebi(1) else { return "No process fits in less than 1 MiB." }
    guard memory <= moment.box.memory else { return "The box has \(moment.box.memory.text)." }
    if let above = bounds(of: change.target)?.memory.amount, memory > above {
      return "The groups above \(change.target.name) allow \(above.text)."
    }
    if case .memoryHigh = change.to,
      case .memory(.at(let most))? = value(.memory, change.target.id),
      memory > most
    {
      return "Above its memory limit it has no effect; at most \(most.text)."
    }
    return nil
  }

  private func range(of priority: IOPriority) -> String? {
    switch priority {
    case .none, .idle: nil
    case .realTime(let level), .bestEffort(let level):
      (0...7).contains(level) ? nil : "The level of an IO priority is from 0 to 7."
    }
  }

  /// Seconds in a period of the quota; the kernel's ordinary one.
  static var period: Double { 0.1 }

  // MARK: What was declared

  private func protection(from change: Change) -> Verdict? {
    guard let declaration = job(change)?.job.declaration, change.takes else { return nil }
    let name = change.target.name
    if declaration.protected {
      return .never("The configuration protects \(name): nothing may be taken from it.")
    }
    let floor = declaration.floor
    switch change.to {
    case .cores(.at(let cores)):
      if let least = floor.cores, cores < least {
        return .never("The configuration gives \(name) a floor of \(least.text).")
      }
    case .cpus(let cpus) where !cpus.isEmpty:
      if let least = floor.cores, Double(cpus.count) < least.value {
        return .never("The configuration gives \(name) a floor of \(least.text).")
      }
    case .memory(.at(let memory)), .memoryHigh(.at(let memory)):
      if let least = floor.memory, memory < least {
        return .never("The configuration gives \(name) a floor of \(least.text).")
      }
    default: break
    }
    return nil
  }

  // MARK: Groups inside of it

  /// cgroup v1 refuses to bring a group below one inside of it; v2 takes the least on the path.
  private func inner(of change: Change) -> Verdict? {
    guard controls[change.target.id]?.backend == .cgroup1 else { return nil }
    return innerThatHasMore(than: change).map {
      .notNow("\($0.job.name) is inside of \(change.target.name) and has more; lower it first.")
    }
  }

  /// A job below the changed group that would have a wider limit of its own.
  func innerThatHasMore(than change: Change) -> JobMoment? {
    guard change.isDecrease else { return nil }
    return moment.jobs.first { job in
      guard Target(job.job).isBelow(change.target) else { return false }
      switch (change.to, value(change.knob, job.id)) {
      case (.cores(.at(let outer)), .cores(.at(let inner))?): return inner > outer
      case (.cpus(let outer), .cpus(let inner)?):
        return !outer.isEmpty && !inner.isSubset(of: outer)
      default: return false
      }
    }
  }

  // MARK: What it lives on

  /// Memory that cannot be reclaimed has to fit: v2 kills for it, v1 refuses.
  private func life(under change: Change) -> Verdict? {
    let (limit, least): (Bytes, Bytes?)
    switch change.to {
    case .memory(.at(let amount)): (limit, least) = (amount, job(change)?.leastMemory)
    case .memoryHigh(.at(let amount)): (limit, least) = (amount, job(change)?.memory.used)
    default: return nil
    }
    guard change.isDecrease else { return nil }
    guard let least else {
      return .notNow("What \(change.target.name) holds is not known yet.")
    }
    guard limit < least else { return nil }
    let held = job(change)?.memory.used ?? least
    let fits = least.roundedUp(to: .mebi(1)).text
    return .notNow(
      "\(change.target.name) holds \(held.text) that cannot be reclaimed; at least \(fits) would fit."
    )
  }

  // MARK: What there is

  /// Whether the box has what is promised. Changes that take are never in the way, and neither is that
  /// too much was promised before.
  private func room(for change: Change) -> Verdict? {
    guard let before = job(change)?.grant, let after = grantAfter(change.target.id) else {
      return nil
    }
    switch change.to {
    case .cores, .cpus:
      let missing = promisedAfter.cores - max(moment.box.cores.value, promisedBefore.cores)
      guard missing > 1e-6, change.raises(before.cores, after.cores) else { return nil }
      return .notNow(
        "The box has \(moment.box.cores.text) and \(Cores(promisedAfter.cores).text) would be granted."
          + takeFirst(Cores(missing).text, holder: mostUnusedCores))
    case .memory, .memoryHigh:
      let missing = promisedAfter.memory - max(moment.box.memory, promisedBefore.memory)
      guard missing > .zero, change.raises(before.memoryLine, after.memoryLine) else { return nil }
      return .notNow(
        "The box has \(moment.box.memory.text) and \(promisedAfter.memory.text) would be granted."
          + takeFirst(missing.text, holder: mostUnusedMemory))
    default: return nil
    }
  }

  private func takeFirst(_ amount: String, holder: String?) -> String {
    " Take \(amount) from others first" + (holder.map { ": \($0)." } ?? ".")
  }

  /// The job that holds most cores that it does not want, as half a sentence.
  private var mostUnusedCores: String? {
    holder { job in
      guard let granted = job.grant.cores.amount, let used = job.cpu.demand ?? job.cpu.used else {
        return nil
      }
      return (granted.value - used.value, "holds \(granted.text) and uses \(used.text)")
    }
  }

  private var mostUnusedMemory: String? {
    holder { job in
      guard let granted = job.grant.memoryLine.amount, let used = job.memory.used else {
        return nil
      }
      return (Double((granted - used).count), "holds \(granted.text) and uses \(used.text)")
    }
  }

  private func holder(_ unused: (JobMoment) -> (amount: Double, words: String)?) -> String? {
    let donors = after.jobs.filter { job in
      !(job.job.declaration?.protected ?? false)
        && !draft.changes.contains { $0.target.id == job.id && !$0.takes }
    }
    let best = donors.compactMap { job in unused(job).map { (job: job, unused: $0) } }
      .filter { $0.unused.amount > 0 }
      .max { ($0.unused.amount, $1.job.job.name) < ($1.unused.amount, $0.job.job.name) }
    return best.map { "\($0.job.job.name) \($0.unused.words)" }
  }
}

extension Change {
  /// Whether the job has less afterwards, or less of it where it is short.
  var takes: Bool {
    switch (to, from) {
    case (.weight(let now), .weight(let then)?): now < then
    case (.nice(let now), .nice(let then)?): now > then
    default: isDecrease
    }
  }

  /// Whether a grant that the draft raises is raised by this change.
  fileprivate func raises<Amount>(_ before: Limit<Amount>, _ after: Limit<Amount>) -> Bool {
    // CPUs that are exchanged may be others than were promised before.
    if case .cpus(let now) = to, case .cpus(let then)? = from, !then.isEmpty,
      !now.isSubset(of: then)
    {
      return true
    }
    // Another change of the same draft is what raises it.
    if isDecrease, from != nil { return false }
    switch (before, after) {
    case (.at(let before), .at(let after)): return after > before
    default: return false
    }
  }
}

extension Bytes {
  func roundedUp(to unit: Bytes) -> Bytes {
    Bytes((count + unit.count - 1) / unit.count * unit.count)
  }
}
