import CLinux
import Glibc
import Host
import Model

/// Demand: threads that run or wait for a CPU, from `/proc/TID/schedstat` on kept descriptors.
///
/// Fields 1 and 2 are nanoseconds on a CPU and waiting for one (Documentation/scheduler/
/// sched-stats.rst); their growth per time is the mean number of runnable threads. Usage is cut off
/// by a quota, this is not. Only jobs that something holds back are scanned. Of their threads most
/// sleep: those take turns, and all are looked at when the awake ones do not explain the job's usage.
final class DemandScanner {
  private struct Thread {
    let number: Int32
    /// -1 once it has ended.
    var descriptor: Int32
    var total: UInt64 = 0
    var readAt: Instant?
    /// Cores that it used or waited for between the last two looks; nil until there were two.
    var cores: Float?
  }

  private final class Scan {
    /// In ascending order of their numbers.
    var threads: [Thread] = []
    /// How many threads the job has, those that are not read among them.
    var listed = 0
    /// The first of the sleeping threads whose turn it is.
    var cursor = 0
    var usage: (total: UInt64, time: Instant)?
    var listedAt: Instant?
    /// How many threads there were said to be when they were listed.
    var listedThreads: Int?
    var wantedAt = Instant(nanoseconds: 0)
  }

  private var scans: [JobID: Scan] = [:]
  private let procDirectory: Int32
  private let mostKept: Int
  private var kept = 0
  /// How many jobs were asked about in this sample and in the last.
  private var asked = 0
  private var lastAsked = 1

  private static let threadsInASample = 2000
  /// A sleeping thread is looked at once in so many samples.
  private static let turns = 10
  private static let listEverySeconds = 5.0
  private static let listUnchangedEverySeconds = 30.0
  private static let forgetAfterSeconds = 60.0

