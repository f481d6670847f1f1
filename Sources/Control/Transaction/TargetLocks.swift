import CLinux
import Glibc
import Model

/// Who changed a job last, kept on its directory for others to read.
struct ChangeMark: Sendable, Hashable {
  static let attribute = "user.loadline.change"

  var user: UInt32
  var pid: Int32
  var transaction: TransactionID
  /// Seconds since 1970.
  var time: Double

  var bytes: [UInt8] { Array("\(user) \(pid) \(transaction) \(Int64(time))".utf8) }

  init(user: UInt32, pid: Int32, transaction: TransactionID, time: Double) {
    self.user = user
    self.pid = pid
    self.transaction = transaction
    self.time = time
  }

  /// Reads it from a directory; anybody who may write there may have written it.
  init?(on directory: String) {
    guard let bytes = Attributes.value(Self.attribute, of: directory, longest: 256) else {
      return nil
    }
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    guard words.count == 4, let user = UInt32(words[0]), let pid = Int32(words[1]),
      let time = Double(words[3])
    else { return nil }
    self.init(
      user: user, pid: pid, transaction: TransactionID(SafeText(String(words[2])).string),
      time: time)
  }
}

/// Locks (flock(2)) on the directories of jobs while they are changed, so that two programs exclude
/// each other and the loser can say who won.
///
/// The kernel lets go of them with the process, however it ends.
final class TargetLocks {
  private var descriptors: [Int32] = []

  /// - Throws: who is changing one of the jobs.
  init(
    _ jobs: [(name: SafeText, directory: String)], _ mark: ChangeMark, proc: String = "/proc"
  ) throws(ChangeFailure) {
    // In one order everywhere, each once: none waits for another, but the message is the same.
    var taken: Set<String> = []
    for job in jobs.sorted(by: { $0.directory < $1.directory })
    where taken.insert(job.directory).inserted {
      let descriptor = open(job.directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else {
        let error = SystemError.last
        release()
        throw error.isGone
          ? ChangeFailure(
            .never, "\(job.name) has ended: \(job.directory) is gone.", errno: error.code)
          : ChangeFailure(
            .failed, "\(job.directory) cannot be locked: \(error.words).", errno: error.code)
      }
      descriptors.append(descriptor)
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || LockHolders.mayIgnore(descriptor, proc)
      else {
        release()
        throw ChangeFailure(.notNow, Self.winner(of: job.name, job.directory))
      }
      _ = Attributes.set(ChangeMark.attribute, of: job.directory, to: mark.bytes)
    }
  }

  private static func winner(of name: SafeText, _ directory: String) -> String {
    guard let mark = ChangeMark(on: directory) else {
      return "\(name) is being changed by another program: try again."
    }
    return
      "\(name) is being changed by process \(mark.pid) of user \(mark.user), transaction \(mark.transaction), since \(TransactionID.clock(mark.time)): try again when it is done."
  }

  /// Lets go even where a process that was just forked still has the descriptors.
  func release() {
    for descriptor in descriptors {
      flock(descriptor, LOCK_UN)
      close(descriptor)
    }
    descriptors = []
  }

  deinit { release() }
}

extension TransactionID {
  /// The number of a transaction that begins now: date and time in UTC with milliseconds, and the
  /// process.
  static func new(at time: Double, pid: Int32) -> TransactionID {
    var seconds = time_t(time)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func digits(_ number: Int32, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let date =
      digits(parts.tm_year + 1900, 4) + digits(parts.tm_mon + 1, 2) + digits(parts.tm_mday, 2)
    let clock = digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2)
    let fraction = digits(Int32((time - time.rounded(.down)) * 1000), 3)
    return TransactionID("\(date)-\(clock)-\(fraction)-\(pid)")
  }

  /// A time of day in the local zone, `14:03:07`.
  static func clock(_ time: Double) -> String {
    var seconds = time_t(max(0, min(time, 1e11)))
    var parts = tm()
    localtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
  }
}
