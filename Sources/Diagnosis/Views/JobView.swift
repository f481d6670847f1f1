import Model

/// What rules see of a job in one moment.
struct JobView {
  let job: JobMoment
  let past: JobPast
  let box: BoxView
  /// What it has of which devices.
  let uses: [DeviceUse]

  var time: Instant { box.time }
  var evidence: JobEvidence? { job.evidence }
  var used: Double? { job.cpu.used?.value }
  var demand: Double? { job.cpu.demand?.value }
  var isThrottled: Bool { (job.cpu.throttled?.value ?? 0) > 0 }

  /// Threads waiting for a CPU, on average. Demand is running and waiting together, so that what it
  /// is more than usage is waiting.
  var waiting: Double? {
    if let delay = evidence?.runDelay { return delay.value }
    guard let demand, let used else { return nil }
    return max(0, demand - used)
  }

  /// Its memory limit, or all of the box's memory.
  var memoryLimit: Bytes { job.grant.memory.amount ?? box.box.memory }

  /// `its limit of 64 GiB`, `the box's 64 GiB`.
  var memoryLimitText: String {
    job.grant.memory.amount.map { "its limit of \($0.text)" } ?? "the box's \(box.box.memory.text)"
  }

  /// The CPUs that it may use, where they are fewer than the box has.
  var coreSet: CPUSet? {
    guard let cpus = job.grant.cpus, !cpus.isEmpty, cpus.count < box.box.cpus.count else {
      return nil
    }
    return cpus
  }

  /// The cores that it may have: its grant, or the box's.
  var grantedCores: Double { job.grant.cores.amount?.value ?? box.cores }

  /// Whether a limit is the job's alone. A command tree shares its group's with whatever else is in it.
  func owns(_ limit: InheritedLimits) -> Bool {
    job.job.cgroup != nil && !(evidence?.inherited?.contains(limit) ?? false)
  }

  var gpus: DeviceList { DeviceList(table: box.devices, uses: uses) }
}

/// The devices of one job.
struct DeviceList: RandomAccessCollection {
  let table: [DeviceNow]
  let uses: [DeviceUse]

  var startIndex: Int { 0 }
  var endIndex: Int { uses.count }
  subscript(position: Int) -> DeviceNow { table[uses[position].position] }
}
