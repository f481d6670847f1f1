import CLinux
import Glibc
import Host
import Model
import Synchronization

/// A driver, the threads that ask it, and the mailbox between them and whoever reads.
///
/// A thread that a driver holds is never cancelled, which would leave the driver's locks taken: it is
/// given up, another asks on without the device that held it, and it ends when it comes back.
final class DriverLoop: Sendable {
  private struct State {
    var board: DriverBoard
    var request = GPURequest()
    var interval: Double
    var isStopped = false
  }

  private let state: Mutex<State>
  private let name: String
  private let make: @Sendable () -> any GPUDriver
  /// Counts changes of what is asked for: threads wait on it.
  private let wake: Int32

  init(
    name: String, interval: Double, patience: DriverBoard.Patience,
    _ make: @escaping @Sendable () -> any GPUDriver
  ) {
    self.name = name
    self.make = make
    state = Mutex(State(board: DriverBoard(patience: patience), interval: interval))
    wake = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
  }

  func start() -> Bool { startThread(1) }

  func stop() {
    state.withLock { $0.isStopped = true }
    signal()
  }

  func setInterval(_ seconds: Double) {
    state.withLock { $0.interval = seconds }
    signal()
  }

  func change(_ body: (inout GPURequest) -> Void) {
    state.withLock { body(&$0.request) }
  }

  /// What is known. Never waits for a driver: the lock is held for copying only.
  func take(at now: Instant) -> GPUSample? {
    let (sample, next) = state.withLock { state -> (GPUSample?, Int?) in
      let another = !state.isStopped && state.board.giveUp(at: now)
      return (state.board.take(at: now), another ? state.board.generation : nil)
    }
    if let next, !startThread(next) { state.withLock { $0.board.keepStuckThread() } }
    return sample
  }

  /// Whether it is known that there is no such driver.
  var isAbsent: Bool { state.withLock { $0.board.isAbsent } }

  /// Whether all that the driver has was asked once, or it is known why not.
  var isComplete: Bool { state.withLock { $0.board.isComplete } }

  private func signal() {
    var one: UInt64 = 1
    _ = write(wake, &one, 8)
  }

  /// Drivers' libraries expect what programs usually have; it is only address space.
  private static let stack = 2 << 20

  private func startThread(_ generation: Int) -> Bool {
    DetachedThread.start(name: name, stack: Self.stack) { [self] in
      run(generation)
      state.withLock { $0.board.returned(generation) }
    }
  }

  private func run(_ generation: Int) {
    let driver = make()
    var deadline = Clock.now
    while true {
      let now = Clock.now
      guard state.withLock({ !$0.isStopped && $0.board.beginOpening(generation, at: now) })
      else { return }
      var pause: Double
      do {
        let count = try driver.open()
        let version = driver.version
        let isOurs = state.withLock {
          $0.board.opened(generation, count: count, version: version, at: Clock.now)
        }
        guard isOurs else { return }
        for index in 0..<count { try readDevice(index, of: driver, generation) }
        pause = state.withLock { $0.interval }
      } catch {
        let next = state.withLock { $0.board.failed(generation, error, at: Clock.now) }
        guard let next else { return }
        pause = next
        deadline = Clock.now
      }
      // Absolute deadlines do not drift; those that were missed are left out.
      deadline = deadline.advanced(bySeconds: pause)
      let end = Clock.now
      if deadline < end { deadline = end.advanced(bySeconds: pause) }
      guard wait(until: &deadline, generation) else { return }
    }
  }

  private func readDevice(
    _ index: Int, of driver: any GPUDriver, _ generation: Int
  ) throws(GPUDriverProblem) {
    let request = state.withLock {
      !$0.isStopped && $0.board.begin(generation, index, at: Clock.now) ? $0.request : nil
    }
    guard let request else { return }
    let readings = try driver.read(index, request)
    _ = state.withLock { $0.board.end(generation, index, readings, at: Clock.now) }
  }

  /// Waits until the deadline, which comes sooner when the interval is made shorter; false when the
  /// thread is to end.
  private func wait(until deadline: inout Instant, _ generation: Int) -> Bool {
    while true {
      let (isOver, interval) = state.withLock {
        ($0.isStopped || $0.board.generation != generation, $0.interval)
      }
      if isOver { return false }
      let now = Clock.now
      let seconds = deadline.seconds(since: now)
      if seconds <= 0 { return true }
      var request = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
      if poll(&request, 1, Int32((min(seconds, 3600) * 1000).rounded(.up))) > 0 {
        var count: UInt64 = 0
        _ = read(wake, &count, 8)
        let changed = state.withLock { $0.interval }
        if changed < interval { deadline = min(deadline, now.advanced(bySeconds: changed)) }
      }
    }
  }
}
