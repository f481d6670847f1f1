import CLinux
import Glibc
import Model

/// ``Place/threads(of:attribute:)``: reading, writing and verifying one attribute of every thread of
/// a job's processes.
///
/// The processes named in a place are where it begins: what they forked since belongs to it too. The
/// identity of each is checked before its threads are touched.
struct ProcessThreads: Sendable {
  var processes: [ProcessIdentity]
  var attribute: ThreadAttribute
  var proc = "/proc"
  /// For how long a tree may go on making threads faster than they are written, in seconds.
  var patience = 2.0

  /// One thread that has another value than it should.
  struct Deviant: Sendable, Hashable {
    var process: ProcessIdentity
    var thread: Int32
    var value: String
  }

  /// The living processes, parents before children.
  func members() -> [ProcessEntry] {
    var members = TreeMembers(of: processes, proc: proc, sharesCgroups: true)
    return members.scan()
  }

  /// The present values, as ``ProcessThreadValues/text``.
  func read() throws(ChangeFailure) -> String { try values().text }

  func values() throws(ChangeFailure) -> ProcessThreadValues {
    var values: [ProcessIdentity: String] = [:]
    for process in members() {
      for thread in threads(of: process) {
        guard let identity = identity(ofThread: thread, in: process) else { continue }
        do throws(SystemError) {
          values[identity] = try attribute.value(ofThread: thread)
        } catch {
          if !error.isGone { throw failure(error, "read", process) }
        }
      }
    }
    guard let result = ProcessThreadValues(values) else { throw Self.ended }
    return result
  }

  /// Gives every thread its value of `text`, until a pass over all of them finds none that has
  /// another one.
  func write(_ text: String) throws(ChangeFailure) {
    guard let wanted = ProcessThreadValues(text: text) else {
      throw ChangeFailure(.never, "\"\(text)\" is no value of the threads' \(attribute.rawValue).")
    }
    let end = Deadline(seconds: patience)
    var members = TreeMembers(of: processes, proc: proc, sharesCgroups: true)
    while true {
      let living = members.scan()
      if living.isEmpty { throw Self.ended }
      var written = 0
      // What is to stand still is stopped from the top, so that no parent sees its child stop.
      let isWakening = attribute == .stopped && wanted.common == "running"
      for process in isWakening ? living.reversed() : living {
        written += try write(wanted, to: process)
      }
      if written == 0 { return }
      if end.hasPassed {
        throw ChangeFailure(
          .failed,
          attribute == .stopped
            ? "\(written) processes do not stop or go on: they wait for a device; try again."
            : "the job makes threads, or changes them itself, faster than they can be written.")
      }
      if attribute == .stopped { usleep(1000) }
    }
  }

  /// The threads that have another value than `text` gives them; none where everything holds.
  func deviants(from text: String) -> [Deviant] {
    guard let wanted = ProcessThreadValues(text: text) else { return [] }
    var deviants: [Deviant] = []
    for process in members() {
      for thread in threads(of: process) {
        guard let value = try? attribute.value(ofThread: thread) else { continue }
        if !attribute.isSame(value, as: self.value(of: thread, in: process, wanted)) {
          deviants.append(Deviant(process: process.identity, thread: thread, value: value))
        }
      }
    }
    return deviants
  }

  /// How many threads had another value.
  private func write(
    _ wanted: ProcessThreadValues, to process: ProcessEntry
  ) throws(ChangeFailure) -> Int {
    guard ProcessTable.entry(of: process.pid, proc: proc)?.start == process.start else { return 0 }
    var written = 0
    for thread in threads(of: process) {
      let value = value(of: thread, in: process, wanted)
      var result = Writing.unneeded
      do throws(SystemError) { result = try set(value, ofThread: thread) } catch {
        if !error.isGone { throw failure(error, "set", process) }
      }
      switch result {
      case .unneeded: continue
      case .done: written += 1
      case .ineffective(let actual):
        throw ChangeFailure(
          .never,
          "thread \(thread) of \(describe(process)) was given \(value) and has \(actual): the groups above it allow no more."
        )
      }
    }
    return written
  }

  private enum Writing {
    case unneeded, done
    case ineffective(String)
  }

  private func set(_ value: String, ofThread thread: Int32) throws(SystemError) -> Writing {
    if attribute.isSame(try attribute.value(ofThread: thread), as: value) { return .unneeded }
    try attribute.set(value, ofThread: thread)
    // A signal takes a moment.
    if attribute == .stopped { return .done }
    let actual = try attribute.value(ofThread: thread)
    return attribute.isSame(actual, as: value) ? .done : .ineffective(actual)
  }

  private func value(
    of thread: Int32, in process: ProcessEntry, _ wanted: ProcessThreadValues
  ) -> String {
    guard !wanted.exceptions.isEmpty, let identity = identity(ofThread: thread, in: process) else {
      return wanted.common
    }
    return wanted.value(of: identity)
  }

  private func identity(ofThread tid: Int32, in process: ProcessEntry) -> ProcessIdentity? {
    if tid == process.pid { return process.identity }
    return ProcessTable.entry(of: tid, proc: "\(proc)/\(process.pid)/task")?.identity
  }

  /// Only the process itself for what is of a process.
  private func threads(of process: ProcessEntry) -> [Int32] {
    if attribute == .stopped { return [process.pid] }
    return Files.names(in: "\(proc)/\(process.pid)/task").compactMap { Int32($0) }
  }

  private func describe(_ process: ProcessEntry) -> String {
    "\(process.pid) (\(SafeText(ProcessTable.name(of: process.pid, proc: proc))))"
  }

  private func failure(
    _ error: SystemError, _ verb: String, _ process: ProcessEntry
  ) -> ChangeFailure {
    let what = "the \(attribute.rawValue) of \(describe(process)) cannot be \(verb)"
    switch error.code {
    case EPERM, EACCES:
      let way =
        attribute == .nice
        ? "only root may lower a nice value" : "only root and its owner may do that"
      return ChangeFailure(.never, "\(what): \(way).", errno: error.code)
    case EINVAL where attribute == .affinity:
      return ChangeFailure(
        .never, "\(what): its cgroup allows none of these CPUs.", errno: error.code)
    default:
      return ChangeFailure(.failed, "\(what): \(error.words).", errno: error.code)
    }
  }

  static let ended = ChangeFailure(.never, "the job has ended.", errno: ESRCH)
}

/// A point in time that is not to be waited beyond.
struct Deadline: Sendable {
  private let end: UInt64

  init(seconds: Double) { end = Self.now + UInt64(max(0, seconds) * 1e9) }

  var hasPassed: Bool { Self.now >= end }

  /// For poll(2); 0 when it has passed.
  var milliseconds: Int32 {
    let now = Self.now
    return end > now ? Int32(clamping: (end - now) / 1_000_000 + 1) : 0
  }

  /// Nanoseconds of CLOCK_MONOTONIC.
  static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
