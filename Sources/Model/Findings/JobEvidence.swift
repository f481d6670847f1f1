/// What rules need of a job beyond its gauges. In every field nil is "not known", never none.
///
/// Rates are over the moment's interval, unless said otherwise.
package struct JobEvidence: Sendable, Hashable {
  /// When its first process began; nil where the cgroup does not tell.
  package var started: Instant?
  /// The group above the job whose quota throttles it; nil where it is the job's own.
  package var throttlingAncestor: SafeText?
  /// Threads waiting for a CPU, on average (Δrun_delay / Δt of /proc/TID/schedstat).
  package var runDelay: Cores?
  /// The CPUs that its threads confine themselves to, all of them together, where that is narrower
  /// than the core set.
  package var affinity: CPUSet?

  /// Pages a second that had been reclaimed and were wanted again (`workingset_refault_anon`, `_file`).
  package var anonymousRefaults: Double?
  package var fileRefaults: Double?
  package var pageSize = Bytes(4096)
  /// What its read calls asked for (`rchar` of /proc/PID/io), page cache included.
  package var calledReads: ByteRate?
  /// Pages a second read back from swap (`pswpin` of the group's `memory.stat`).
  package var swapIns: Double?
  /// How often a second it was held at `memory.high` (`memory.events`).
  package var highEvents: Double?
  /// The part of its memory that is on the NUMA nodes of the CPUs it may use.
  package var localMemory: Share?

  package var threads: ThreadStates?
  package var loaders: LoaderStates?
  package var busiestThread: ThreadUse?
  /// nil for a job that does not count its steps.
  package var progress: JobProgress?
  /// What it is doing, by its own word or by what was seen.
  package var phase: JobPhase?
  /// Limits of its grant that are those of a group above it, and so of all that is in that group.
  package var inherited: InheritedLimits?

  package init() {}
}

/// Limits that a job shares with others.
package struct InheritedLimits: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let cores = InheritedLimits(rawValue: 1)
  package static let memory = InheritedLimits(rawValue: 2)
}

/// How many of a job's threads were in which state, on average over the looks of about ten seconds.
package struct ThreadStates: Sendable, Hashable {
  package var total: Double
  package var runnable: Double
  /// Uninterruptible sleep (D).
  package var blocked: Double
  /// Asleep in a socket or an RPC, by `wchan`.
  package var inSockets: Double

  package init(total: Double, runnable: Double, blocked: Double, inSockets: Double) {
    self.total = total
    self.runnable = runnable
    self.blocked = blocked
    self.inSockets = inSockets
  }
}

/// What a job's loader workers do: its processes that prepare data for those that compute (children
/// without a GPU of a process that holds one, or named `pt_data_worker`).
///
/// Shares are of the workers, on average over the looks of about ten seconds.
package struct LoaderStates: Sendable, Hashable {
  package var count: Int
  package var runnable: Share
  /// Uninterruptible sleep (D), or stalled on IO.
  package var blocked: Share
  /// Asleep in sockets or timers.
  package var remote: Share
  /// Asleep on the queue that the consumer empties.
  package var onQueue: Share
  /// What they use together; nil where it was not read.
  package var used: Cores?
  /// The part of the time in which the consumer waited for them; nil where that is not known.
  package var consumerWaits: Share?
  /// Workers whose parent has gone.
  package var orphans = 0

  package init(count: Int, runnable: Share, blocked: Share, remote: Share, onQueue: Share) {
    self.count = count
    self.runnable = runnable
    self.blocked = blocked
    self.remote = remote
    self.onQueue = onQueue
  }
}

/// The thread of a job that used most, over about ten seconds.
package struct ThreadUse: Sendable, Hashable {
  /// Of one core.
  package var used: Share
  /// How often a second it gave its CPU up by itself (`voluntary_ctxt_switches`).
  package var voluntarySwitches: Double?
  /// Its process holds a GPU.
  package var holdsGPU = false

  package init(used: Share, voluntarySwitches: Double? = nil, holdsGPU: Bool = false) {
    self.used = used
    self.voluntarySwitches = voluntarySwitches
    self.holdsGPU = holdsGPU
  }
}

/// What a job says of how far it is.
package struct JobProgress: Sendable, Hashable {
  /// nil before the first.
  package var step: UInt64?
  /// When the last step ended.
  package var lastStep: Instant?
  /// Seconds a step takes: the median of the last few.
  package var stepSeconds: Double?

  package init(step: UInt64? = nil, lastStep: Instant? = nil, stepSeconds: Double? = nil) {
    self.step = step
    self.lastStep = lastStep
    self.stepSeconds = stepSeconds
  }
}

/// What a job is doing, by its own word or by what was seen. The raw value is its word in JSON.
package enum JobPhase: String, Sendable, Hashable, CaseIterable {
  case train
  /// In those that follow idle GPUs and unused cores are no waste.
  case eval, checkpoint, compile

  package var isMuting: Bool { self != .train }
}
