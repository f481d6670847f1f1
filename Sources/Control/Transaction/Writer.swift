import CLinux
import Glibc
import Host
import Model
import Synchronization

/// Writes on threads of its own, so that one that blocks has a deadline.
///
/// A thread that is late is interrupted by a signal whose handler does nothing and is installed
/// without SA_RESTART; one that does not come back even so is left behind, and the next write has a
/// new one: what takes a blocked write back never waits for it.
final class Writer: Sendable {
  enum Outcome: Sendable {
    case done
    case failed(ChangeFailure)
    /// Interrupted at its deadline; what is in force has to be read.
    case late
    /// Not even interrupted: it may still be written.
    case left
  }

  private final class Job: Sendable {
    struct State {
      var outcome: Outcome?
      var thread: pthread_t?
    }
    let state = Mutex(State())
    let done: Int32 = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    deinit { close(done) }
  }

  private let places: any PlaceAccess

  init(_ places: any PlaceAccess) {
    self.places = places
    _ = Self.installHandler
  }

  /// Writes, and waits for it at most so many seconds.
  ///
  /// - Parameter isWanted: asked about every 50 ms with the seconds that have passed; false is as
  ///   good as the deadline.
  func write(
    _ text: String, to place: Place, seconds: Double, isWanted: (Double) -> Bool
  ) -> Outcome {
    let job = Job()
    let places = places
    guard
      DetachedThread.start(
        name: "write", stack: Self.stack, interruptedBy: Self.signal,
        {
          job.state.withLock { $0.thread = pthread_self() }
          var outcome = Outcome.done
          do throws(ChangeFailure) { try places.write(text, to: place) } catch {
            outcome = error.errno == EINTR ? .late : .failed(error)
          }
          job.state.withLock {
            $0.outcome = outcome
            $0.thread = nil
          }
          var one: UInt64 = 1
          _ = Glibc.write(job.done, &one, 8)
        })
    else { return .failed(ChangeFailure(.failed, "The system has no thread to write with.")) }
    let start = Now.monotonic
    while true {
      if let outcome = Self.wait(job, milliseconds: 50) { return outcome }
      let passed = Now.monotonic - start
      if passed >= seconds || !isWanted(passed) { break }
    }
    // The signal may come just before the system call begins: it is sent again.
    for _ in 0..<50 {
      job.state.withLock { state in
        if let thread = state.thread { _ = pthread_kill(thread, Self.signal) }
      }
      if let outcome = Self.wait(job, milliseconds: 10) { return outcome }
    }
    return .left
  }

  private static func wait(_ job: Job, milliseconds: Int32) -> Outcome? {
    var request = pollfd(fd: job.done, events: Int16(POLLIN), revents: 0)
    _ = poll(&request, 1, milliseconds)
    return job.state.withLock { $0.outcome }
  }

  /// A driver's library may want more than files do.
  private static let stack = 2 << 20

  /// One that nobody else in this program uses.
  private static let signal = __libc_current_sigrtmin() + 5

  private static let installHandler: Void = {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in }
    sigemptyset(&action.sa_mask)
    action.sa_flags = 0
    sigaction(signal, &action, nil)
  }()
}
