import Model

/// Every rule that looks at a job, causes before what they may lead to.
enum AllRules {
  static let types: [any Rule.Type] = [CPUQuota.self]
}
