import Model

/// What all jobs together were granted.
///
/// A limit of a group above several jobs is granted once. Where nobody tells whose a limit is, equal ones
/// below the same group are taken for one: rather say nothing than raise a false alarm.
struct GrantSums {
  private(set) var cores = 0.0
  private(set) var memory = Bytes.zero

  private struct Shared: Hashable {
    var parent: Substring
    var amount: Double
  }

  init(of jobs: [JobMoment]) {
    var sharedCores: Set<Shared> = []
    var sharedMemory: Set<Shared> = []
    for job in jobs {
      // A command tree has what its group has.
      guard let group = job.job.cgroup else { continue }
      let inherited = job.evidence?.inherited
      let parent = group[..<(group.lastIndex(of: "/") ?? group.startIndex)]
      // Core sets are not added up: several jobs may share one.
      if let amount = job.grant.cores.amount?.value,
        job.grant.cpus.map({ Double($0.count) > amount }) ?? true,
        counts(inherited, .cores, Shared(parent: parent, amount: amount), &sharedCores)
      {
        cores += amount
      }
      if let amount = job.grant.memory.amount,
        counts(
          inherited, .memory, Shared(parent: parent, amount: Double(amount.count)), &sharedMemory)
      {
        memory += amount
      }
    }
  }

  private func counts(
    _ inherited: InheritedLimits?, _ limit: InheritedLimits, _ shared: Shared,
    _ seen: inout Set<Shared>
  ) -> Bool {
    if let inherited, !inherited.contains(limit) { return true }
    return seen.insert(shared).inserted
  }
}
