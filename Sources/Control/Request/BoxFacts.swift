import CLinux
import Glibc
import Model

/// What the box has, as far as limits can be impossible on it.
struct BoxFacts: Sendable, Hashable {
  var online: CPUSet
  /// The CPUs that a new core set can be taken from: the parent group's, or all that are online.
  var available: CPUSet
  var memory: Bytes
  var hasSwap: Bool
  /// Memory limits are kept in whole pages of this many bytes.
  var pageSize: Int64

  init(
    online: CPUSet, available: CPUSet? = nil, memory: Bytes, hasSwap: Bool = false,
    pageSize: Int64 = 4096
  ) {
    self.online = online
    self.available = available ?? online
    self.memory = memory
    self.hasSwap = hasSwap
    self.pageSize = pageSize
  }

  /// Reads `/sys/devices/system/cpu/online` and `/proc/meminfo`.
  init(_ system: LaunchSystem) throws(LaunchError) {
    let cpus = Files.text("\(system.sys)/devices/system/cpu/online").flatMap {
      CPUSet(parsing: $0)
    }
    let meminfo = Files.text("\(system.proc)/meminfo") ?? ""
    func kibi(_ key: String) -> Int64? {
      let line = meminfo.split(separator: "\n").first { $0.hasPrefix(key + ":") }
      return line?.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
    }
    guard let cpus, !cpus.isEmpty, let total = kibi("MemTotal") else {
      throw LaunchError(
        "\(system.sys) and \(system.proc) do not say how many CPUs and how much memory this box has; mount them."
      )
    }
    self.init(
      online: cpus, memory: Bytes(total << 10), hasSwap: (kibi("SwapTotal") ?? 0) > 0,
      pageSize: Int64(sysconf(Int32(_SC_PAGESIZE))))
  }
}
