import CNcurses
import Glibc
import Synchronization

/// Everything that signal handlers read: the only global state of the program.
///
/// A handler is a C function that is given a number and nothing else, possibly in the middle of
/// `malloc` and possibly on another thread, so what it needs must lie ready where it can find it. It
/// is written by the main thread before the handlers that read it are installed, or before `phase`
/// says that it is valid, and lies behind a pointer that never changes (no exclusivity checks, no
/// reference counts, nothing moves).
nonisolated struct HandlerMemory {
  /// The process that all of this is of.
  ///
  /// One that was forked from it has the handlers too, but must neither restore the terminal nor speak
  /// for its parent.
  var owner: pid_t = 0

  /// The terminal, by a descriptor of our own.
  var terminal: Int32 = -1
  /// The descriptor that ncurses writes to, and an open `/dev/null` to put in its place.
  var output: Int32 = -1
  var nowhere: Int32 = -1
  /// How the terminal's line was set before the screen.
  var modes = termios()
  /// The bytes that end the screen: see ``TerminalCapabilities/leave``.
  var leave = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  /// The file that stands in for standard error, mapped, and the real standard error.
  var errorFile: Int32 = -1
  var errorText = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  var errorOutput: Int32 = -1

  /// Where the numbers of signals go for the main loop to read.
  var signalPipe: Int32 = -1
  /// The first signal that asked the program to end, and when (CLOCK_MONOTONIC).
  var endSignal: Int32 = 0
  var endTime = timespec()
}

nonisolated(unsafe) let handlerMemory: UnsafeMutablePointer<HandlerMemory> = {
  let memory = UnsafeMutablePointer<HandlerMemory>.allocate(capacity: 1)
  memory.initialize(to: HandlerMemory())
  return memory
}()

/// Whose the terminal is: handlers may run on several threads at once, and one restores it.
nonisolated let phase = Atomic<Phase>(.away)

nonisolated enum Phase: UInt8, AtomicRepresentable {
  /// The terminal is the shell's.
  case away
  /// The screen is up.
  case up
  /// Somebody is putting the terminal back.
  case leaving
}
