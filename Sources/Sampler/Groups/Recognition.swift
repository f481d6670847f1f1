import Model

/// What a cgroup's path says about what is in it.
enum GroupKind: Equatable, Sendable {
  /// Holds other groups; its own processes, if any, are loose.
  case structure
  /// People's commands run in it, side by side: its processes are sorted into command trees.
  case people
  /// Is a job as soon as it exists.
  case job(JobSource, name: String)
  /// Becomes a job once it uses something worth a row.
  case candidate(JobSource, name: String)
}

/// Sorts cgroups by their paths, as the engines and systemd name them.
///
/// Sources: systemd.slice(5) and systemd.scope(5) for unit names; Docker's and containerd's cgroupfs
/// and systemd drivers; libpod; the kubelet's pod layout; Slurm's cgroup/v1 and cgroup/v2 plugins.
enum Recognition {
  /// The kind of the group at `path`, a path below the hierarchy's root.
  static func kind(of path: String) -> GroupKind {
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    guard let last = parts.last else { return .structure }
    if let name = runName(parts) { return .job(.run, name: name) }
    if let number = slurmJob(parts) { return .job(.slurm, name: "slurm-\(number)") }
    if let container = container(parts) { return container }
    if parts.contains(where: isUserManager) { return belowUserManager(last) }
    // The monitors beside containers, and Slurm's own scope, in which its jobs lie.
    if last.hasSuffix(".slice") || last.hasPrefix("libpod-conmon-")
      || last.hasPrefix("crio-conmon-") || last.hasSuffix("slurmstepd.scope")
    {
      return .structure
    }
    if last.hasSuffix(".scope") {
      if last.hasPrefix("session-") || last == "init.scope" { return .people }
      return .candidate(.systemd, name: unitName(last, suffix: ".scope"))
    }
    if last.hasSuffix(".service") || last.hasSuffix(".socket") || last.hasSuffix(".mount") {
      return startsCommands(last)
        ? .people : .candidate(.systemd, name: unitName(last, suffix: ".service"))
    }
    // Services of OpenRC, one plain group each.
    if ["ssh", "sshd", "cron", "crond", "atd"].contains(
      last.hasPrefix("openrc.") ? last.dropFirst(7) : last)
    {
      return .people
    }
    // Slurm's and Kubernetes' own levels, and the ones that engines keep their groups in.
    let levels: Set<Substring> = [
      "loadline", "docker", "kubepods", "libpod_parent", "lxc", "machine", "system", "user",
    ]
    if levels.contains(last) || last.hasPrefix("slurm") || last.hasPrefix("uid_")
      || last.hasPrefix("kubepods") || last.hasPrefix("step_")
      || (last.hasPrefix("@") && parts.dropLast().last == "loadline")
    {
      return .structure
    }
    return .candidate(.cgroup, name: String(last))
  }

  /// `…/loadline/NAME`, `…/loadline/@UID/NAME` or the scope `loadline-NAME.scope`.
  private static func runName(_ parts: [Substring]) -> String? {
    guard let last = parts.last else { return nil }
    if last.hasPrefix("loadline-"), last.hasSuffix(".scope") {
      return String(last.dropFirst(9).dropLast(6))
    }
    guard let index = parts.lastIndex(of: "loadline"), index < parts.count - 1 else { return nil }
    let below = parts[(index + 1)...]
    if below.count == 1 { return last.hasPrefix("@") ? nil : String(last) }
    if below.count == 2, let user = below.first, user.hasPrefix("@") { return String(last) }
    return nil
  }

  /// v1 `/slurm*/uid_U/job_N`, v2 `…slurmstepd.scope/job_N`; steps lie below.
  private static func slurmJob(_ parts: [Substring]) -> Substring? {
    guard let last = parts.last, last.hasPrefix("job_"), isNumber(last.dropFirst(4)),
      parts.dropLast().contains(where: { $0.hasPrefix("slurm") || $0.hasSuffix("slurmstepd.scope") }
      )
    else { return nil }
    return last.dropFirst(4)
  }

