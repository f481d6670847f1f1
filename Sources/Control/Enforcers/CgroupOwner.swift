/// Who writes the limits of a cgroup, told by its path.
///
/// Sources: systemd.unit(5) for unit names, Docker's and containerd's cgroup drivers, libpod, the
/// kubelet's pod layout, Slurm's cgroup plugins.
enum CgroupOwner: Sendable, Hashable {
  /// Nobody else: its files are written.
  case nobody
  case slurm(job: String)
  case kubernetes
  /// The container's number, shortened.
  case docker(String)
  case podman(String)
  /// The unit that the cgroup is.
  case systemd(unit: String)
  /// A unit of a user's manager.
  case systemdUser(unit: String, user: UInt32)

  init(of path: String) {
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    if parts.contains(where: { $0.hasPrefix("kubepods") }) {
      self = .kubernetes
    } else if let job = Self.slurmJob(parts) {
      self = .slurm(job: job)
    } else if let container = Self.container(parts) {
      self = container
    } else if let last = parts.last, Self.isUnit(last) {
      let manager = parts.dropLast().lastIndex { $0.hasPrefix("user@") && $0.hasSuffix(".service") }
      if let manager, let user = UInt32(parts[manager].dropFirst(5).dropLast(8)) {
        self = .systemdUser(unit: last, user: user)
      } else {
        self = .systemd(unit: last)
      }
    } else {
      self = .nobody
    }
  }

  private static func isUnit(_ name: String) -> Bool {
    [".service", ".scope", ".slice", ".socket", ".mount", ".swap"].contains { name.hasSuffix($0) }
  }

  /// v1 `/slurm*/uid_U/job_N`, v2 `…slurmstepd.scope/job_N`, and what lies below.
  private static func slurmJob(_ parts: [String]) -> String? {
    guard parts.contains(where: { $0.hasPrefix("slurm") || $0.hasSuffix("slurmstepd.scope") })
    else { return nil }
    return parts.first { $0.hasPrefix("job_") }.map { String($0.dropFirst(4)) }
  }

  private static func container(_ parts: [String]) -> CgroupOwner? {
    for (index, part) in parts.enumerated() {
      let stem = part.hasSuffix(".scope") ? String(part.dropLast(6)) : part
      if stem.hasPrefix("docker-"), isNumber(stem.dropFirst(7)) {
        return .docker(String(stem.dropFirst(7).prefix(12)))
      }
      if stem.hasPrefix("libpod-"), isNumber(stem.dropFirst(7)) {
        return .podman(String(stem.dropFirst(7).prefix(12)))
      }
      guard index > 0, isNumber(Substring(stem)) else { continue }
      if parts[index - 1] == "docker" { return .docker(String(stem.prefix(12))) }
      if parts[index - 1].hasPrefix("libpod") { return .podman(String(stem.prefix(12))) }
    }
    return nil
  }

  private static func isNumber(_ text: Substring) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
  }
}
