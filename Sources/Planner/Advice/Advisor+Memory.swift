import Model

/// Moving memory, by whole GiB; and taking back what is not used.
extension Advisor {
  private static let unit = Double(Bytes.gibi(1).count)

  func moreMemory(
    _ finding: Finding, _ job: JobMoment, _ knob: Knob, _ pool: Pool
  ) -> (Advice, Pool)? {
    // Where its own memory.high holds it back, nothing is to be given: only the line moves.
    if knob == .memoryHigh { return moreHigh(finding, job, pool) }
    guard let control = controls[job.id], let grant = job.grant.memory.amount,
      case .memory(.at(let own))? = control.value(of: .memory), own == grant,
      isSettable(.memory, on: job), let missing = missingMemory(finding, job, grant)
    else { return nil }
    var pool = pool
    let free = min(missing, units(pool.memory))
    var taken: [(job: JobMoment, amount: Int)] = []
    var left = missing - free
    for donor in memoryDonors(except: job, pool)
    where left > 0 && taken.count < settings.mostDonors {
      let amount = min(left, memorySlack(of: donor))
      taken.append((donor, amount))
      left -= amount
    }
    let amount = missing - left
    guard amount >= 1 else { return nil }
    var draft = Draft()
    for (donor, amount) in taken { lowerMemory(of: donor, by: amount, &draft) }
    draft.set(
      .memory(.at(grant + .gibi(Int64(amount)))), of: control.target, from: .memory(.at(own)))
    pool.memory = pool.memory - .gibi(Int64(free))
    pool.donors.formUnion(taken.map(\.job.id))
    let sources =
      (free > 0 ? ["\(free) GiB that \(free == 1 ? "is" : "are") free"] : [])
      + taken.map { "\($0.amount) GiB of \($0.job.job.name)" }
    return checked(
      finding, job,
      "give \(job.job.name) \(amount) GiB: \(sources.joined(separator: ", "))", draft, pool,
      benefit: urgency(of: finding) * value(of: job),
      risks: taken.compactMap { memoryRisk(of: $0.amount, to: $0.job) })
  }

  private func missingMemory(_ finding: Finding, _ job: JobMoment, _ grant: Bytes) -> Int? {
    let need = needs[job.id]?.memory.estimate
    var wanted = Double(need?.target.count ?? 0)
    if case .memory(let more)? = finding.suggestion?.amount {
      wanted = max(wanted, Double((grant + more).count))
    }
    if let upper = need?.upper.count { wanted = min(wanted, Double(upper)) }
    var missing = Int(((wanted - Double(grant.count)) / Self.unit - 1e-9).rounded(.up))
    missing = min(missing, units(mostMemory(of: job) - grant))
    return missing >= 1 ? missing : nil
  }

  func mostMemory(of job: JobMoment) -> Bytes {
    var most = moment.box.memory
    if let budget = job.job.budget.memory { most = min(most, budget) }
    if let above = controls[job.id]?.above.memory.amount { most = min(most, above) }
    return most
  }

  private func urgency(of finding: Finding) -> Double { finding.level == .red ? 1 : 0.5 }

  private func units(_ bytes: Bytes) -> Int {
    max(0, Int((Double(bytes.count) / Self.unit + 1e-9).rounded(.down)))
  }

  private func moreHigh(_ finding: Finding, _ job: JobMoment, _ pool: Pool) -> (Advice, Pool)? {
    guard let control = controls[job.id], isSettable(.memoryHigh, on: job),
      case .memoryHigh(.at(let high))? = control.value(of: .memoryHigh),
      case .memory(let more)? = finding.suggestion?.amount
    else { return nil }
    var wanted = min(high + more, mostMemory(of: job))
    if let most = job.grant.memory.amount { wanted = min(wanted, most) }
    guard wanted > high, wanted - high <= pool.memory || job.grant.memory.amount != nil else {
      return nil
    }
    var draft = Draft()
    draft.set(.memoryHigh(.at(wanted)), of: control.target, from: .memoryHigh(.at(high)))
    return checked(
      finding, job, "raise the memory-high of \(job.job.name) to \(wanted.text)", draft, pool,
      benefit: urgency(of: finding) * value(of: job))
  }

  // MARK: Donors

  private func memoryDonors(except taker: JobMoment, _ pool: Pool) -> [JobMoment] {
    let all = moment.jobs.filter { job in
      job.id != taker.id && !pool.donors.contains(job.id) && mayGive(job, .memory)
        && pool.draft[job.id, .memory] == nil && memorySlack(of: job) >= 1
    }
    let slacks = all.map { memorySlack(of: $0) }
    return all.indices.sorted { (-slacks[$0], $0) < (-slacks[$1], $1) }.map { all[$0] }
  }

  /// GiB that a job holds beyond the largest need of the last half hour.
  func memorySlack(of job: JobMoment) -> Int {
    guard let grant = job.grant.memory.amount, isSettable(.memory, on: job),
      case .memory(.at(let own))? = controls[job.id]?.value(of: .memory), own == grant,
      let need = needs[job.id]?.memory.estimate, need.isWorthChanging(grant),
      let held = job.leastMemory
    else { return 0 }
    let floor = job.job.declaration?.floor.memory ?? .zero
    // A limit below its memory-high would kill where it is now slowed.
    let high = job.grant.memoryHigh.amount ?? .zero
    return units(grant - max(need.recentMost, floor, held, high))
  }

  private func lowerMemory(of job: JobMoment, by amount: Int, _ draft: inout Draft) {
    guard let control = controls[job.id], let grant = job.grant.memory.amount else { return }
    draft.set(
      .memory(.at(grant - .gibi(Int64(amount)))), of: control.target,
      from: control.value(of: .memory))
  }

  private func memoryRisk(of amount: Int, to job: JobMoment) -> String? {
    guard let grant = job.grant.memory.amount, let need = needs[job.id]?.memory.estimate else {
      return nil
    }
    let rest = grant - .gibi(Int64(amount))
    let times = decimalText(Double(rest.count) / Double(max(1, need.peak.count)), places: 2)
    return
      "\(job.job.name) keeps \(rest.text), \(times) times the most that it held (\(need.peak.text)); if it grows beyond, it is killed."
  }

  // MARK: Taking back

  /// What a job holds for nothing goes to what is free.
  func takeBack(
    _ finding: Finding, _ job: JobMoment, _ resource: Resource, _ pool: Pool
  ) -> (Advice, Pool)? {
    guard mayGive(job, resource), !pool.donors.contains(job.id) else { return nil }
    var draft = Draft()
    let amount: String
    let keeps: String?
    switch resource {
    case .cores:
      let slack = self.slack(of: job)
      guard slack >= 1, isSettable(.cores, on: job) else { return nil }
      lowerCores(of: job, by: Double(slack), &draft)
      amount = Cores(Double(slack)).text
      keeps = risk(of: slack, to: job)
    case .memory:
      let slack = memorySlack(of: job)
      guard slack >= 1 else { return nil }
      lowerMemory(of: job, by: slack, &draft)
      amount = "\(slack) GiB"
      keeps = memoryRisk(of: slack, to: job)
    case .io: return nil
    }
    var pool = pool
    pool.donors.insert(job.id)
    return checked(
      finding, job, "take \(amount) back from \(job.job.name)", draft, pool, benefit: 0,
      effect: "\(amount) more are free", risks: keeps.map { [$0] } ?? [])
  }
}
