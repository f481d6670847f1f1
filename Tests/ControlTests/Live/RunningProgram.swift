import CLinux
import Glibc

/// A program started with pipes, or with a terminal of its own.
final class RunningProgram {
  let pid: pid_t
  /// What the program writes: both streams of a terminal, or stdout.
  private let output: Int32
  private let errors: Int32?
  private(set) var text = ""
  private var hasEnded = false

  struct Outcome: Equatable {
    /// The exit status, or 128 and the signal's number, as a shell tells it.
    var status: Int32
    var output: String
    var errors: String
  }

  /// Starts `arguments[0]` with stdin from `/dev/null`, its output in pipes.
  init(_ arguments: [String]) {
    let out = Self.channel()
    let err = Self.channel()
    pid = Self.spawn(arguments, newSession: false) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_adddup2(&actions, out[1], 1)
      posix_spawn_file_actions_adddup2(&actions, err[1], 2)
    }
    close(out[1])
    close(err[1])
    output = out[0]
    errors = err[0]
  }

  /// Starts it as the leader of a session whose terminal is `output`.
  init(onTerminal arguments: [String]) {
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var unlocked: Int32 = 0
    var number: Int32 = -1
    // TIOCSPTLCK and TIOCGPTN (ioctl_tty(2)), which are macros that Swift does not import.
    _ = ioctl(master, 0x4004_5431, &unlocked)
    _ = ioctl(master, 0x8004_5430, &number)
    let slave = "/dev/pts/\(number)"
    pid = Self.spawn(arguments, newSession: true) { actions in
      // A session leader gets the terminal that it opens first.
      posix_spawn_file_actions_addopen(&actions, 0, slave, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }
    output = master
    errors = nil
  }

  /// A test that fails half way leaves nothing running.
  deinit {
    if !hasEnded {
      kill(pid, SIGKILL)
      _ = wait()
    }
    close(output)
    if let errors { close(errors) }
  }

  /// Reads until the text written so far contains `part`; false after ten seconds, or at the end.
  func says(_ part: String) -> Bool {
    while !text.contains(part) {
      guard let more = Self.read(output, within: 10_000), !more.isEmpty else { return false }
      text += more
    }
    return true
  }

  func type(_ keys: String) {
    let bytes = Array(keys.utf8)
    write(output, bytes, bytes.count)
  }

  /// Waits until everybody has closed the output, and for the end of the program.
  func outcome() -> Outcome {
    while let more = Self.read(output, within: 20_000), !more.isEmpty { text += more }
    var complaints = ""
    while let errors, let more = Self.read(errors, within: 20_000), !more.isEmpty {
      complaints += more
    }
    return Outcome(status: wait(), output: text, errors: complaints)
  }

  /// Waits for the end of the program only.
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    hasEnded = true
    return ll_wifexited(status) != 0 ? ll_wexitstatus(status) : 128 + ll_wtermsig(status)
  }

  /// Nil after the time without anything to read; empty at the end.
  private static func read(_ descriptor: Int32, within milliseconds: Int32) -> String? {
    var one = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&one, 1, milliseconds) > 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    // A terminal whose last user is gone answers EIO.
    return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
  }

  /// Two ends that no program started meanwhile inherits; `pipe2` is not imported.
  private static func channel() -> [Int32] {
    var ends: [Int32] = [-1, -1]
    let closesOnExec = Int32(0o2_000_000)
    socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | closesOnExec, 0, &ends)
    return ends
  }

  private static func spawn(
    _ arguments: [String], newSession: Bool,
    _ prepare: (inout posix_spawn_file_actions_t) -> Void
  ) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    prepare(&actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Tests run on threads that block signals, and a program inherits that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // POSIX_SPAWN_SETSIGMASK, and POSIX_SPAWN_SETSID, a macro of glibc alone.
    posix_spawnattr_setflags(&attributes, newSession ? 0x88 : 0x08)
    var words = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var pid: pid_t = -1
    posix_spawnp(&pid, arguments[0], &actions, &attributes, &words, environ)
    return pid
  }
}

extension RunningProgram {
  /// Runs `loadline run` with these arguments to its end.
  static func loadline(_ arguments: String...) -> Outcome {
    RunningProgram([Loadline.program, "run"] + arguments).outcome()
  }
}
