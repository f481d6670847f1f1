import Glibc
import Model

/// What a process can do for itself where no cgroup does it; its children inherit it.
extension PreparedLaunch {
  /// Pins and renices this process where no cgroup does it.
  func limitProcess() throws(LaunchError) {
    if let pinned = plan.pinned { try pin(to: pinned) }
    if let nice = plan.nice {
      let current = getpriority(Int32(PRIO_PROCESS.rawValue), 0)
      if setpriority(Int32(PRIO_PROCESS.rawValue), 0, current + Int32(nice)) != 0 {
        throw LaunchError("--weight: the priority cannot be set: \(SystemError.last.words).")
      }
    }
  }

  private func pin(to cpus: CPUSet) throws(LaunchError) {
    do throws(SystemError) { try Affinity.set(cpus) } catch {
      throw LaunchError("CPU \(cpus) cannot be used here: \(error.words).")
    }
    // Outside of the caller's cpuset the kernel takes what is left of the set.
    guard let actual = Affinity.current(), actual == cpus else {
      throw LaunchError("CPU \(cpus) cannot all be used here; a cpuset above allows fewer.")
    }
  }

  /// Gives this process the CPUs back that its caller had chosen: kernels before 6.2 forget them with
  /// every move to another cpuset.
  func keepAffinity(_ chosen: CPUSet?) {
    guard request.limits.cpus == nil, let chosen, Affinity.current() != chosen else { return }
    try? Affinity.set(chosen)
  }

  /// A core set does not widen the affinity that a process has from its caller.
  func widenAffinity() throws(LaunchError) {
    guard let cpus = request.limits.cpus, plan.pinned == nil, let current = Affinity.current(),
      !cpus.isSubset(of: current)
    else { return }
    try pin(to: cpus)
  }
}
