import Model

/// What rules see of the box in one moment.
final class BoxView {
  var time = Instant(nanoseconds: 0)
  /// Of the interval.
  var seconds = 0.0
  var box = BoxMoment()
  /// All jobs, for naming the one that is in the way; empty outside of a diagnosis.
  var jobs: [JobMoment] = [] {
    didSet { uses = nil }
  }
  /// All devices, in the moment's order.
  var devices: [DeviceNow] = []
  /// Cores that are used in no job.
  var otherUsed = 0.0

  var cores: Double { box.cores.value }

  /// What each job takes from the others, made when it is first asked for in a moment.
  var jobUses: [JobUse] {
    if let uses { return uses }
    let made = jobs.enumerated().map { position, job in
      JobUse(
        position: position, used: job.cpu.used?.value ?? 0,
        moved: (job.io.read?.perSecond ?? 0) + (job.io.written?.perSecond ?? 0))
    }
    uses = made
    return made
  }

  private var uses: [JobUse]?
}

/// What one job takes.
struct JobUse: Sendable {
  /// Among the moment's jobs.
  var position: Int
  /// Cores.
  var used: Double
  /// Bytes a second, read and written.
  var moved: Double
}
