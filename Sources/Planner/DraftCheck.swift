package import Model

/// Checks drafts. Pure: the same draft, moment and controls give the same answer, in whichever order
/// the changes were drafted.
package enum DraftCheck {
  /// `controls` is what is known so far of what can be set, by job.
  package static func assess(
    _ draft: Draft, on moment: Moment, controls: [JobID: JobControl]
  ) -> Assessment {
    let outlook = Outlook(draft, on: moment, controls: controls)
    return Assessment(
      items: draft.changes.map { change in
        let verdict = outlook.verdict(on: change)
        if case .gpu(let id) = change.target.id, verdict.isPossible {
          return Assessment.Item(
            change: change, verdict: verdict, effect: outlook.effect(of: change, of: id),
            risks: outlook.risks(of: change, of: id))
        }
        guard let job = outlook.job(change), verdict.isPossible else {
          return Assessment.Item(change: change, verdict: verdict)
        }
        return Assessment.Item(
          change: change, verdict: verdict, effect: outlook.effect(of: change, on: job),
          risks: outlook.risks(of: change, on: job))
      },
      unallocatedCores: outlook.after.unallocatedCores,
      unallocatedMemory: outlook.after.unallocatedMemory)
  }

  /// The draft's changes in the order in which they have to be made.
  ///
  /// Groups above others that grow come first, so that those below may; then all that takes, inner
  /// groups before outer ones; then all that gives, outer groups before inner ones. Among what takes,
  /// memory is last: it is the slowest, and nothing waits for it when something else fails.
  package static func plan(_ draft: Draft) -> Plan {
    let changes = draft.changes.enumerated().map { (index, change) in
      (change: change, key: PlanKey(change, index: index, in: draft))
    }
    return Plan(changes: changes.sorted { $0.key < $1.key }.map(\.change))
  }
}

extension Verdict {
  /// It may be made now, or later: what it would do is worth saying.
  fileprivate var isPossible: Bool {
    switch self {
    case .fits, .notNow: true
    case .never, .unknown: false
    }
  }
}

/// Where a change stands in a plan.
private struct PlanKey: Comparable {
  private enum Phase: Int { case growParents, decrease, increase }

  private let phase: Phase
  private let depth: Int
  private let rank: Int
  private let index: Int

  init(_ change: Change, index: Int, in draft: Draft) {
    let depth = change.target.cgroup?.utf8.count { $0 == UInt8(ascii: "/") } ?? 0
    if change.isDecrease {
      phase = .decrease
      self.depth = -depth
      rank = Self.decreases.firstIndex(of: change.knob) ?? 0
    } else {
      let isParent = draft.changes.contains { $0.target.isBelow(change.target) }
      phase = isParent ? .growParents : .increase
      self.depth = depth
      rank = Self.increases.firstIndex(of: change.knob) ?? 0
    }
    self.index = index
  }

  static func < (a: PlanKey, b: PlanKey) -> Bool {
    (a.phase.rawValue, a.depth, a.rank, a.index) < (b.phase.rawValue, b.depth, b.rank, b.index)
  }

  /// Burst before the quota that it may not exceed; memory last, high before the limit that kills.
  private static let decreases: [Knob] = [
    .weight, .nice, .ioPriority, .power, .pids, .read, .write, .burst, .cores, .cpus, .frozen,
    .memoryHigh, .memory,
  ]
  /// The quota before the burst; a job goes on when it has all it is to have.
  private static let increases: [Knob] = [
    .memory, .memoryHigh, .cpus, .cores, .burst, .weight, .nice, .ioPriority, .power, .pids, .read,
    .write, .frozen,
  ]
}

extension Target {
  /// Whether its group is inside of another one's.
  func isBelow(_ other: Target) -> Bool {
    guard let inner = cgroup, let outer = other.cgroup, outer != "/" else { return false }
    return inner.utf8.count > outer.utf8.count && inner.hasPrefix(outer + "/")
  }
}