  /// `descriptors` is how many it may keep.
  init(_ roots: Roots, descriptors: Int = 4000) {
    procDirectory = open(roots.proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    mostKept = descriptors
  }

  deinit {
    for id in Array(scans.keys) { forget(id) }
    if procDirectory >= 0 { _ = close(procDirectory) }
  }

  /// How many threads are read on descriptors that are kept.
  var descriptors: Int { kept }

  /// Begins a sample.
  func begin() {
    lastAsked = max(1, asked)
    asked = 0
  }

  /// Ends a sample: lets go of jobs that have not been asked about for a while.
  func finish(_ now: Instant) {
    for (id, scan) in scans where now.seconds(since: scan.wantedAt) > Self.forgetAfterSeconds {
      forget(id)
    }
  }

  /// The job's demand since its threads were last read; nil until they were read twice.
  ///
  /// `usage` is the job's CPU time in nanoseconds, `threads` how many it has; `list` names them and
  /// is called now and then.
  func demand(
    of id: JobID, usage: UInt64?, threads count: Int?, _ buffer: inout ReadBuffer,
    list: (inout [Int32], inout ReadBuffer) -> Void
  ) -> (cores: Cores, isEstimate: Bool)? {
    let now = Clock.now
    let scan = scans[id] ?? Scan()
    scans[id] = scan
    scan.wantedAt = now
    asked += 1
    let isListed = count != nil && count == scan.listedThreads
    let every = isListed ? Self.listUnchangedEverySeconds : Self.listEverySeconds
    if scan.listedAt.map({ now.seconds(since: $0) > every }) ?? true {
      scan.listedThreads = count
      var numbers: [Int32] = []
      list(&numbers, &buffer)
      adopt(numbers, scan, now)
    }
    // Out of the object while it is changed, so that no access is checked for each thread.
    var threads = scan.threads
    scan.threads = []
    defer { scan.threads = threads }

    // Every job has its part of what may be read, however many threads another has.
    var most = max(1, Self.threadsInASample / lastAsked)
    let first = scan.cursor < threads.count ? scan.cursor : 0
    scan.cursor = first + threads.count / Self.turns + 1
    for step in threads.indices {
      let index = first + step < threads.count ? first + step : first + step - threads.count
      if threads[index].cores != 0 || (first..<scan.cursor).contains(index) {
        look(at: &threads[index], now, &buffer, &most)
      }
    }
    var sum = Self.sum(threads)
    if let used = cores(usage, scan, now), Double(sum.cores) < 0.9 * used - 0.02 {
      for index in threads.indices where threads[index].readAt != now {
        look(at: &threads[index], now, &buffer, &most)
      }
      sum = Self.sum(threads)
    }
    let before = threads.count
    threads.removeAll { $0.descriptor < 0 }
    kept -= before - threads.count
    scan.listed -= before - threads.count
    guard sum.known > 0 else { return nil }
    // Threads without a rate, too new or too many to be read, count as the mean of those that have.
    let all = max(scan.listed, sum.known)
    return (
      Cores(Double(sum.cores) * Double(all) / Double(sum.known)), most < 0 || sum.known < all
    )
  }

  /// Reads one thread, if fewer than `most` were read.
  private func look(
    at thread: inout Thread, _ now: Instant, _ buffer: inout ReadBuffer, _ most: inout Int
  ) {
    most -= 1
    guard most >= 0 else { return }
    guard buffer.fillOnce(from: thread.descriptor), let total = Self.total(buffer.text) else {
      _ = close(thread.descriptor)
      thread.descriptor = -1
      thread.cores = nil
      return
    }
    if let before = thread.readAt {
      let seconds = now.seconds(since: before)
      if seconds > 0.05, total >= thread.total {
        thread.cores = Float(Double(total - thread.total) / 1e9 / seconds)
      }
    }
    thread.total = total
    thread.readAt = now
  }

  private static func sum(_ threads: [Thread]) -> (cores: Float, known: Int) {
    var sum: (cores: Float, known: Int) = (0, 0)
    for thread in threads {
      guard let cores = thread.cores else { continue }
      sum.cores += cores
      sum.known += 1
    }
    return sum
  }

  /// What the job used since it was last asked about.
  private func cores(_ usage: UInt64?, _ scan: Scan, _ now: Instant) -> Double? {
    guard let usage else { return nil }
    defer { scan.usage = (usage, now) }
    guard let before = scan.usage, usage >= before.total else { return nil }
    let seconds = now.seconds(since: before.time)
    return seconds > 0 ? Double(usage - before.total) / 1e9 / seconds : nil
  }

  /// Takes over the threads that there are now; both lists are in ascending order.
  private func adopt(_ numbers: [Int32], _ scan: Scan, _ now: Instant) {
    scan.listedAt = now
    scan.listed = 0
    var known = scan.threads[...]
    var threads: [Thread] = []
    threads.reserveCapacity(numbers.count)
    var last: Int32 = -1
    for number in numbers.sorted() where number != last {
      last = number
      while let thread = known.first, thread.number < number {
        drop(thread)
        known.removeFirst()
      }
      scan.listed += 1
      if let thread = known.first, thread.number == number {
        threads.append(thread)
        known.removeFirst()
      } else if kept < mostKept {
        let descriptor = openat(procDirectory, "\(number)/schedstat", O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 {
          kept += 1
          threads.append(Thread(number: number, descriptor: descriptor))
        } else {
          scan.listed -= 1
        }
      }
    }
    for thread in known { drop(thread) }
    scan.threads = threads
  }

  private func drop(_ thread: Thread) {
    _ = close(thread.descriptor)
    kept -= 1
  }

  private func forget(_ id: JobID) {
    guard let scan = scans.removeValue(forKey: id) else { return }
    for thread in scan.threads { drop(thread) }
  }

  /// Nanoseconds on a CPU and waiting for one.
  private static func total(_ text: Span<UInt8>) -> UInt64? {
    var scanner = Scanner(text)
    guard let running = scanner.number(), let waiting = scanner.number() else { return nil }
    return running &+ waiting
  }
}
