import Model

/// Jobs that another program owns: their limits are shown and left alone, with the reason.
struct ReadOnlyEnforcer: Enforcer {
  let backend: ControlBackend
  /// A sentence: who owns it, and how it is changed there.
  let reason: String
  /// Reads the values; nil where the job has no cgroup to read.
  let groups: RawGroups?

  func inspect(_ target: Target) throws(ChangeFailure) -> JobControl {
    guard let groups else {
      return JobControl(target: target, backend: backend, knobs: [:])
    }
    var control = try groups.inspect(target)
    control.backend = backend
    control.knobs = control.knobs.mapValues { ability in
      switch ability {
      case .settable(let value), .fixed(let value, _): .fixed(value, reason: reason)
      }
    }
    return control
  }

  func steps(for change: Change) throws(ChangeFailure) -> [Step] {
    throw ChangeFailure(.never, reason)
  }

  func value(of knob: Knob, of target: Target) -> KnobValue? {
    groups?.value(of: knob, of: target)
  }
}
