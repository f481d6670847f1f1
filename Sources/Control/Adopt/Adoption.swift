import CLinux
import Glibc
package import Model

/// What somebody asked to be adopted.
package struct AdoptionRequest: Sendable {
  package var target: Target
  /// Nil takes the job's own name, with `-2`, `-3`, … where it is taken.
  package var name: RunName?
  /// The job may end with its user's last logout.
  package var endsAtLogout: Bool

  package init(target: Target, name: RunName? = nil, endsAtLogout: Bool = false) {
    self.target = target
    self.name = name
    self.endsAtLogout = endsAtLogout
  }
}

/// How an adoption ended.
package struct AdoptionOutcome: Sendable {
  package var report: AdoptionReport
  /// What takes it back; nil where it was refused.
  package var undo: AdoptionUndo?
}

/// Giving a running command tree a cgroup of its own.
package enum Adoption {
  /// What will happen and what undo will be able to restore, as sentences, before anything is done.
  ///
  /// Throws where it would certainly be refused.
  package static func consequences(
    of request: AdoptionRequest, in system: LaunchSystem
  ) throws(ChangeFailure) -> [String] {
    try PreparedAdoption(request, in: system).notes
  }

  /// Adopts the tree; returns when its processes are in their new group, or as they were.
  ///
  /// Takes up to 20 s where a tree goes on forking. May be called on any thread.
  /// - Parameters:
  ///   - recording: called with what takes it back, before a group is made and before processes are
  ///     moved; throwing takes everything back.
  ///   - progress: called after every pass with the processes moved so far.
  package static func adopt(
    _ request: AdoptionRequest, in system: LaunchSystem,
    recording: (AdoptionUndo) throws(ChangeFailure) -> Void = { _ in },
    progress: (AdoptionReport) -> Void
  ) -> AdoptionOutcome {
    do throws(ChangeFailure) {
      return try PreparedAdoption(request, in: system).run(recording, progress)
    } catch {
      return AdoptionOutcome(
        report: AdoptionReport(target: request.target, stage: .refused(error)), undo: nil)
    }
  }

  /// Moves the processes of an adopted job back to where they came from and removes its groups.
  ///
  /// Only root can, and only while the old groups are there; the report's ``AdoptionReport/left``
  /// names what stays, whose limits the caller takes off.
  package static func giveBack(
    _ undo: AdoptionUndo, target: Target, in system: LaunchSystem
  ) -> AdoptionReport {
    var report = AdoptionReport(target: target, stage: .moving)
    let undo = undo.withGroupsThatAreThere
    let groups = undo.groups
    guard !groups.isEmpty else {
      report.stage = .refused(
        ChangeFailure(.never, "the cgroup of \(undo.name) is gone.", errno: ENOENT))
      return report
    }
    guard system.uid == 0 || undo.unit == nil else {
      report.stage = .refused(
        ChangeFailure(
          .never,
          "only root can move the processes of \(undo.name) back to where they were; its limits can be taken off."
        ))
      return report
    }
    // With one of them gone nothing is moved: half of a way back is none.
    let origins = groups.compactMap(\.origin) + undo.others.values.flatMap { $0.compactMap(\.self) }
    if let gone = origins.first(where: { !Files.exists($0) }) {
      report.stage = .refused(
        ChangeFailure(
          .never,
          "\(gone) is gone, where the processes of \(undo.name) were before; its limits can be taken off.",
          errno: ENOENT))
      return report
    }
    let home = AdoptionHome(groups, others: undo.others, in: system)
    let before = home.partly().reduce(Set()) { $0.union($1) }
    report.left = home.giveBack()
    report.moved = before.count - report.left.count
    if report.left.isEmpty {
      report.stage = .done(target.id)
      if undo.unit == nil, let refusal = home.remove() {
        report.stage = .refused(
          ChangeFailure(
            .failed, "\(refusal.group) cannot be removed: \(refusal.error.words).",
            errno: refusal.error.code))
      }
    } else {
      report.stage = .refused(
        ChangeFailure(.failed, "not every process could be moved back."))
    }
    return report
  }
}
