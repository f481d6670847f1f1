import Model

/// Who belongs to a job, asked again and again while it forks and its processes end.
///
/// A command tree is kept in mind from one look to the next: who was a member stays one when its
/// parent has gone. A cgroup knows by itself.
struct JobMembers {
  private var tree: TreeMembers?
  private let forks: ForkEvents?
  private let list: () throws(ChangeFailure) -> [ProcessIdentity]

  init(of target: Target, _ enforcer: any Enforcer, in system: LaunchSystem) {
    if case .tree(let pid, let start) = target.id {
      // From before the first look, so that no fork falls between.
      forks = system.uid == 0 ? ForkEvents() : nil
      tree = TreeMembers(
        of: [ProcessIdentity(pid: pid, start: start)], proc: system.proc, sharesCgroups: true)
    } else {
      forks = nil
    }
    list = { () throws(ChangeFailure) in try enforcer.processes(of: target) }
  }

  /// The living processes; none where the job has ended.
  mutating func living() throws(ChangeFailure) -> [ProcessIdentity] {
    guard let found = tree?.scan(forks: forks?.read() ?? []) else { return try list() }
    return found.map(\.identity)
  }
}
