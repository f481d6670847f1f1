import CLinux
import Glibc

/// Threads that nobody joins: one may be stuck in the kernel when the program ends.
enum ControlThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts `run` on a new thread with all signals blocked but one; false when the system has no
  /// thread to give.
  static func start(
    name: String, interruptedBy signal: Int32? = nil, _ run: @escaping @Sendable () -> Void
  ) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 512 << 10)
    var blocked = sigset_t()
    var before = sigset_t()
    sigfillset(&blocked)
    // What a thread does to itself must reach it.
    for own in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] + [signal].compactMap(\.self) {
      sigdelset(&blocked, own)
    }
    pthread_sigmask(SIG_SETMASK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let body = Unmanaged.passRetained(
      Body {
        _ = ll_set_thread_name(name)
        run()
      })
    let result = pthread_create(
      &thread, &attributes,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
    if result != 0 { body.release() }
    return result == 0
  }
}

/// Seconds that only ever grow (`CLOCK_MONOTONIC`), and those since 1970.
enum Now {
  static var monotonic: Double { seconds(CLOCK_MONOTONIC) }
  static var wall: Double { seconds(CLOCK_REALTIME) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
