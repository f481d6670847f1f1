package import Model

/// What could be done now about one finding: a proposal, and nothing is done by it.
package struct Advice: Sendable, Hashable {
  /// The finding that it answers.
  package var job: JobID
  package var rule: RuleID
  package var level: FindingLevel
  /// What to do: `give train 4 cores: 2 that are free, 2 of prep`.
  package var text: String
  /// What goes into the draft, decreases first.
  package var changes: [Change]
  /// What it is expected to do for the job, as ranges; a prediction.
  package var effect: String
  /// What the donors, and the job, may lose by it, one sentence each.
  package var risks: [String]
  /// What a unit is worth to the job and what all of it costs the donors, in ordinary cores.
  package var benefit: Double
  package var cost: Double

  /// The same as a draft.
  package var draft: Draft {
    var draft = Draft()
    for change in changes { draft.set(change.to, of: change.target, from: change.from) }
    return draft
  }
}

/// How advice is given.
package struct AdviceSettings: Sendable, Hashable {
  /// At most so many at a time.
  package var most = 3
  /// At most so many donors for one job.
  package var mostDonors = 2
  /// A job that was changed is left alone for so many seconds.
  package var coolDown = 300.0
  /// What a GPU that waits is worth, in cores: 30 is the relation of list prices, 0.95 $ to 0.032 $ an
  /// hour (OpenCost's defaults).
  package var coresPerGPU = 30.0
  /// The part of the box's memory that is not given away.
  package var memoryKept = 1.0 / 32

  package init() {}
}
