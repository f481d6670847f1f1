import Glibc
import Terminal

/// What the probe can be told to do.
enum Act: String, CaseIterable {
  case nothing
  /// Traps, an index out of range, on the main thread or another.
  case trap, trapThread
  case fatal, abort
  case segfault, segfaultThread
  /// Overflows the main thread's stack, or another's.
  case overflow, overflowThread
  /// Throws out of `main` with the screen up, or just exits.
  case error, exits
  /// Writes to standard error, a line or much, and goes on.
  case complain, chatter
  /// Stops answering; or begins to end when it is asked to, and does not come to it.
  case hangs, lingers
  /// Forks: a child that exits, and one that is ended by a signal.
  case forks
  case copy
  /// Says what a child would inherit.
  case environment
  /// Prints the offered colours; or what drawing costs.
  case offered, measure

  /// - Parameter round: how often it was performed, with this time.
  func perform(_ screen: borrowing Screen, round: Int) throws {
    switch self {
    case .nothing, .lingers, .offered, .measure: break
    case .trap: Faults.trap()
    case .trapThread: Faults.onThread { _ in Faults.trap() }
    case .fatal: fatalError("the probe was told to")
    case .abort: Glibc.abort()
    case .segfault: Faults.segfault()
    case .segfaultThread: Faults.onThread { _ in Faults.segfault() }
    case .overflow: sayToErrors("\(Faults.overflow(1))")
    case .overflowThread:
      Faults.onThread { _ in
        Signals.protectThisThread()
        sayToErrors("\(Faults.overflow(1))")
      }
    case .error: throw ToldTo()
    case .exits: exit(7)
    case .complain: sayToErrors("a library complains")
    case .chatter:
      for line in 0..<2000 { sayToErrors("round \(round) line \(line) which nobody reads now") }
    case .hangs: while true { pause() }
    case .forks:
      let exiting = fork()
      if exiting == 0 { exit(0) }
      var statuses: [Int32] = [-1, -1]
      waitpid(exiting, &statuses[0], 0)
      let waiting = fork()
      if waiting == 0 { pause() }
      kill(waiting, SIGTERM)
      waitpid(waiting, &statuses[1], 0)
      sayToErrors("children ended with \(statuses)")
    case .copy: sayToErrors("copied: \(screen.copyToClipboard("héllo"))")
    case .environment:
      sayToErrors("TERMINFO=\(getenv("TERMINFO").map { String(cString: $0) } ?? "unset")")
    }
  }
}

struct ToldTo: Error {}

nonisolated func sayToErrors(_ line: String) {
  var line = line + "\n"
  line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

nonisolated enum Faults {
  static func trap() {
    let few = [1, 2, 3]
    sayToErrors("\(few[Int(CommandLine.argc) + 5])")
  }

  static func segfault() {
    UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
  }

  static func overflow(_ depth: Int) -> Int {
    depth < 0 ? depth : overflow(depth + 1) + overflow(depth + 2)
  }

  static func onThread(_ body: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void) {
    typealias Body = @convention(c) (UnsafeMutableRawPointer?) -> Void
    let argument = unsafeBitCast(body, to: UnsafeMutableRawPointer.self)
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      {
        unsafeBitCast($0, to: Body.self)(nil); return nil
      }, argument)
    // The fault ends the program.
    pthread_join(thread, nil)
  }
}
