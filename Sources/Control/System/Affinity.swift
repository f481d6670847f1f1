import CLinux
import Glibc
import Model

/// The CPUs that the calling thread may run on (sched_setaffinity(2)); children inherit them.
enum Affinity {
  static func current() -> CPUSet? { of(0) }

  /// The same of another thread; nil where it is gone.
  static func of(_ thread: Int32) -> CPUSet? {
    var mask = [UInt64](repeating: 0, count: 1024)
    let count = ll_sched_getaffinity(thread, UInt(mask.count * 8), &mask)
    return count > 0 ? CPUSet(mask: Array(mask[..<(Int(count) / 8)])) : nil
  }

  static func set(_ cpus: CPUSet) throws(SystemError) {
    let mask = cpus.mask
    if ll_sched_setaffinity(0, UInt(mask.count * 8), mask) != 0 { throw .last }
  }

  /// `count` of the CPUs in `allowed`: those that fewest of the sets in `claimed` hold, so that jobs
  /// pinned one after the other do not end up on the same ones; the lowest numbers first.
  static func choose(_ count: Int, from allowed: CPUSet, claimed: [CPUSet]) -> CPUSet {
    let claims = allowed.numbers.map { cpu in
      (cpu: cpu, count: claimed.count { $0.contains(cpu) })
    }
    let order = claims.sorted { ($0.count, $0.cpu) < ($1.count, $1.cpu) }
    return CPUSet(order.prefix(count).map(\.cpu))
  }
}
