import Model

/// What may go wrong with a change, one sentence each.
extension Outlook {
  func risks(of change: Change, on job: JobMoment) -> [String] {
    var risks: [String] = []
    if let control = controls[change.target.id], let now = control.value(of: change.knob),
      let from = change.from, now != from
    {
      risks.append("Somebody has changed it since: it was \(from.text) and is \(now.text).")
    }
    switch change.to {
    case .cores(let limit): risks += coreRisks(under: limit, change, job)
    case .cpus(let cpus): risks += setRisks(on: cpus, change, job)
    case .weight: if let risk = weightRisk { risks.append(risk) }
    case .memory(.at(let limit)): risks += memoryRisks(under: limit, change, job)
    case .memoryHigh(.at(let limit)): risks += highRisks(at: limit, job)
    case .memory(.unlimited), .memoryHigh(.unlimited):
      if change.from != nil { risks.append("It may take memory that others were promised.") }
    case .pids(.at(let most)):
      if let threads = job.threads, threads >= most {
        risks.append("It has \(threads) tasks already: no further one can be started.")
      }
    case .frozen(true):
      risks += [
        "It keeps its memory and its GPUs.",
        "Jobs that train together with it wait for it and may time out.",
      ]
    case .ioPriority(.realTime): risks.append("It can keep all others from the disks.")
    default: break
    }
    if let inner = innerThatHasMore(than: change) {
      risks.append("\(inner.job.name) is inside of it and is held to the same.")
    }
    risks += promiseRisks(of: change)
    return risks
  }

  // MARK: Cores

  private func coreRisks(under limit: Limit<Cores>, _ change: Change, _ job: JobMoment) -> [String]
  {
    var risks: [String] = []
    if let quota = limit.amount {
      if change.isDecrease, let wanted = job.cpu.demand ?? job.cpu.used, wanted > quota {
        risks.append(
          "It wants \(decimalText(wanted.value, places: 1)) cores: it will be throttled, and threads that wait for each other by spinning lose more than the difference."
        )
      }
      if let cpus = grantAfter(change.target.id)?.cpus, !cpus.isEmpty,
        Double(cpus.count) < quota.value
      {
        risks.append("Its \(cpus.count) CPUs (\(cpus)) are fewer: it cannot use all of it.")
      }
    } else if change.from != nil {
      risks.append("It may take cores that others were promised.")
    }
    return risks
  }

  private func setRisks(on cpus: CPUSet, _ change: Change, _ job: JobMoment) -> [String] {
    guard !cpus.isEmpty else { return [] }
    var risks: [String] = []
    if let risk = crowding(on: cpus, change, job) { risks.append(risk) }
    if case .cores(.at(let quota))? = value(.cores, change.target.id),
      quota.value > Double(cpus.count)
    {
      risks.append("Its quota of \(quota.text) is more than these CPUs can give.")
    }
    risks += placementRisks(cpus, job)
    return risks
  }

  /// Measured with PyTorch, two threads that spin at barriers: 1773 samples a second on two free cores,
  /// 838 under a quota of one core, 91 pinned to one CPU.
  private func crowding(on cpus: CPUSet, _ change: Change, _ job: JobMoment) -> String? {
    let count = cpus.count
    let running: Int
    if let wanted = job.cpu.demand ?? job.cpu.used {
      running = Int((wanted.value - 0.2).rounded(.up))
    } else if case .cpus(let before)? = change.from, before.isEmpty || before.count > count {
      running = job.threads ?? 0
    } else {
      return nil
    }
    guard running > count else { return nil }
    return
      "About \(running) of its threads run at once: on \(count) \(count == 1 ? "CPU" : "CPUs") those that wait for each other by spinning have lost up to 20 times their speed; a quota (cores=\(count)) or a lower weight costs less."
  }

  private func placementRisks(_ cpus: CPUSet, _ job: JobMoment) -> [String] {
    var risks: [String] = []
    let topology = moment.box.topology
    let nodes = topology.nodes.map { $0.cpus.intersection(cpus).count }.filter { $0 > 0 }
    if nodes.count > 1, nodes.contains(1) {
      risks.append("One CPU is alone on its NUMA node, away from the others and their memory.")
    }
    let siblings = CPUSet(
      topology.nodes.flatMap { node in
        node.sockets.flatMap { $0.cores.filter { !CPUSet($0.cpus).intersection(cpus).isEmpty } }
      }.flatMap(\.cpus)
    ).subtracting(cpus)
    for other in after.jobs where other.id != job.id {
      guard let theirs = other.grant.cpus, theirs.count < moment.box.cpus.count else { continue }
      let shared = theirs.intersection(cpus)
      if !shared.isEmpty {
        risks.append("It shares \(Self.list(shared)) with \(other.job.name).")
      } else if !theirs.intersection(siblings).isEmpty {
        risks.append(
          "\(Self.list(theirs.intersection(siblings))) of \(other.job.name) \(theirs.intersection(siblings).count == 1 ? "is" : "are") on the same physical cores."
        )
      }
    }
    return risks
  }

  private static func list(_ cpus: CPUSet) -> String {
    cpus.count == 1 ? "CPU \(cpus)" : "CPUs \(cpus)"
  }

  private var weightRisk: String? {
    guard let used = moment.box.used, used.value < moment.box.cores.value * 0.9,
      !(moment.box.pressure.cpuSome.map { $0.value >= 0.05 } ?? false)
    else { return nil }
    return "A weight matters only where CPU time is short, and at present it is not."
  }

  // MARK: Memory

  private func memoryRisks(under limit: Bytes, _ change: Change, _ job: JobMoment) -> [String] {
    var risks: [String] = []
    if let least = job.leastMemory, limit < least {
      risks.append("Less than a tenth is left over what it holds: it may be killed.")
    }
    if change.isDecrease {
      if job.memory.isEstimate { risks.append("What it holds is an estimate.") }
      if let charged = job.memory.charged, charged > limit {
        risks.append(
          "\((charged - limit).text) of page cache have to be reclaimed first, which takes time and makes it read again."
        )
      }
    }
    if case .memoryHigh(.at(let high))? = value(.memoryHigh, change.target.id), high > limit {
      risks.append(
        "Its memory-high of \(high.text) is above: it will be killed without being slowed first.")
    }
    return risks
  }

  private func highRisks(at limit: Bytes, _ job: JobMoment) -> [String] {
    guard let least = job.leastMemory, limit < least else { return [] }
    return [
      "Less than a tenth is left over what it holds: where it grows it comes to a near stop."
    ]
  }

  // MARK: Promises

  /// What is promised to jobs is there, but others use some of it.
  private func promiseRisks(of change: Change) -> [String] {
    guard !change.takes else { return [] }
    switch change.to {
    case .cores, .cpus:
      guard let before = moment.unallocatedCores, let after = after.unallocatedCores,
        after.value < 0.05, after.value < before.value - 1e-6 || before.value < 0.05
      else { return [] }
      return ["No core is left unallocated: it can take CPU time that others use now."]
    case .memory, .memoryHigh:
      guard let before = moment.unallocatedMemory, let after = after.unallocatedMemory,
        after < .zero, after < before
      else { return [] }
      return ["\((Bytes.zero - after).text) more than the box has would be granted or in use."]
    default: return []
    }
  }
}
