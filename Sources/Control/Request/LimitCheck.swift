import Model

extension RunLimits {
  /// Bytes a second below which a job hangs, unkillable, on its way to its first instruction.
  private static let leastRate = 65_536.0

  /// Refuses what no kernel could enforce on this box, before anything is made.
  func check(on box: BoxFacts) throws(LaunchError) {
    if let cores { try Self.check(cores, on: box) }
    if let cpus { try Self.check(cpus, on: box) }
    if let weight, !(1...10_000).contains(weight) {
      throw LaunchError("--weight must be from 1 to 10000; 100 is ordinary.")
    }
    try Self.check(memory, .memory, on: box)
    try Self.check(memoryHigh, .memoryHigh, on: box)
    if let memory, let memoryHigh, memoryHigh > memory {
      throw LaunchError(
        "--memory-high is above --memory, so the job would be killed before it was slowed; give less."
      )
    }
    for (rate, kind) in [(read, Kind.read), (write, .write)] {
      if let rate, !(rate.perSecond >= Self.leastRate) {
        throw LaunchError(
          "\(kind.option) must be at least 64 KiB/s; with less, reading the command itself takes minutes."
        )
      }
    }
  }

  private static func check(_ cores: Cores, on box: BoxFacts) throws(LaunchError) {
    guard cores.value >= 0.01 else {
      throw LaunchError("--cores must be at least 0.01, the least that the kernel can grant.")
    }
    guard cores.value <= Double(box.available.count) else {
      throw LaunchError(
        "--cores \(short(cores.value)) is more than the \(box.available.count) cores there are.")
    }
  }

  private static func check(_ cpus: CPUSet, on box: BoxFacts) throws(LaunchError) {
    guard !cpus.isEmpty else {
      throw LaunchError("--cpus names no CPU; give a list such as 0-3,8.")
    }
    guard cpus.isSubset(of: box.online) else {
      throw LaunchError(
        "--cpus \(cpus) has CPUs that are not online; this box has \(box.online).")
    }
    guard cpus.isSubset(of: box.available) else {
      throw LaunchError(
        "--cpus \(cpus) has CPUs that may not be used here; only \(box.available) may.")
    }
  }

  private static func check(
    _ amount: Bytes?, _ kind: Kind, on box: BoxFacts
  ) throws(LaunchError) {
    guard let amount else { return }
    guard amount >= .mebi(1) else {
      throw LaunchError("\(kind.option) must be at least 1 MiB; no process fits in less.")
    }
    guard amount <= box.memory else {
      throw LaunchError(
        "\(kind.option) is more than the \(box.memory.count >> 20) MiB of memory that there are.")
    }
  }
}

/// A number of cores as somebody would type it: `4`, `2.5`.
func short(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
}
