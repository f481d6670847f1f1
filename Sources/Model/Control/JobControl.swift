/// What can be set on one job, by whom, and what it is set to now.
package struct JobControl: Sendable, Hashable {
  package var target: Target
  /// How changes are made here.
  package var backend: ControlBackend
  /// One entry a knob that this backend knows.
  package var knobs: [Knob: Ability]
  /// What the groups above it allow: no change can go beyond.
  package var above: Bounds

  package init(
    target: Target, backend: ControlBackend, knobs: [Knob: Ability], above: Bounds = Bounds()
  ) {
    self.target = target
    self.backend = backend
    self.knobs = knobs
    self.above = above
  }

  /// Whether a knob can be set, and its value.
  package enum Ability: Sendable, Hashable {
    /// Nil where its value cannot be read.
    case settable(KnobValue?)
    /// It is set to this and cannot be changed, for this reason: a sentence that says what is missing.
    case fixed(KnobValue?, reason: String)
  }

  /// Limits of the groups above a job, the tightest of each; of a GPU, what the device takes.
  package struct Bounds: Sendable, Hashable {
    package var cores: Limit<Cores>
    /// The CPUs that may be in its core set.
    package var cpus: CPUSet
    package var memory: Limit<Bytes>
    /// What a device may be told to draw at most; nil for jobs.
    package var power: ClosedRange<Watts>?

    package init(
      cores: Limit<Cores> = .unlimited, cpus: CPUSet = CPUSet(), memory: Limit<Bytes> = .unlimited,
      power: ClosedRange<Watts>? = nil
    ) {
      self.cores = cores
      self.cpus = cpus
      self.memory = memory
      self.power = power
    }
  }
}

/// Who writes a job's limits. The raw value is its word in the journal and in JSON.
package enum ControlBackend: String, Sendable, Hashable, CaseIterable {
  case cgroup2 = "cgroup-v2"
  case cgroup1 = "cgroup-v1"
  case systemd
  case systemdUser = "systemd-user"
  /// No cgroup of its own: affinity, nice and IO priority of every thread.
  case processes
  /// A GPU, through its driver.
  case gpu
  /// Another program owns it: nothing is changed from here.
  case slurm, kubernetes, docker, podman
}
