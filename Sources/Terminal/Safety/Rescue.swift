import CLinux
import Glibc
import Synchronization

/// Puts the terminal back as it was before the screen: at a normal end, and from signal handlers.
///
/// One way for all of them, so that the one that cannot be tried often is the one that is used every
/// time. Only async-signal-safe calls (signal-safety(7)) and memory prepared at the start; never
/// `endwin`, which allocates, may be in the middle of its own work, and is not safe on other threads.
nonisolated enum Rescue {
  /// Whether this is the process whose screen it is, and not one forked from it.
  static var isOwner: Bool { getpid() == handlerMemory.pointee.owner }

  /// Ends the screen if it is up.
  static func leave() {
    guard isOwner,
      phase.compareExchange(expected: .up, desired: .leaving, ordering: .acquiring).exchanged
    else { return }
    restoreTerminal()
    phase.store(.away, ordering: .releasing)
  }

  /// Ends the screen for a program that is about to die on this thread, while others still run.
  static func leaveBeforeDeath() {
    let memory = handlerMemory
    var found = phase.compareExchange(expected: .up, desired: .leaving, ordering: .acquiring)
    // Another thread may be at it: let it finish. If it is the thread that this handler interrupted,
    // it never will, and everything is done once more, which does no harm.
    var patience = 20
    while found.original == .leaving, patience > 0 {
      poll(nil, 0, 10)
      patience -= 1
      found = phase.compareExchange(expected: .up, desired: .leaving, ordering: .acquiring)
    }
    if found.original == .away { return }
    // What another thread is about to draw must not land in the shell.
    dup2(memory.pointee.nowhere, memory.pointee.output)
    restoreTerminal()
    // What was typed for the screen, and reports of its mouse, are not for the shell.
    tcflush(memory.pointee.terminal, TCIFLUSH)
    phase.store(.away, ordering: .releasing)
  }

  /// Installs the handlers for faults.
  ///
  /// They make the terminal whole, print the reason, and let the signal do what it would have done.
  /// They replace the ones of the Swift runtime, whose backtracer would ask the person at the terminal
  /// for a key.
  static func installFaultHandlers() {
    handlerMemory.pointee.owner = getpid()
    giveThreadAlternateStack()
    // A rehearsal with nothing to restore: what is done once, lazily (binding symbols, making the
    // metadata of types), is done before a handler needs it.
    restoreTerminal()
    say("")
    for signal in [SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS] {
      install(handleFault, for: signal)
    }
    atexit { Rescue.leave() }
  }

  /// Lets handlers run on this thread when its own stack has overflowed; the memory is never freed.
  static func giveThreadAlternateStack() {
    let size = 64 << 10
    var stack = stack_t()
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    stack.ss_size = size
    sigaltstack(&stack, nil)
  }

  static func install(_ handler: @escaping @convention(c) (Int32) -> Void, for signal: Int32) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    // Nothing else is handled meanwhile; that includes SIGTTOU, which `tcsetattr` raises in the
    // background and which would stop the program half-way.
    sigfillset(&action.sa_mask)
    action.sa_flags = SA_ONSTACK | SA_RESTART
    sigaction(signal, &action, nil)
  }

  /// Lets `signal` do what it does by itself as soon as the handler returns: end the program with a
  /// status that shows it, most often.
  static func obey(_ signal: Int32) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = SIG_DFL
    sigaction(signal, &action, nil)
    raise(signal)
  }

  private static func restoreTerminal() {
    let memory = handlerMemory
    var unblocked = sigset_t()
    var background = sigset_t()
    sigemptyset(&background)
    sigaddset(&background, SIGTTOU)
    pthread_sigmask(SIG_BLOCK, &background, &unblocked)
    write(UnsafeRawBufferPointer(memory.pointee.leave), to: memory.pointee.terminal)
    tcsetattr(memory.pointee.terminal, TCSANOW, &memory.pointee.modes)
    CapturedErrors.release()
    pthread_sigmask(SIG_SETMASK, &unblocked, nil)
  }

  /// Writes all of `bytes`, waiting a little for a terminal that is set to non-blocking.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
    var done = 0
    var patience = 50
    while done < bytes.count, let start = bytes.baseAddress {
      let count = Glibc.write(descriptor, start + done, bytes.count - done)
      if count > 0 {
        done += count
      } else if errno == EAGAIN, patience > 0 {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, 10)
        patience -= 1
      } else if errno != EINTR {
        return
      }
    }
  }

  static func say(_ text: StaticString) {
    write(
      UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount),
      to: STDERR_FILENO)
  }
}

/// Handles a fault of the program itself.
nonisolated private func handleFault(_ signal: Int32) {
  guard Rescue.isOwner else { return Rescue.obey(signal) }
  Rescue.leaveBeforeDeath()
  Rescue.say("loadline: stopped by ")
  Rescue.say(faultName(signal))
  Rescue.say(", a fault of the program itself. Please report it with the lines above.\n")
  Rescue.obey(signal)
}

nonisolated private func faultName(_ signal: Int32) -> StaticString {
  switch signal {
  case SIGABRT: "SIGABRT"
  case SIGSEGV: "SIGSEGV"
  case SIGBUS: "SIGBUS"
  case SIGILL: "SIGILL"
  case SIGTRAP: "SIGTRAP"
  case SIGFPE: "SIGFPE"
  default: "SIGSYS"
  }
}
