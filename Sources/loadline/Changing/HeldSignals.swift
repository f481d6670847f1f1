import Glibc

/// Signals that ask a program to end, held back while it is changing something: half of a change is
/// worse than a program that ends a moment later.
nonisolated enum HeldSignals {
  /// Runs `body` to its end; a signal that came meanwhile ends the program afterwards, once what was
  /// done has been said.
  static func during<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var asking = sigset_t()
    sigemptyset(&asking)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&asking, signal) }
    pthread_sigmask(SIG_BLOCK, &asking, nil)
    return try body()
  }

  /// Lets through what came: to be called when everything has been printed.
  static func release() {
    fflush(nil)
    var asking = sigset_t()
    sigemptyset(&asking)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&asking, signal) }
    pthread_sigmask(SIG_UNBLOCK, &asking, nil)
  }
}
