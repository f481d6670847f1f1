import CLinux
import Glibc
import Host
import Synchronization

/// Questions to drivers, each on a thread of its own with a deadline: one may be answered after seconds,
/// or never.
///
/// A thread that is late is left behind. What it waits for others would wait for too, so that only a few
/// are.
final class DriverCalls: Sendable {
  private final class Call<Answer: Sendable>: Sendable {
    struct State {
      var answer: Answer?
      var isLeft = false
    }
    let state = Mutex(State())
    let done: Int32 = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    deinit { close(done) }
  }

  /// Threads that are past their deadline.
  private let late = Mutex(0)

  /// NVIDIA's library is asked with as much by the thread that watches it.
  private static let stack = 2 << 20

  /// The answer; nil where there is none in so many seconds.
  ///
  /// - Parameter most: nothing is asked where more threads than that wait already.
  func answer<Answer: Sendable>(
    within seconds: Double, most: Int, _ ask: @escaping @Sendable () -> Answer
  ) -> Answer? {
    guard late.withLock({ $0 <= most }) else { return nil }
    let call = Call<Answer>()
    let isStarted = DetachedThread.start(name: "gpu-limit", stack: Self.stack) { [self] in
      let answer = ask()
      let isLeft = call.state.withLock { state in
        state.answer = answer
        return state.isLeft
      }
      if isLeft { late.withLock { $0 -= 1 } }
      var one: UInt64 = 1
      _ = write(call.done, &one, 8)
    }
    guard isStarted else { return nil }
    let start = Now.monotonic
    while true {
      let left = seconds - (Now.monotonic - start)
      var request = pollfd(fd: call.done, events: Int16(POLLIN), revents: 0)
      if left <= 0 || poll(&request, 1, Int32((left * 1000).rounded(.up))) > 0 { break }
    }
    return call.state.withLock { state in
      if state.answer == nil {
        state.isLeft = true
        late.withLock { $0 += 1 }
      }
      return state.answer
    }
  }
}
