/// A change that would answer a finding. It is advice: whether it fits is the planner's to say.
package struct Suggestion: Sendable, Hashable {
  /// Whose; nil for the job that the finding is about.
  package var job: JobID?
  package var resource: SuggestedResource
  package var direction: SuggestedDirection
  /// By how much, or to what; nil where that cannot be told.
  package var amount: SuggestedAmount?
  /// What to do, in a few words: `give it 7 more cores`.
  package var text: String

  package init(
    _ resource: SuggestedResource, _ direction: SuggestedDirection, _ amount: SuggestedAmount,
    _ text: String
  ) {
    self.resource = resource
    self.direction = direction
    self.amount = amount
    self.text = text
  }

  package init(
    _ resource: SuggestedResource, _ direction: SuggestedDirection, of job: JobID? = nil,
    _ text: String
  ) {
    self.job = job
    self.resource = resource
    self.direction = direction
    self.text = text
  }
}

/// What to change.
package enum SuggestedResource: Sendable, Hashable {
  /// One that loadline can set on a running job.
  case knob(Knob)
  /// The limit of a group above the job.
  case groupAbove
  /// Those that follow are for the job's owner: loadline cannot change them.
  case workers
  case powerLimit
  case cooling
  case code
  /// Processes that should end.
  case processes
  /// The GPUs that it has.
  case gpus

  /// Its word in JSON.
  package var word: String {
    switch self {
    case .knob(let knob): knob.rawValue
    case .groupAbove: "group-above"
    case .workers: "workers"
    case .powerLimit: "power-limit"
    case .cooling: "cooling"
    case .code: "code"
    case .processes: "processes"
    case .gpus: "gpus"
    }
  }
}

/// The raw value is its word in JSON.
package enum SuggestedDirection: String, Sendable, Hashable {
  case raise, lower, change
}

package enum SuggestedAmount: Sendable, Hashable {
  case cores(Cores)
  case memory(Bytes)
  case rate(ByteRate)
  case count(Int)
  /// Core-seconds of quota a period.
  case burst(Double)
  case cpus(CPUSet)
}
