/// One thing that loadline can use, whether it is there, and what to do where it is not.
package struct Check: Sendable, Equatable {
  package enum State: String, Sendable, Equatable {
    case ok
    /// Works, with something less.
    case limited
    case missing
  }

  package var subject: String
  package var state: State
  /// What was found.
  package var finding: String
  /// What is lost; empty where nothing is.
  package var cost: String
  /// The exact command that would give it; empty where there is none.
  package var remedy: String

  init(
    _ subject: String, _ state: State, _ finding: String, cost: String = "", remedy: String = ""
  ) {
    self.subject = subject
    self.state = state
    self.finding = finding
    self.cost = cost
    self.remedy = remedy
  }
}
