import Model

/// How changes are made on the jobs of one kind of owner. Whoever owns a cgroup writes it: there is
/// one type for each backend that can, and one that says why not for all others.
protocol Enforcer: Sendable {
  var backend: ControlBackend { get }

  /// What can be set on the job, what it is set to, and for the rest what is missing.
  ///
  /// Throws where the job is gone or has been made again under the same name.
  func inspect(_ target: Target) throws(ChangeFailure) -> JobControl

  /// The same enforcer, that has asked about these jobs in one go where asking takes long: for what is
  /// done with them next.
  func asking(about targets: [Target]) -> any Enforcer

  /// The steps that make a change, in order, with what is there before each.
  ///
  /// Reads and checks; writes nothing. Throws where the change would certainly fail, with the reason.
  func steps(for change: Change) throws(ChangeFailure) -> [Step]

  /// The same where other changes come first: what they write counts as written.
  func steps(for change: Change, after earlier: [Step]) throws(ChangeFailure) -> [Step]

  /// What a knob is set to now; nil where it cannot be read.
  func value(of knob: Knob, of target: Target) -> KnobValue?

  /// The directory that stands for the job when two programs want to change it at a time; nil where
  /// it has none.
  func lockDirectory(of target: Target) -> String?

  /// The processes of the job, to send them a signal.
  func processes(of target: Target) throws(ChangeFailure) -> [ProcessIdentity]

  /// What the person has to know about a change that was made, one sentence each.
  func notes(on change: Change) -> [String]

  /// The same, with what was written and was there before.
  func notes(on change: Change, made steps: [Step]) -> [String]
}

extension Enforcer {
  func asking(about targets: [Target]) -> any Enforcer { self }

  func steps(for change: Change, after earlier: [Step]) throws(ChangeFailure) -> [Step] {
    try steps(for: change)
  }

  func value(of knob: Knob, of target: Target) -> KnobValue? {
    guard let ability = try? inspect(target).knobs[knob] else { return nil }
    switch ability {
    case .settable(let value), .fixed(let value, _): return value
    }
  }

  func lockDirectory(of target: Target) -> String? { nil }

  func processes(of target: Target) throws(ChangeFailure) -> [ProcessIdentity] {
    throw ChangeFailure(.never, "\(target.name) cannot be signalled from here: its owner can.")
  }

  func notes(on change: Change) -> [String] { [] }

  func notes(on change: Change, made steps: [Step]) -> [String] { notes(on: change) }
}
