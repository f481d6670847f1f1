import CLinux
import Glibc

/// A signal that the main loop answers.
package nonisolated enum Signal: Sendable, Hashable {
  case interrupt, terminate, hangup, quit
  /// The size of the terminal changed.
  case resize
  /// The program was continued after a stop: the screen is to be drawn anew.
  case resume
  /// Somebody asks the program to stop, as ^Z does.
  case suspend

  /// The exit status of a program that ends because of it, 128 + n as shells say it; nil if it need
  /// not end.
  package var exitCode: Int32? {
    switch self {
    case .interrupt: 128 + SIGINT
    case .terminate: 128 + SIGTERM
    case .hangup: 128 + SIGHUP
    case .quit: 128 + SIGQUIT
    case .resize, .resume, .suspend: nil
    }
  }

  init?(number: UInt8) {
    switch Int32(number) {
    case SIGINT: self = .interrupt
    case SIGTERM: self = .terminate
    case SIGHUP: self = .hangup
    case SIGQUIT: self = .quit
    case SIGWINCH: self = .resize
    case SIGCONT: self = .resume
    case SIGTSTP: self = .suspend
    default: return nil
    }
  }
}

/// Signals as something to read: the main loop polls ``descriptor`` and then calls ``read()``.
///
/// A program that is asked to end can so clean up first. One that does not answer within two
/// seconds, or is asked once more by INT, TERM or QUIT, puts the terminal back and dies of the signal.
package struct Signals: Sendable {
  /// Becomes readable when a signal came.
  package let descriptor: Int32

  /// Starts to catch INT, TERM, HUP, QUIT, WINCH, CONT and TSTP, faults (see ``Rescue``), and what else
  /// would end the program where it stands.
  ///
  /// Those that whoever started the program has set to be ignored (nohup) stay ignored. To be called
  /// once, before other threads are started.
  ///
  /// - Throws: when there is no descriptor left.
  package init() throws(TerminalError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .system("pipe", errno) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    descriptor = ends[0]
    handlerMemory.pointee.signalPipe = ends[1]

    Rescue.installFaultHandlers()
    Rescue.install(handleSilence, for: SIGALRM)
    var caught = sigset_t()
    sigemptyset(&caught)
    sigaddset(&caught, SIGALRM)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCONT, SIGTSTP] {
      var before = sigaction()
      sigaction(signal, nil, &before)
      if before.isIgnored { continue }
      let ends = Signal(number: UInt8(signal))?.exitCode != nil
      Rescue.install(ends ? handleEnd : handleNews, for: signal)
      sigaddset(&caught, signal)
    }
    for signal in Self.deadly {
      var before = sigaction()
      sigaction(signal, nil, &before)
      if !before.isIgnored { Rescue.install(handleDeath, for: signal) }
    }
    pthread_sigmask(SIG_UNBLOCK, &caught, nil)
  }

  /// Signals that mean nothing here and end a program that does not know them: somebody sends USR1 to
  /// all of a user's processes, or a limit on CPU time runs out.
  private static let deadly = [
    SIGPIPE, SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ, SIGIO, SIGPWR,
  ]

  /// The signals that came since the last call, in order.
  package func read() -> [Signal] {
    var signals: [Signal] = []
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { bytes in
      while true {
        let count = Glibc.read(descriptor, bytes.baseAddress, bytes.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        signals += bytes.prefix(count).compactMap { Signal(number: $0) }
      }
    }
    if signals.contains(where: { $0.exitCode != nil }) { alarm(0) }
    return signals
  }

  /// Lets a fault be handled on a thread whose own stack has overflowed; the thread calls it itself.
  ///
  /// All other faults are handled on any thread without it.
  package nonisolated static func protectThisThread() {
    Rescue.giveThreadAlternateStack()
  }
}

extension sigaction {
  /// Whether this is SIG_IGN, whose value (1) is no function, so that it does not import.
  nonisolated var isIgnored: Bool {
    unsafeBitCast(__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}

/// Seconds that the main loop has to notice that the program is to end.
nonisolated private let secondsToAnswer: UInt32 = 2

/// How long after a request to end another one means the same: who closes a terminal or stops a
/// service often sends two at once (systemd TERM and HUP, timeout(1) TERM twice, a shell HUP twice).
nonisolated private let sameRequestMilliseconds = 400

nonisolated private func handleNews(_ signal: Int32) {
  guard Rescue.isOwner else { return Rescue.obey(signal) }
  let before = errno
  tellMainLoop(signal)
  errno = before
}

nonisolated private func handleEnd(_ signal: Int32) {
  guard Rescue.isOwner else { return Rescue.obey(signal) }
  let before = errno
  let memory = handlerMemory
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  if memory.pointee.endSignal == 0 {
    memory.pointee.endSignal = signal
    memory.pointee.endTime = now
    alarm(secondsToAnswer)
    tellMainLoop(signal)
  } else {
    let then = memory.pointee.endTime
    let milliseconds =
      (now.tv_sec - then.tv_sec) * 1000 + (now.tv_nsec - then.tv_nsec) / 1_000_000
    if signal != SIGHUP, milliseconds > sameRequestMilliseconds {
      Rescue.leaveBeforeDeath()
      Rescue.obey(signal)
    }
  }
  errno = before
}

nonisolated private func handleDeath(_ signal: Int32) {
  guard Rescue.isOwner else { return Rescue.obey(signal) }
  Rescue.leaveBeforeDeath()
  Rescue.obey(signal)
}

/// The main loop did not read the signal that asked the program to end.
nonisolated private func handleSilence(_: Int32) {
  let signal = handlerMemory.pointee.endSignal
  guard Rescue.isOwner, signal != 0 else { return }
  Rescue.leaveBeforeDeath()
  Rescue.obey(signal)
}

nonisolated private func tellMainLoop(_ signal: Int32) {
  var byte = UInt8(truncatingIfNeeded: signal)
  _ = write(handlerMemory.pointee.signalPipe, &byte, 1)
}
