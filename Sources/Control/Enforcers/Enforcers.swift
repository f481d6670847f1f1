import Glibc
import Model

/// Who makes changes on which job.
struct Enforcers: Sendable {
  var groups: RawGroups
  /// For units of the system's manager, where systemd runs.
  var systemd: (any Enforcer)?
  /// For units of a user's manager.
  var systemdUser: (any Enforcer)?
  /// For jobs without a cgroup of their own.
  var processes: (any Enforcer)?
  /// For GPUs.
  var gpus: (any Enforcer)?

  init(
    groups: RawGroups, systemd: (any Enforcer)? = nil, systemdUser: (any Enforcer)? = nil,
    processes: (any Enforcer)? = nil, gpus: (any Enforcer)? = nil
  ) {
    self.groups = groups
    self.systemd = systemd
    self.systemdUser = systemdUser
    self.processes = processes
    self.gpus = gpus
  }

  /// The same, of which those that ask systemd have asked about all of these jobs at once.
  func asking(about targets: [Target]) -> Enforcers {
    func units(ofUsers: Bool) -> [Target] {
      targets.filter { target in
        guard let name = target.cgroup.flatMap({ UnitName(ofGroup: $0) }) else { return false }
        return (name.user != nil) == ofUsers
      }
    }
    var asking = self
    asking.systemd = systemd?.asking(about: units(ofUsers: false))
    asking.systemdUser = systemdUser?.asking(about: units(ofUsers: true))
    return asking
  }

  /// The enforcer of a job. There is one for every job; where nothing can be set it says why.
  func `for`(_ target: Target) -> any Enforcer {
    if case .gpu = target.id {
      return gpus ?? readOnly(.gpu, GPUEnforcer.areNotAsked.sentence, groups: nil)
    }
    guard let path = target.cgroup else {
      return processes
        ?? readOnly(
          .processes, "The job has no cgroup of its own: adopt it to give it limits.", groups: nil)
    }
    switch CgroupOwner(of: path) {
    case .nobody: return groups
    case .slurm(let job):
      return readOnly(
        .slurm, "Slurm owns it: change it there, with scontrol update JobId=\(job).")
    case .kubernetes:
      return readOnly(
        .kubernetes,
        "Kubernetes owns it and would write its own limits again: change the pod's resources.")
    case .docker(let container):
      return readOnly(
        .docker, "Docker owns it: change it there, with docker update … \(container).")
    case .podman(let container):
      return readOnly(
        .podman, "Podman owns it: change it there, with podman update … \(container).")
    case .systemd(let unit):
      return systemd
        ?? readOnly(
          .systemd, "systemd owns it: change it there, with systemctl set-property \(unit).")
    case .systemdUser(let unit, _):
      return systemdUser
        ?? readOnly(
          .systemdUser,
          "Its user's systemd owns it: change it there, with systemctl --user set-property \(unit)."
        )
    }
  }

  private func readOnly(_ backend: ControlBackend, _ reason: String) -> ReadOnlyEnforcer {
    readOnly(backend, reason, groups: groups)
  }

  private func readOnly(
    _ backend: ControlBackend, _ reason: String, groups: RawGroups?
  ) -> ReadOnlyEnforcer {
    ReadOnlyEnforcer(backend: backend, reason: reason, groups: groups)
  }
}
