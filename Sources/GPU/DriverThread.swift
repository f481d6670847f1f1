import CLinux
import Glibc

/// A POSIX thread that nobody joins: it may be stuck in a driver when the program ends.
enum DriverThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts `run` on a new thread with all signals blocked, so that they reach the main thread;
  /// false when the system has no thread to give.
  static func start(name: String, _ run: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // Drivers' libraries expect what programs usually have; it is only address space.
    pthread_attr_setstacksize(&attributes, 2 << 20)
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    // What a thread does to itself must reach it.
    for own in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&all, own) }
    pthread_sigmask(SIG_SETMASK, &all, &before)
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
    if result != 0 {
      body.release()
      return false
    }
    return true
  }
}
