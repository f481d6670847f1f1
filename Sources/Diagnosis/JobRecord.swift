import Model

/// All that the engine keeps of one job.
final class JobRecord {
  let id: JobID
  let past: JobPast
  /// One a rule, in the engine's order.
  var tracks: [Track]
  var findings: [Finding] = []
  var notEvaluated: [NotEvaluated] = []
  /// What it has of which devices.
  var uses: [DeviceUse] = []
  /// The number of the moment that it was last in.
  var seenIn: UInt64 = 0
  /// Among the jobs of that moment.
  var position = 0

  init(_ job: JobMoment, at time: Instant, rules: Int, _ forecast: Double, _ scale: Double) {
    id = job.id
    past = JobPast(job, at: time, forecast, scale)
    tracks = Array(repeating: Track(), count: rules)
  }

  /// Takes in what it has of a device, after ``uses`` was emptied of what it had in the moment before.
  func take(
    _ holder: GPUHolder, of device: GPUMoment, at position: Int, _ now: Instant, _ job: Job
  ) {
    var use = DeviceUse(position: position)
    if let held = holder.memory, let all = device.reading.memory.value, all.count > 0 {
      use.memory = Double(held.count) / Double(all.count)
    }
    use.share = holder.share.value?.value
    use.holders = max(1, device.holders.count)
    if use.share == 0 {
      use.quietSince = quiet.first { $0.id == device.id }?.since ?? now
      if use.quietSince == now { quiet.append((device.id, now)) }
    } else if !quiet.isEmpty {
      quiet.removeAll { $0.id == device.id }
    }
    if holder.reason == .context, let given = job.declaration?.budget.gpus {
      use.isOutsideBudget = !given.contains { device.reading.identity.isCalled($0) }
    }
    uses.append(use)
  }

  /// The devices on which it computes nothing, and since when.
  private var quiet: [(id: GPUID, since: Instant)] = []
}
