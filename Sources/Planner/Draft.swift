package import Model

/// Changes that an operator is composing; nothing of it is applied.
///
/// One value for each knob of each job, in the order in which they were first touched. A knob that is
/// set back to what it was is out of the draft again.
package struct Draft: Sendable, Hashable {
  package private(set) var changes: [Change] = []

  package init() {}

  package var isEmpty: Bool { changes.isEmpty }

  /// What the draft sets a knob to; nil where it leaves it.
  package subscript(_ job: JobID, _ knob: Knob) -> KnobValue? {
    changes.first { $0.target.id == job && $0.knob == knob }?.to
  }

  /// Sets a knob; `from` is what it is now, and counts at the first touch only.
  package mutating func set(_ value: KnobValue, of target: Target, from: KnobValue?) {
    if let index = changes.firstIndex(where: { $0.target.id == target.id && $0.knob == value.knob })
    {
      changes[index].to = value
      if changes[index].from == value { changes.remove(at: index) }
    } else if from != value {
      changes.append(Change(target: target, from: from, to: value))
    }
  }

  /// Leaves a knob as it is.
  package mutating func drop(_ job: JobID, _ knob: Knob) {
    changes.removeAll { $0.target.id == job && $0.knob == knob }
  }

  /// Leaves a job as it is.
  package mutating func drop(_ job: JobID) {
    changes.removeAll { $0.target.id == job }
  }
}
