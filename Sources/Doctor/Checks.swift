import Model

/// What the facts mean: pure, one function a subject.
package enum Checks {
  package static func all(_ facts: Facts) -> [Check] {
    [
      cgroups(facts), controllers(facts), making(facts), delegation(facts), linger(facts),
      pressure(facts), visibility(facts), kernel(facts), openFiles(facts), gpus(facts.gpus),
      gpuProcesses(facts), gpuUnits(facts.gpus), colors(facts), glyphs(facts), size(facts),
    ].compactMap { $0 }
  }

  private static func cgroups(_ facts: Facts) -> Check {
    let subject = "cgroups"
    switch facts.cgroups.version {
    case .v2:
      return Check(subject, .ok, "v2 at \(facts.cgroups.unified?.mountPoint ?? "?")")
    case .v1, .hybrid:
      let mounts = facts.cgroups.legacy.filter { !$0.controllers.isEmpty }
        .map { $0.controllers.joined(separator: ",") }.joined(separator: " ")
      let kind = facts.cgroups.version == .v1 ? "v1" : "v1 with v2 beside it (hybrid)"
      return Check(
        subject, .limited, "\(kind): \(mounts)",
        cost: "no memory.high, buffered writes are not limited"
          + (facts.cgroups.version == .v1 ? ", no pressure by job" : ""),
        remedy: facts.hasSystemd
          ? "add systemd.unified_cgroup_hierarchy=1 to the kernel's command line and reboot"
          : "mount cgroup2 at /sys/fs/cgroup at boot instead of the v1 hierarchies")
    case .none:
      return Check(
        subject, .missing, "no cgroup hierarchy is mounted",
        cost: "jobs are command trees only; limits are CPU affinity only",
        remedy: facts.isRoot ? "mount -t cgroup2 none /sys/fs/cgroup" : "")
    }
  }

  private static func controllers(_ facts: Facts) -> Check? {
    guard facts.cgroups.version != .none else { return nil }
    let present = Set(facts.unifiedControllers + facts.cgroups.legacy.flatMap(\.controllers))
    let uses: [(names: [String], gives: String)] = [
      (["cpu"], "CPU quotas and weights"), (["cpuset"], "core sets"),
      (["memory"], "memory by job and its limits"), (["io", "blkio"], "IO by job and its limits"),
      (["pids"], "thread counts"),
    ]
    let lacking = uses.filter { use in !use.names.contains { present.contains($0) } }
    guard !lacking.isEmpty else {
      return Check("controllers", .ok, "cpu cpuset memory io pids")
    }
    return Check(
      "controllers", .limited, "without " + lacking.map { $0.names[0] }.joined(separator: ", "),
      cost: "no " + lacking.map(\.gives).joined(separator: ", no "),
      remedy: "build or boot the kernel with them (cgroup_enable=memory on some boards)")
  }

  private static func making(_ facts: Facts) -> Check {
    let subject = "groups for jobs"
    if facts.mayMakeAtRoot { return Check(subject, .ok, "loadline run makes them at the root") }
    if facts.mayMakeBelowOwn {
      return Check(subject, .ok, "loadline run makes them below \(facts.ownGroup ?? "its own")")
    }
    if facts.hasUserManager {
      return Check(subject, .ok, "loadline run asks the systemd user manager")
    }
    return Check(
      subject, .missing, "\(facts.user) may not make a cgroup",
      cost: "loadline run can only pin to CPUs and renice",
      remedy: facts.hasSystemd
        ? "log in through pam_systemd (loginctl user-status shows a session)"
        : "run loadline as root: sudo loadline run …")
  }

  private static func delegation(_ facts: Facts) -> Check? {
    guard facts.hasUserManager, !facts.isRoot else { return nil }
    let wanted = ["cpu", "cpuset", "io", "memory", "pids"]
    let lacking = wanted.filter { !facts.delegatedControllers.contains($0) }
    guard !lacking.isEmpty else {
      return Check("delegation", .ok, wanted.joined(separator: " "))
    }
    return Check(
      "delegation", .limited, "the user manager lacks " + lacking.joined(separator: ", "),
      cost: "loadline run cannot set " + lacking.map(knob).joined(separator: ", "),
      remedy: "sudo mkdir -p /etc/systemd/system/user@.service.d && "
        + "printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' | "
        + "sudo tee /etc/systemd/system/user@.service.d/loadline.conf && "
        + "sudo systemctl daemon-reload")
  }

  private static func knob(_ controller: String) -> String {
    switch controller {
    case "cpu": "--cores and --weight"
    case "cpuset": "--cpus"
    case "io": "--io-read and --io-write"
    case "memory": "--memory"
    default: "a limit of \(controller)"
    }
  }

  private static func linger(_ facts: Facts) -> Check? {
    guard facts.hasUserManager, !facts.isRoot else { return nil }
    if facts.lingers { return Check("linger", .ok, "jobs outlive the last logout") }
    return Check(
      "linger", .limited, "off for \(facts.user)",
      cost: "jobs under the user manager end about 10 s after the last logout",
      remedy: "loginctl enable-linger")
  }

  private static func pressure(_ facts: Facts) -> Check {
    let cost = "no stall times: reclaiming and IO-stalled are not shown"
    if !facts.hasPressure {
      return Check(
        "pressure (PSI)", .missing, "not in this kernel", cost: cost,
        remedy: "add psi=1 to the kernel's command line and reboot")
    }
    if !facts.hasGroupPressure {
      return Check(
        "pressure (PSI)", .limited, "for the box, not by job", cost: cost + " by job",
        remedy: "use cgroup v2")
    }
    return Check("pressure (PSI)", .ok, "for the box and by job")
  }

  private static func visibility(_ facts: Facts) -> Check {
    if facts.hidesOthers {
      return Check(
        "other users", .limited, "their processes are hidden (hidepid)",
        cost: "their command trees are part of other",
        remedy: "sudo mount -o remount,hidepid=0 /proc, or run loadline as root")
    }
    if !facts.isRoot {
      return Check(
        "other users", .limited, "seen, but not their IO or exact memory",
        cost: "IO of their command trees is –", remedy: "run loadline as root: sudo loadline")
    }
    return Check("other users", .ok, "everything is readable")
  }

  private static func kernel(_ facts: Facts) -> Check {
    let version = "Linux \(facts.kernel)"
    if facts.kernel < Facts.KernelVersion(4, 20) {
      return Check("kernel", .limited, version, cost: "no PSI before 4.20", remedy: "")
    }
    if facts.kernel < Facts.KernelVersion(5, 19) {
      return Check(
        "kernel", .limited, version, cost: "no memory.peak and memory.reclaim before 5.19")
    }
    return Check("kernel", .ok, version)
  }

  private static func openFiles(_ facts: Facts) -> Check {
    let finding = "up to \(facts.openFiles.hard)"
    guard facts.openFiles.hard < 4096 else { return Check("open files", .ok, finding) }
    return Check(
      "open files", .limited, finding,
      cost: "beyond some 100 jobs, files are opened anew each tick",
      remedy: "ulimit -Hn 65536 as root, or LimitNOFILE= in the unit")
  }

  private static func colors(_ facts: Facts) -> Check? {
    guard facts.terminal.isTerminal else {
      return Check(
        "terminal", .missing, "output is not a terminal",
        cost: "no dashboard here; loadline snapshot works")
    }
    let finding = "\(facts.terminal.colors) (TERM=\(facts.terminal.type))"
    if facts.terminal.isTrueColor { return Check("colours", .ok, finding) }
    return Check(
      "colours", .limited, finding, cost: "gauges have fewer shades",
      remedy: "if the terminal can: export COLORTERM=truecolor")
  }

  private static func glyphs(_ facts: Facts) -> Check? {
    guard facts.terminal.isTerminal else { return nil }
    if facts.terminal.isUTF8 { return Check("glyphs", .ok, "UTF-8: eighth blocks") }
    return Check(
      "glyphs", .limited, "the locale is not UTF-8", cost: "gauges are drawn in ASCII",
      remedy: "export LC_ALL=C.UTF-8")
  }

  private static func size(_ facts: Facts) -> Check? {
    guard facts.terminal.isTerminal, facts.terminal.columns > 0 else { return nil }
    let finding = "\(facts.terminal.columns)×\(facts.terminal.rows)"
    if facts.terminal.columns < 60 || facts.terminal.rows < 15 {
      return Check("size", .missing, finding, cost: "the dashboard needs 60×15")
    }
    if facts.terminal.columns < 80 || facts.terminal.rows < 24 {
      return Check("size", .limited, finding, cost: "columns are left out below 80×24")
    }
    return Check("size", .ok, finding)
  }
}
