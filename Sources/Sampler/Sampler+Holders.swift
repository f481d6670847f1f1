import CLinux
import Glibc
import Host
import Model

/// Whose the processes are that hold GPUs.
struct HolderState {
  struct Known {
    let start: UInt64
    /// Its cgroup in the accounting hierarchy; nil where there is none.
    let group: String?
    let owner: SafeText
    let readAt: Instant
  }

  var known: [Int32: Known] = [:]

  /// A process is seldom moved, or given to another user.
  static let lookEverySeconds = 5.0
}

extension Sampler {
  /// Takes in which processes hold GPUs: a command with one of them is a job. Gives what each of them
  /// is; those that cannot be seen are left out.
  func lookAtHolders(_ pids: [Int32]) -> [Int32: GPUOwner] {
    guard !pids.isEmpty else {
      holders.known.removeAll()
      return [:]
    }
    let now = Clock.now
    var owners: [Int32: GPUOwner] = [:]
    var known: [Int32: HolderState.Known] = [:]
    var jobs: [String: JobID] = [:]
    for group in groupJobs { jobs[group.group] = group.job.id }
    for pid in Set(pids) {
      guard let (start, name) = startAndName(of: pid) else { continue }
      var holder = holders.known[pid].flatMap { $0.start == start ? $0 : nil }
      let isDue =
        holder.map { now.seconds(since: $0.readAt) >= HolderState.lookEverySeconds } ?? true
      if isDue {
        holder = HolderState.Known(
          start: start, group: group(of: pid), owner: owner(of: pid), readAt: now)
      }
      guard let holder else { continue }
      known[pid] = holder
      var owner = GPUOwner(name: name, user: holder.owner)
      owner.job = holder.group.flatMap { job(of: $0, among: jobs) } ?? treeJob(of: pid, start)
      if isDue, owner.job == nil, let group = holder.group { wake(group) }
      owners[pid] = owner
    }
    holders.known = known
    return owners
  }

  /// Asks which GPUs Slurm gave its jobs: the first processes are the scheduler's own, so several are
  /// asked.
  func askWhatJobsWereStartedWith() {
    for (position, group) in groupJobs.enumerated()
    where group.job.source == .slurm && group.looksForGPUs > 0 && group.job.startedWith.isEmpty {
      guard group.looksForGPUs == 3 || isTurn(position, everySeconds: 5) else { continue }
      group.looksForGPUs -= 1
      let targets = (pids(of: group.job.id) ?? []).prefix(8).compactMap { pid in
        startTime(pid).map { ProcessFiles.Target(pid: pid, start: $0) }
      }
      if !targets.isEmpty { _ = inspector.ask(.gpus(group.job.id, targets)) }
    }
  }

  private func startAndName(of pid: Int32) -> (start: UInt64, name: SafeText)? {
    guard buffer.readWhole("\(options.roots.proc)/\(pid)/stat"), let stat = buffer.processStat,
      stat.pid == pid
    else { return nil }
    return (stat.start, stat.name.text)
  }

  private func group(of pid: Int32) -> String? {
    guard let hierarchy = paths.accounting, buffer.readWhole("\(options.roots.proc)/\(pid)/cgroup")
    else { return nil }
    return CgroupMembership(parsing: buffer.string).path(in: hierarchy)
  }

  /// The job that is this group or one above it.
  private func job(of group: String, among jobs: [String: JobID]) -> JobID? {
    GroupPaths.path(upFrom: group).lazy.compactMap { jobs[$0] }.first
  }

  private func treeJob(of pid: Int32, _ start: UInt64) -> JobID? {
    guard let process = loose.process(pid), process.start == start, process.tree >= 0 else {
      return nil
    }
    return loose.trees[process.tree]?.id
  }

  /// A process of the group holds a GPU and is in no job yet: a service becomes one by that, and where
  /// commands run, they are looked at now.
  private func wake(_ path: String) {
    if let candidate = candidates.firstIndex(where: { $0.path == path }) {
      candidates.remove(at: candidate)
      becomeJob(path)
    } else if let group = looseGroups.first(where: { $0.path == path }) {
      group.wake()
      listing.force()
      assessment.wantsSorting = true
    }
  }
}
