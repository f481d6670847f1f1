import CLinux
import Glibc
import Model

/// Reading and setting one attribute of one thread, as exact text.
extension ThreadAttribute {
  /// The value as text: a list of CPUs, a nice value, an ``IOPriority/text``.
  func value(ofThread tid: Int32) throws(SystemError) -> String {
    switch self {
    case .affinity:
      return try Self.affinity(ofThread: tid).description
    case .nice:
      // -1 is a value too.
      errno = 0
      let nice = getpriority(Int32(PRIO_PROCESS.rawValue), id_t(tid))
      if nice == -1, errno != 0 { throw .last }
      return "\(nice)"
    case .ioPriority:
      let priority = ll_ioprio_get(tid)
      if priority < 0 { throw .last }
      return IOPriority(kernel: priority).text
    case .stopped:
      guard let entry = ProcessTable.entry(of: tid, proc: "/proc") else {
        throw SystemError(code: ESRCH)
      }
      return entry.isStopped ? "stopped" : "running"
    }
  }

  /// Sets what ``value(ofThread:)`` reads; EINVAL where the text is none of its values.
  func set(_ text: some StringProtocol, ofThread tid: Int32) throws(SystemError) {
    let result: Int
    switch self {
    case .affinity:
      guard let cpus = CPUSet(parsing: text), !cpus.isEmpty else {
        throw SystemError(code: EINVAL)
      }
      let mask = cpus.mask
      result = ll_sched_setaffinity(tid, UInt(mask.count * 8), mask)
    case .nice:
      guard let nice = Int32(text) else { throw SystemError(code: EINVAL) }
      result = Int(setpriority(Int32(PRIO_PROCESS.rawValue), id_t(tid), nice))
    case .ioPriority:
      guard let priority = IOPriority(text: text) else { throw SystemError(code: EINVAL) }
      result = Int(ll_ioprio_set(tid, priority.kernel))
    case .stopped:
      result = Int(kill(tid, text == "stopped" ? SIGSTOP : SIGCONT))
    }
    if result != 0 { throw .last }
  }

  private static func affinity(ofThread tid: Int32) throws(SystemError) -> CPUSet {
    var mask = [UInt64](repeating: 0, count: 1024)
    let count = ll_sched_getaffinity(tid, UInt(mask.count * 8), &mask)
    if count <= 0 { throw .last }
    return CPUSet(mask: Array(mask[..<(Int(count) / 8)]))
  }

  /// Whether a value that was read is the one that was written.
  ///
  /// A thread without an IO priority of its own is said by some kernels to have the one that follows
  /// from its nice value.
  func isSame(_ value: String, as wanted: some StringProtocol) -> Bool {
    value == wanted || self == .ioPriority && wanted == "none" && value.hasPrefix("best-effort:")
  }
}

extension IOPriority {
  /// From the number of ioprio_get(2): the class above bit 13, the level in the lowest three.
  init(kernel number: Int32) {
    let level = Int(number & 7)
    self =
      switch number >> 13 {
      case 1: .realTime(level)
      case 2: .bestEffort(level)
      case 3: .idle
      default: .none
      }
  }

  var kernel: Int32 {
    switch self {
    case .none: 0
    case .realTime(let level): 1 << 13 | Int32(level)
    case .bestEffort(let level): 2 << 13 | Int32(level)
    case .idle: 3 << 13
    }
  }

  /// Reads what ``text`` writes.
  init?(text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let level = parts.count == 2 ? Int(parts[1]).flatMap { (0...7).contains($0) ? $0 : nil } : nil
    switch (parts.first, level) {
    case ("none", _) where parts.count == 1: self = .none
    case ("idle", _) where parts.count == 1: self = .idle
    case ("real-time", let level?): self = .realTime(level)
    case ("best-effort", let level?): self = .bestEffort(level)
    default: return nil
    }
  }
}
