import Model
import Planner

/// Typed texts and steps: how a person changes a knob's value.
extension KnobValue {
  /// Reads what was typed for a knob: a number alone is cores, GiB or MB/s, as the screen's titles say.
  init(typed text: String, for knob: Knob) throws(KnobMistake) {
    let isNumber = text.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
    try self.init(parsing: isNumber ? text + knob.typedUnit : text, for: knob)
  }
}

extension Draft {
  /// The value one step from what the draft or the job has for a knob; nil where there is none.
  func next(
    _ knob: Knob, _ direction: StepDirection, of job: JobMoment, on moment: Moment,
    control: JobControl?
  ) -> KnobValue? {
    let now = self[job.id, knob] ?? job.present(knob, control) ?? knob.ordinary
    switch now {
    case .ioPriority(let priority): return .ioPriority(priority.stepped(direction))
    case .read(.unlimited) where direction == .less: return .read(.at(ByteRate(1e9)))
    case .write(.unlimited) where direction == .less: return .write(.at(ByteRate(1e9)))
    case .pids(.unlimited) where direction == .less: return .pids(.at(4096))
    default: break
    }
    // The planner steps from what is known: here what is shown.
    var known = control ?? JobControl(target: Target(job.job), backend: .cgroup2, knobs: [:])
    known.knobs[knob] = .settable(now)
    var draft = Draft()
    guard draft.step(knob, direction, of: job, on: moment, control: known) else { return nil }
    return draft[job.id, knob]
  }
}

extension IOPriority {
  fileprivate func stepped(_ direction: StepDirection) -> IOPriority {
    let order: [IOPriority] = [.idle] + (0...7).reversed().map { .bestEffort($0) }
    // None is derived from the nice value: 4 for an ordinary one.
    let index = order.firstIndex(of: self) ?? 4
    return order[min(order.count - 1, max(0, index + (direction == .more ? 1 : -1)))]
  }
}
