import Model

/// A job as a transient scope of the user's manager: `systemd-run --scope` makes it and executes
/// what it is given inside, in the same process.
///
/// It is given loadline again (``ScopeStage``), which verifies the limits, because systemd accepts
/// properties that it then does not apply, and becomes the command.
enum SystemdScope {
  static func unit(_ name: RunName) -> String { "loadline-\(name).scope" }

  /// The arguments of `systemd-run`, the program's own name first, up to the command.
  static func arguments(name: RunName, settings: [Setting]) -> [String] {
    var arguments = [
      "systemd-run", "--user", "--scope", "--quiet", "--collect", "--unit=\(unit(name))",
      "--description=loadline run \(name)",
    ]
    for setting in settings {
      if let property = property(setting) { arguments += ["-p", property] }
    }
    return arguments + ["--"]
  }

  /// The property that makes systemd write a control file (systemd.resource-control(5)).
  static func property(_ setting: Setting) -> String? {
    switch (setting.file, setting.check) {
    case ("cpu.max", _):
      guard let quota = setting.value.split(separator: " ").first.flatMap({ Int64($0) }) else {
        return nil
      }
      // Hundredths of a percent of one core: a quota of 10 µs in a period of 100 ms.
      let hundredths = quota / 10
      let fraction = hundredths % 100
      return "CPUQuota=\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)%"
    case ("cpuset.cpus", _): return "AllowedCPUs=\(setting.value)"
    case ("cpu.weight", _): return "CPUWeight=\(setting.value)"
    case ("memory.max", _): return "MemoryMax=\(setting.value)"
    case ("memory.swap.max", _): return "MemorySwapMax=\(setting.value)"
    case ("memory.high", _): return "MemoryHigh=\(setting.value)"
    case ("io.max", .disk(let disk, let word)):
      guard let rate = word.split(separator: "=").last else { return nil }
      let direction = setting.kind == .read ? "Read" : "Write"
      return "IO\(direction)BandwidthMax=/dev/block/\(disk) \(rate)"
    default: return nil
    }
  }
}
