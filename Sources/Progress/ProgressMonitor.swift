import CLinux
import Glibc
import Host
package import Model
import Synchronization

/// Follows what jobs say of how far they are, on a thread of its own: files may be on a file system
/// that does not answer.
package final class ProgressMonitor: Sendable {
  /// What is to be followed of one job.
  package struct Subject: Sendable {
    package var job: JobID
    package var source: ProgressSource
    /// Only files of this user are read.
    package var owner: UInt32?

    package init(job: JobID, source: ProgressSource, owner: UInt32? = nil) {
      self.job = job
      self.source = source
      self.owner = owner
    }
  }

  private struct State {
    var wanted: [Subject] = []
    /// Grows with each change of ``wanted``.
    var version = 0
    var readings: [JobID: ProgressReading] = [:]
    var isStopped = false
  }

  private let state = Mutex(State())
  private let wake = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
  /// Seconds between two looks.
  private let interval: Double

  package init(interval: Double = 1) { self.interval = interval }

  deinit { if wake >= 0 { _ = close(wake) } }

  /// Starts the thread; false when the system has none to give.
  package func start() -> Bool {
    DetachedThread.start(name: "progress") { [self] in run() }
  }

  /// Ends the thread, unless it is stuck in a read.
  package func stop() {
    state.withLock { $0.isStopped = true }
    signal()
  }

  /// Follows these from now on, and nothing else. What goes on is not begun anew.
  package func follow(_ subjects: [Subject]) {
    state.withLock {
      $0.wanted = subjects
      $0.version += 1
    }
    signal()
  }

  /// What is known of each job; never waits for a file.
  package func latest() -> [JobID: ProgressReading] { state.withLock { $0.readings } }

  private func signal() {
    var one: UInt64 = 1
    _ = write(wake, &one, 8)
  }

  private func run() {
    var followed: [JobID: Followed] = [:]
    var version = -1
    while true {
      let (wanted, newest, isStopped) = state.withLock { ($0.wanted, $0.version, $0.isStopped) }
      if isStopped { return }
      if newest != version {
        version = newest
        followed = Self.followed(wanted, before: followed)
      }
      for each in followed.values { each.look() }
      let readings = followed.mapValues(\.account.reading)
      state.withLock { $0.readings = readings }
      var waited = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
      if poll(&waited, 1, Int32(interval * 1000)) > 0 {
        var count: UInt64 = 0
        _ = read(wake, &count, 8)
      }
    }
  }

  private static func followed(
    _ wanted: [Subject], before: [JobID: Followed]
  ) -> [JobID: Followed] {
    var followed: [JobID: Followed] = [:]
    for subject in wanted where followed[subject.job] == nil {
      let known = before[subject.job].flatMap { $0.path == subject.source.path ? $0 : nil }
      followed[subject.job] = known ?? Followed(subject)
    }
    return followed
  }

  /// One job's source and what it has said. An object, because its reader cannot be copied.
  private final class Followed {
    let path: String
    private var reader: SourceReader
    private(set) var account = StepAccount()

    init(_ subject: Subject) {
      path = subject.source.path
      reader = SourceReader(subject.source, owner: subject.owner)
    }

    func look() {
      let reports = reader.look()
      account.take(reports, at: Clock.now)
    }
  }
}
