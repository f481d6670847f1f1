import Glibc
import Host
package import Model
import Synchronization

/// Changing what jobs are granted, for a caller that waits: plans are applied and verified or taken
/// back as one, recorded before the first write, and undone later.
///
/// One value for a process: ``undoAll(force:progress:)`` takes back what was made since it began.
package final class Control: Sendable {
  let system: ControlSystem
  private let abandoned = Mutex(false)
  private let lastTime = Mutex(0.0)
  private let kept = Mutex<(stamp: JournalFile.Stamp, history: JournalHistory)?>(nil)
  /// What was begun through this value.
  private let own = Mutex<Set<TransactionID>>([])

  package init(_ system: ControlSystem = .current()) { self.system = system }

  // MARK: Looking

  /// What can be set on these jobs; those that are gone are left out. Where it cannot be told nothing
  /// can be set, and the reason says why.
  package func inspect(_ targets: [Target]) -> [JobID: JobControl] {
    var found: [JobID: JobControl] = [:]
    let enforcers = system.enforcers.asking(about: targets)
    for target in targets {
      let enforcer = enforcers.for(target)
      var control: JobControl
      do throws(ChangeFailure) { control = try enforcer.inspect(target) } catch {
        if error.saysThatItIsGone { continue }
        let reason = error.sentence
        control = JobControl(
          target: target, backend: enforcer.backend,
          knobs: Dictionary(
            uniqueKeysWithValues: Knob.allCases.map { ($0, .fixed(nil, reason: reason)) }))
      }
      if system.isReadOnly {
        control.knobs = control.knobs.mapValues { ability in
          switch ability {
          case .settable(let value), .fixed(let value, _):
            .fixed(value, reason: Self.readOnlyReason)
          }
        }
      }
      found[target.id] = control
    }
    return found
  }

  /// The exact writes or commands of each change, in the plan's order; of one that cannot be made the
  /// reason, as a comment.
  package func describe(_ plan: Plan) -> [[String]] {
    var earlier: [Step] = []
    let enforcers = system.enforcers.asking(about: plan.changes.map(\.target))
    return plan.changes.map { change in
      do throws(ChangeFailure) {
        let steps = try enforcers.for(change.target).steps(for: change, after: earlier)
        earlier += steps
        return steps.flatMap(\.commands)
      } catch {
        return ["# \(error.sentence)"]
      }
    }
  }

  /// The journal, read anew where it has grown.
  func history() throws(ChangeFailure) -> JournalHistory {
    guard let journal = system.journal else { return JournalHistory([]) }
    let stamp = journal.stamp
    if let stamp, let kept = kept.withLock({ $0 }), kept.stamp == stamp { return kept.history }
    let history = JournalHistory(try journal.lines())
    if let stamp { kept.withLock { $0 = (stamp, history) } }
    return history
  }

  // MARK: Changing

  /// Applies a plan: all of it, verified, or nothing.
  ///
  /// - Parameter progress: told about every step, and every 50 ms while a write blocks.
  package func apply(
    _ plan: Plan, progress: (TransactionReport) -> Void = { _ in }
  ) -> TransactionReport {
    transact(.apply, plan.changes, progress: progress) { () throws(Refusal) in
      var prepared = Prepared()
      let targets = plan.changes.map(\.target)
      prepared.notes = unfinishedNotes(on: targets)
      let enforcers = system.enforcers.asking(about: targets)
      for (index, change) in plan.changes.enumerated() {
        let enforcer = enforcers.for(change.target)
        do throws(ChangeFailure) {
          let steps = try enforcer.steps(for: change, after: prepared.changes.flatMap(\.steps))
          var change = change
          let now = enforcer.value(of: change.knob, of: change.target)
          if let drafted = change.from, let now, now != drafted {
            prepared.notes.append(
              "\(change.knob.rawValue) of \(change.target.name) was \(KnobText.text(now)) by then, not \(KnobText.text(drafted)) as in the draft."
            )
          }
          change.from = now ?? change.from
          prepared.changes.append(
            JournalChange(change: change, backend: enforcer.backend, steps: steps))
        } catch {
          throw Refusal(index: index, failure: error)
        }
      }
      return prepared
    }
  }

  /// Calls off what is being applied, and what will be until ``resume()``: what is not begun stays
  /// so, the rest is taken back.
  package func abandon() { abandoned.withLock { $0 = true } }

  /// Lets changes be made again after ``abandon()``.
  func resume() { abandoned.withLock { $0 = false } }

  static let readOnlyReason = "loadline was started with --read-only."

  /// Why a transaction was not begun, and because of which change.
  struct Refusal: Error {
    var index: Int?
    var failure: ChangeFailure
    /// What was left because somebody else had changed it.
    var drift: [Drift] = []
  }

  /// What a transaction is going to do, once nobody else may change its jobs.
  struct Prepared {
    var changes: [JournalChange] = []
    /// What there is to know of it, one sentence each.
    var notes: [String] = []
    /// ``JournalOutcome/left``, and the same for people.
    var left: [Int] = []
    var drift: [Drift] = []
  }

  /// The way of every transaction: lock, look, record, write, verify, record.
  ///
  /// - Parameter prepare: reads what is there and says what will be written, once nobody else may
  ///   change it.
  func transact(
    _ kind: JournalEntry.Kind, _ changes: [Change], progress: (TransactionReport) -> Void,
    prepare: () throws(Refusal) -> Prepared
  ) -> TransactionReport {
    do throws(Refusal) {
      guard !system.isReadOnly else {
        throw Refusal(failure: ChangeFailure(.never, Self.readOnlyReason))
      }
      guard let journal = system.journal else {
        throw Refusal(
          failure: ChangeFailure(
            .never, "Nothing is changed without a journal: set HOME or XDG_STATE_HOME."))
      }
      var intent = intent(kind, changes: [])
      let mark = ChangeMark(
        user: intent.user, pid: intent.process.pid, transaction: intent.id, time: intent.time)
      let locks = try locked(changes.map(\.target), mark, mayBeGone: kind != .apply)
      defer { locks.release() }
      let prepared = try prepare()
      intent.changes = prepared.changes
      try refusing { () throws(ChangeFailure) in try journal.append([.intent(intent)]) }
      return run(intent, prepared, journal, progress: progress)
    } catch {
      var report = TransactionReport(
        id: nil, outcome: .refused,
        changes: changes.map { TransactionReport.Progress(change: $0, state: .notBegun) },
        notes: [error.failure.sentence])
      if let index = error.index { report.changes[index].state = .failed(error.failure) }
      report.left = error.drift
      return report
    }
  }

  /// What this process is going to do now, under a number of its own.
  func intent(
    _ kind: JournalEntry.Kind, changes: [JournalChange], target: Target? = nil
  ) -> JournalIntent {
    let time = nextTime()
    let pid = getpid()
    let id = TransactionID.new(at: time, pid: pid)
    _ = own.withLock { $0.insert(id) }
    return JournalIntent(
      id: id, time: time, boot: system.boot, user: system.launch.uid,
      process: ProcessIdentity(
        pid: pid, start: Processes.start(pid: pid, proc: system.launch.proc) ?? 0),
      kind: kind, changes: changes, target: target)
  }

  private func run(
    _ intent: JournalIntent, _ prepared: Prepared, _ journal: JournalFile,
    progress: (TransactionReport) -> Void
  ) -> TransactionReport {
    withoutActuallyEscaping(progress) { progress in
      var transaction = Transaction(
        intent.id, intent.changes, places: system.places, patience: system.patience,
        isAbandoned: { [self] in abandoned.withLock { $0 } }, progress: progress)
      transaction.run()
      var report = transaction.report
      report.left = prepared.drift
      report.notes = prepared.notes + report.notes
      if report.outcome == .applied { complete(&report, intent) }
      let failures = report.changes.compactMap { change -> String? in
        if case .failed(let failure) = change.state { failure.sentence } else { nil }
      }
      let outcome = JournalOutcome(
        id: intent.id, time: Clock.wall, outcome: report.outcome, left: prepared.left,
        notes: failures + report.notes)
      report.notes += Self.close(outcome, journal)
      return report
    }
  }

  /// What the kernel made of each value, and what there is to know about it.
  private func complete(_ report: inout TransactionReport, _ intent: JournalIntent) {
    for (index, change) in intent.changes.enumerated() {
      let enforcer = system.enforcers.for(change.change.target)
      if let actual = enforcer.value(of: change.change.knob, of: change.change.target) {
        report.changes[index].state = .verified(actual: actual)
      }
      report.notes += enforcer.notes(on: change.change, made: change.steps)
    }
  }

  /// - Parameter mayBeGone: jobs that have ended are left out instead of refused.
  func locked(
    _ targets: [Target], _ mark: ChangeMark, mayBeGone: Bool
  ) throws(Refusal) -> TargetLocks {
    let jobs = targets.compactMap { target in
      system.enforcers.for(target).lockDirectory(of: target).map { (target.name, $0) }
    }.filter { !mayBeGone || Files.exists($0.1) }
    do throws(ChangeFailure) { return try TargetLocks(jobs, mark, proc: system.launch.proc) } catch
    {
      throw Refusal(failure: error)
    }
  }

  func refusing(_ body: () throws(ChangeFailure) -> Void) throws(Refusal) {
    do throws(ChangeFailure) { try body() } catch { throw Refusal(failure: error) }
  }

  /// The time, and never the same millisecond twice: it is part of a transaction's number.
  private func nextTime() -> Double {
    lastTime.withLock { last in
      last = max(Clock.wall, last + 0.0011)
      return last
    }
  }

  /// Whether a transaction was begun through this value.
  func isOurs(_ intent: JournalIntent) -> Bool { own.withLock { $0.contains(intent.id) } }
}
