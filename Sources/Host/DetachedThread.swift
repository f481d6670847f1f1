import CLinux
import Glibc

/// A POSIX thread that nobody joins: it may be stuck in the kernel or a driver when the program ends.
package enum DetachedThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts `run` on a new thread with all signals blocked, so that they reach the main thread, but
  /// for one if it is to be interrupted by that; false when the system has no thread to give.
  ///
  /// - Parameter stack: bytes; the default of 8 MiB is only address space, but enough of it is enough.
  package static func start(
    name: String, stack: Int = 512 << 10, interruptedBy signal: Int32? = nil,
    _ run: @escaping @Sendable () -> Void
  ) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stack)
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
    if result != 0 {
      body.release()
      return false
    }
    return true
  }
}
