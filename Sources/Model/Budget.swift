/// What the operator declared for a job, in the configuration or on the command line.
package struct JobDeclaration: Sendable, Hashable {
  /// The name to show; nil leaves the name that was found.
  package var name: SafeText?
  package var match: JobMatch
  package var tags: [String: SafeText]
  package var jobClass: JobClass
  /// Relative importance when a resource is short; 100 is ordinary, as for `cpu.weight`.
  package var weight: Int
  /// Never proposed as a donor.
  package var protected: Bool
  package var budget: Budget
  package var floor: Floor

  package init(
    name: SafeText? = nil, match: JobMatch = JobMatch(), tags: [String: SafeText] = [:],
    jobClass: JobClass = .normal, weight: Int = 100, protected: Bool = false,
    budget: Budget = Budget(), floor: Floor = Floor()
  ) {
    self.name = name
    self.match = match
    self.tags = tags
    self.jobClass = jobClass
    self.weight = weight
    self.protected = protected
    self.budget = budget
    self.floor = floor
  }
}

/// How a job's need is estimated. The raw value is its word in the configuration.
package enum JobClass: String, Sendable, Hashable, CaseIterable {
  case normal
  case bestEffort = "best-effort"
}

/// Which jobs a declaration is about: every criterion that is set must hold.
package struct JobMatch: Sendable, Hashable {
  /// A glob over the cgroup path: `*` within one component, `**` across components.
  package var cgroup: String?
  /// A systemd unit name, glob allowed: `train@*.service`.
  package var unit: String?
  package var user: String?
  /// A regular expression found anywhere in the command line.
  package var command: String?

  package init(
    cgroup: String? = nil, unit: String? = nil, user: String? = nil, command: String? = nil
  ) {
    self.cgroup = cgroup
    self.unit = unit
    self.user = user
    self.command = command
  }

  package var isEmpty: Bool { cgroup == nil && unit == nil && user == nil && command == nil }
}

/// What a job may use. Nil is "nothing declared".
package struct Budget: Sendable, Hashable {
  package var cores: Cores?
  package var memory: Bytes?
  package var read: ByteRate?
  package var write: ByteRate?
  /// GPU indices or UUIDs.
  package var gpus: [SafeText]?
  /// Total money. Accepted now, used once prices exist.
  package var money: Money?
  /// Total running time in seconds. Accepted now, used with money.
  package var seconds: Double?

  package init(
    cores: Cores? = nil, memory: Bytes? = nil, read: ByteRate? = nil, write: ByteRate? = nil,
    gpus: [SafeText]? = nil, money: Money? = nil, seconds: Double? = nil
  ) {
    self.cores = cores
    self.memory = memory
    self.read = read
    self.write = write
    self.gpus = gpus
    self.money = money
    self.seconds = seconds
  }
}

/// What a job must never be brought below.
package struct Floor: Sendable, Hashable {
  package var cores: Cores?
  package var memory: Bytes?

  package init(cores: Cores? = nil, memory: Bytes? = nil) {
    self.cores = cores
    self.memory = memory
  }
}

/// An amount of money in millionths of the currency's unit, so that sums are exact.
package struct Money: Sendable, Hashable {
  package var micros: Int64
  package init(micros: Int64) { self.micros = micros }
}
