import Model

/// What is wrong with the box rather than with one job.
struct BoxDiagnosis {
  private(set) var findings: [Finding] = []

  init(_ settings: RuleSettings) {}

  mutating func take(_ moment: Moment) {}
}