  /// Containers by their 64 hexadecimal digits; named by the first six until somebody asks.
  private static func container(_ parts: [Substring]) -> GroupKind? {
    guard let last = parts.last else { return nil }
    var stem = last
    if stem.hasSuffix(".scope") { stem = stem.dropLast(6) }
    // containerd takes systemd's triple for a directory name where the two drivers are mixed up.
    for engine in [":cri-containerd:", ":crio:"] where last.contains(engine) {
      stem = stem.split(separator: ":").last ?? stem
      if isContainerID(stem) { return .job(.kubernetes, name: "@\(stem.prefix(6))") }
    }
    let known: [(String, JobSource)] = [
      ("docker-", .docker), ("libpod-", .podman), ("cri-containerd-", .kubernetes),
      ("crio-", .kubernetes),
    ]
    for (prefix, source) in known where stem.hasPrefix(prefix) {
      if isContainerID(stem.dropFirst(prefix.utf8.count)) {
        return .job(source, name: "@\(stem.dropFirst(prefix.utf8.count).prefix(6))")
      }
    }
    guard isContainerID(stem), let parent = parts.dropLast().last else { return nil }
    if parent == "docker" { return .job(.docker, name: "@\(stem.prefix(6))") }
    if parent.hasPrefix("libpod") { return .job(.podman, name: "@\(stem.prefix(6))") }
    if parts.contains(where: { $0.hasPrefix("kubepods") }) {
      return .job(.kubernetes, name: "@\(stem.prefix(6))")
    }
    return nil
  }

  private static func isContainerID(_ text: Substring) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy(isHexadecimal)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66)
  }

  private static func isUserManager(_ part: Substring) -> Bool {
    part.hasPrefix("user@") && part.hasSuffix(".service")
  }

  /// Everything a user manager starts is somebody's command, whatever its unit is called; only what
  /// was deliberately given a transient unit of its own is a job of its own.
  private static func belowUserManager(_ last: Substring) -> GroupKind {
    if last.hasSuffix(".slice") { return .structure }
    if last.hasPrefix("run-"), last.hasSuffix(".scope") {
      return .candidate(.systemd, name: unitName(last, suffix: ".scope"))
    }
    return .people
  }

  /// Services below which shells and notebooks are started.
  private static func startsCommands(_ unit: Substring) -> Bool {
    let prefixes = [
      "ssh.", "sshd.", "ssh@", "sshd@", "cron.", "crond.", "atd.", "getty@", "serial-getty@",
      "console-getty", "container-getty@", "jupyter", "code-server", "rstudio", "tmux", "screen",
      "user@", "emergency", "rescue",
    ]
    return prefixes.contains { unit.hasPrefix($0) }
  }

  /// What a unit is called on its row: without its suffix, systemd's escapes undone
  /// (systemd-escape(1)). A transient unit's number says nothing: `@` and a part of it ask for the
  /// name of what runs in it.
  private static func unitName(_ unit: Substring, suffix: String) -> String {
    let stem = unit.hasSuffix(suffix) ? unit.dropLast(suffix.utf8.count) : unit
    if let number = transientNumber(stem) { return "@\(number)" }
    return unescaped(stem)
  }

  /// `run-r` and 32 hexadecimal digits, `run-u12`, `run-p12-i34`: the names that systemd-run(1)
  /// makes up.
  private static func transientNumber(_ stem: Substring) -> Substring? {
    guard stem.hasPrefix("run-"), let kind = stem.dropFirst(4).first else { return nil }
    let rest = stem.dropFirst(5)
    switch kind {
    case "r" where rest.utf8.count == 32 && rest.utf8.allSatisfy(isHexadecimal):
      return rest.prefix(6)
    case "u" where isNumber(rest): return stem.dropFirst(4)
    case "p":
      let parts = rest.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 2, isNumber(parts[0]), parts[1].first == "i",
        isNumber(parts[1].dropFirst())
      else { return nil }
      return stem.dropFirst(4).prefix(1 + parts[0].utf8.count)
    default: return nil
    }
  }

  private static func unescaped(_ name: Substring) -> String {
    guard name.contains("\\") else { return String(name) }
    var bytes: [UInt8] = []
    var rest = name.utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.dropFirst().prefix(2)
      if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x"), digits.count == 2,
        let value = UInt8(Substring(digits), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }
}
