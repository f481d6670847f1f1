/// A job, or a GPU, as it was when a draft was opened: what a change is meant for, and for nothing else
/// that has taken its name since.
package struct Target: Sendable, Hashable {
  package var id: JobID
  package var name: SafeText
  package var owner: SafeText
  package var source: JobSource
  /// The path of its cgroup; nil for a command tree.
  package var cgroup: String?

  package init(
    id: JobID, name: SafeText, owner: SafeText, source: JobSource, cgroup: String? = nil
  ) {
    self.id = id
    self.name = name
    self.owner = owner
    self.source = source
    self.cgroup = cgroup
  }

  /// A GPU, whose limits are its own and root's to set: `GPU 0`.
  ///
  /// - Parameter isNumbered: whether no other device has its number.
  package init(_ gpu: GPUIdentity, isNumbered: Bool = true) {
    let name = "GPU \(gpu.index)" + (isNumbered ? "" : " (\(gpu.id.text))")
    self.init(id: .gpu(gpu.id), name: SafeText(name), owner: SafeText("root"), source: .gpu)
  }

  package init(_ job: Job) {
    self.init(
      id: job.id, name: job.name, owner: job.owner, source: job.source, cgroup: job.cgroup)
  }
}

/// One knob of one job, from what it is to what it is to be.
package struct Change: Sendable, Hashable {
  package var target: Target
  /// What the knob was when the draft was opened; nil where it could not be read.
  package var from: KnobValue?
  package var to: KnobValue

  package init(target: Target, from: KnobValue?, to: KnobValue) {
    self.target = target
    self.from = from
    self.to = to
  }

  package var knob: Knob { to.knob }

  /// Whether it gives the job less: such changes come first, so that what is given was taken before.
  ///
  /// A core set that is exchanged takes away too. Weights and priorities neither take nor give.
  package var isDecrease: Bool {
    func less<Amount>(_ now: Limit<Amount>, _ then: Limit<Amount>) -> Bool {
      switch (now, then) {
      case (.at(let now), .at(let then)): now < then
      case (.at, .unlimited): true
      case (.unlimited, _): false
      }
    }
    switch (to, from) {
    case (.cores(let now), .cores(let then)?): return less(now, then)
    case (.cpus(let now), .cpus(let then)?):
      if now.isEmpty { return false }
      return then.isEmpty || !then.isSubset(of: now)
    case (.memoryHigh(let now), .memoryHigh(let then)?): return less(now, then)
    case (.memory(let now), .memory(let then)?): return less(now, then)
    case (.read(let now), .read(let then)?): return less(now, then)
    case (.write(let now), .write(let then)?): return less(now, then)
    case (.pids(let now), .pids(let then)?): return less(now, then)
    case (.burst(let now), .burst(let then)?): return now < then
    case (.power(let now), .power(let then)?): return now < then
    case (.frozen(let now), _): return now
    case (.weight, _), (.nice, _), (.ioPriority, _): return false
    // What it was is not known: it may be less.
    default: return true
    }
  }
}

/// Changes in the order in which they are to be made: all decreases before the first increase.
package struct Plan: Sendable, Hashable {
  package var changes: [Change]

  package init(changes: [Change]) { self.changes = changes }
}
