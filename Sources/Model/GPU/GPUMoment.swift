/// One device at one instant, with what follows from its recent past. Screens and JSON show this type.
package struct GPUMoment: Sendable, Identifiable {
  package var reading: GPUReading
  /// How busy it was in each second of the last minute, oldest first; nil where that is not known.
  package var lastMinute: [Share?] = []
  package var idle = GPUIdleness()
  /// Who has it, the largest first.
  package var holders: [GPUHolder] = []
  /// Processes that hold a context and are in no job.
  package var strangers: [GPUStranger] = []
  /// Pids that the driver gives are of another pid namespace than ours: they name nobody here.
  package var hasForeignPids = false

  package init(reading: GPUReading) { self.reading = reading }

  package var id: GPUID { reading.identity.id }
}

/// When and for how long a device did nothing.
///
/// Idle is no SM activity, and power at its idle level (the lowest seen and a tenth) where power is
/// known. Times are counted since ``countedSince``.
package struct GPUIdleness: Sendable, Equatable {
  /// nil where nothing says.
  package var isIdle: Bool?
  /// Since when without interruption; nil while it is busy or unknown.
  package var since: Instant?
  /// It was idle already when the counting began: the true start is earlier.
  package var isSinceBeginning = false
  /// Seconds of the longest gap since the counting began.
  package var longest: Double?
  /// The idle part of the last minute, hour and day; shorter where counting began later.
  package var lastMinute: Share?
  package var lastHour: Share?
  package var lastDay: Share?
  /// Device-hours of idleness since the counting began.
  package var hours: Double?
  package var countedSince: Instant?
  /// The lowest power that was seen, and the most that still counts as idle; nil where power is not
  /// told.
  package var lowestPower: Watts?
  package var level: Watts?

  package init() {}
}

/// A job that has a device.
package struct GPUHolder: Sendable, Equatable {
  /// How it is known. The raw value is its word in JSON.
  package enum Reason: String, Sendable {
    /// A process of it holds a context.
    case context
    /// Its budget names the device.
    case budget
    /// It was started with the device (`loadline run --gpus`, Slurm).
    case start
  }

  package var job: JobID
  package var reason: Reason
  package var processes = 0
  /// Those of its processes that hold a context.
  package var pids: [Int32] = []
  /// nil where the driver does not tell.
  package var memory: Bytes?
  /// Its part of the device's time, over the last interval.
  package var share: Measure<Share> = .unsupported

  package init(job: JobID, reason: Reason) {
    self.job = job
    self.reason = reason
  }
}

/// A process in no job that holds a context.
package struct GPUStranger: Sendable, Equatable {
  package var process: GPUProcess
  /// Its name; nil where it is gone, and the device's memory with it is held by nobody alive.
  package var name: SafeText?
  package var owner: SafeText?

  package init(process: GPUProcess) { self.process = process }
}

/// What a job has of GPUs.
package struct JobGPUs: Sendable, Equatable {
  /// The devices that it has, in the box's order.
  package var held: [GPUID] = []
  /// How many of them were busy, as a sum of shares: 1.9 of 2; nil where a part is not known.
  package var busy: Double?
  /// Another job has one of them too.
  package var isShared = false
  /// Memory that its processes hold on them.
  package var memory: Bytes?
  /// All of them are idle, since then.
  package var idleSince: Instant?
  package var idleIsSinceBeginning = false

  package init() {}
}
