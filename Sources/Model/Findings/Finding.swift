/// One statement about a job, or about the box: what holds it back, what it holds for nothing, or
/// what has gone wrong, with the numbers that say so and the change that would answer it.
package struct Finding: Sendable, Hashable {
  /// nil where it is about the box.
  package var job: JobID?
  package var rule: RuleID
  package var level: FindingLevel
  /// When the condition began, which is earlier than when it had held for long enough.
  package var since: Instant
  package var certainty = Certainty.suspected
  /// The part it plays among the findings of the job that stand now.
  package var role = FindingRole.main
  /// One sentence with its numbers.
  package var text: String
  /// The numbers behind it.
  package var evidence: [Evidence]
  /// Other causes that were looked at and are not it.
  package var ruledOut: [RuledOut] = []
  /// The change that would answer it; nil where none would.
  package var suggestion: Suggestion?
  /// What it costs for nothing; nil for what is no waste.
  package var waste: Waste?
  /// When text and numbers were made: they are made anew every ten seconds or so.
  package var asOf: Instant

  package init(
    job: JobID?, rule: RuleID, level: FindingLevel, since: Instant, asOf: Instant,
    account: FindingAccount
  ) {
    self.job = job
    self.rule = rule
    self.level = level
    self.since = since
    self.asOf = asOf
    text = account.text
    evidence = account.evidence
    ruledOut = account.ruledOut
    suggestion = account.suggestion
    waste = account.waste
  }

  package var kind: FindingKind { rule.kind }

  /// Puts new words and numbers in the place of the old.
  package mutating func update(_ account: FindingAccount, asOf: Instant) {
    self.asOf = asOf
    text = account.text
    evidence = account.evidence
    ruledOut = account.ruledOut
    suggestion = account.suggestion
    waste = account.waste
  }
}

/// What a rule has to say of a job at one instant.
package struct FindingAccount: Sendable, Hashable {
  package var text: String
  package var evidence: [Evidence]
  package var ruledOut: [RuledOut] = []
  package var suggestion: Suggestion?
  package var waste: Waste?

  package init(
    _ text: String, _ evidence: [Evidence], suggestion: Suggestion? = nil, waste: Waste? = nil
  ) {
    self.text = text
    self.evidence = evidence
    self.suggestion = suggestion
    self.waste = waste
  }
}

/// How much it matters. The raw value is its word in JSON.
package enum FindingLevel: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Worth knowing, and nothing to be done about: a GPU that computes as hard as it can.
  case note
  case amber
  case red

  package static func < (a: FindingLevel, b: FindingLevel) -> Bool { a.weight < b.weight }

  private var weight: Int {
    switch self {
    case .note: 0
    case .amber: 1
    case .red: 2
    }
  }
}

/// How sure it is. The raw value is its word in JSON.
package enum Certainty: String, Sendable, Hashable {
  /// The condition held for its time.
  case suspected
  /// It held for three times that, or a trial proved it.
  case confirmed
}

/// The part of a finding among those of one job. The raw value is its word in JSON.
package enum FindingRole: String, Sendable, Hashable {
  /// The first cause: what to answer first. At most one of the bottlenecks and health findings of a job.
  case main
  /// It stands as well, and may be a consequence of the main one.
  case contributing
  /// It stands for itself, as waste does.
  case separate
}

/// A cause that was looked at and is not it.
package struct RuledOut: Sendable, Hashable {
  package var rule: RuleID
  /// In a few words with its number: `not memory: some of its threads stalled 0.1 % of the time`.
  package var text: String

  package init(_ rule: RuleID, _ text: String) {
    self.rule = rule
    self.text = text
  }
}

/// What is held for nothing: reserved and not used, in units an hour.
package struct Waste: Sendable, Hashable {
  /// Core-hours an hour.
  package var cores: Double
  /// GiB-hours an hour.
  package var memory: Double
  /// GPU-hours an hour.
  package var gpus: Double

  package init(cores: Double = 0, memory: Double = 0, gpus: Double = 0) {
    self.cores = cores
    self.memory = memory
    self.gpus = gpus
  }
}
