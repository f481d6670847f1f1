import Glibc
import Host
package import Model

extension Control {
  /// Sends a signal to every process of a job, and says in a note to how many.
  ///
  /// To kill is repeated until no process is found any more, as a job may fork meanwhile; any other
  /// signal goes to each process once.
  package func signal(_ target: Target, number: Int32) -> TransactionReport {
    func refused(_ sentence: String) -> TransactionReport {
      TransactionReport(id: nil, outcome: .refused, changes: [], notes: [sentence])
    }
    guard !system.isReadOnly else { return refused(Self.readOnlyReason) }
    guard let journal = system.journal else {
      return refused("Nothing is done without a journal: set HOME or XDG_STATE_HOME.")
    }
    let enforcer = system.enforcers.for(target)
    do throws(ChangeFailure) {
      let processes = try enforcer.processes(of: target)
      // Before anything is written: signal 0 is only a question (kill(2)).
      if !processes.isEmpty, processes.allSatisfy({ kill($0.pid, 0) != 0 && errno == EPERM }) {
        return refused(
          "Nothing was sent: only root or their owner may signal the processes of \(target.name).")
      }
      let intent = intent(.signal(number), changes: [], target: target)
      try journal.append([.intent(intent)])
      let sent = try send(number, enforcer, target)
      var report = TransactionReport(id: intent.id, outcome: .applied, changes: [])
      report.notes = [
        "Signal \(number) went to \(sent.count) \(sent.count == 1 ? "process" : "processes") of \(target.name)."
      ]
      if let error = sent.error {
        report.notes.append("Not to all of them: \(error.words).")
        if sent.count == 0 { report.outcome = .rolledBack }
      }
      report.notes += Self.close(
        JournalOutcome(
          id: intent.id, time: Clock.wall, outcome: report.outcome, notes: report.notes), journal)
      return report
    } catch {
      return refused(error.sentence)
    }
  }

  private func send(
    _ number: Int32, _ enforcer: any Enforcer, _ target: Target
  ) throws(ChangeFailure) -> (count: Int, error: SystemError?) {
    var members = JobMembers(of: target, enforcer, in: system.launch)
    var signal = JobSignal(number, proc: system.launch.proc)
    try signal.send(to: &members, group: enforcer.lockDirectory(of: target))
    return (signal.reached.count, signal.error)
  }
}
