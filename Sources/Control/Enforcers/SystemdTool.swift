import CLinux
import Glibc

/// Runs a program to its end: an argument array, never a shell; an absolute path; nothing of ours but
/// the environment given; a deadline; no more output than fits.
enum Tool {
  enum End: Sendable, Hashable {
    case exited(Int32)
    case killed(Int32)
    /// It was still running at the deadline, and was killed.
    case late
  }

  struct Outcome: Sendable, Hashable {
    var end: End
    var output: String
    var errors: String
  }

  /// What is kept of each stream, in bytes; the rest is read and dropped.
  private static let longest = 256 << 10

  /// - Parameter command: the absolute path of the program and its arguments.
  static func run(
    _ command: [String], environment: [String], seconds: Double
  ) throws(SystemError) -> Outcome {
    guard command.first?.hasPrefix("/") ?? false else { throw SystemError(code: ENOENT) }
    let deadline = Deadline(seconds: seconds)
    var streams = [try channel(), try channel()]
    defer { streams.forEach { $0.forEach { if $0 >= 0 { close($0) } } } }
    let pid = try spawn(command, environment, output: streams[0][1], errors: streams[1][1])
    for index in streams.indices {
      close(streams[index][1])
      streams[index][1] = -1
    }
    var texts: [[UInt8]] = [[], []]
    let isLate = !gather(streams.map { $0[0] }, into: &texts, until: deadline)
    // Whoever it started must not hold it up either.
    if isLate { kill(-pid, SIGKILL) }
    guard let status = wait(for: pid, until: isLate ? Deadline(seconds: 1) : deadline) else {
      kill(-pid, SIGKILL)
      _ = wait(for: pid, until: Deadline(seconds: 1))
      return Outcome(end: .late, output: "", errors: "")
    }
    var end = End.killed(ll_wtermsig(status))
    if ll_wifexited(status) != 0 { end = .exited(ll_wexitstatus(status)) }
    return Outcome(
      end: isLate ? .late : end, output: String(decoding: texts[0], as: UTF8.self),
      errors: String(decoding: texts[1], as: UTF8.self))
  }

  private static func channel() throws(SystemError) -> [Int32] {
    var ends: [Int32] = [-1, -1]
    if ll_pipe_cloexec(&ends) != 0 { throw .last }
    return ends
  }

  /// Reads until all streams have ended; false at the deadline.
  private static func gather(
    _ streams: [Int32], into texts: inout [[UInt8]], until deadline: Deadline
  ) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    var open = streams.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while open.contains(where: { $0.fd >= 0 }) {
      let count = poll(&open, nfds_t(open.count), deadline.milliseconds)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return false }
      for index in open.indices where open[index].fd >= 0 && open[index].revents != 0 {
        let count = read(open[index].fd, &buffer, buffer.count)
        if count <= 0 {
          open[index].fd = -1
        } else if texts[index].count < longest {
          texts[index] += buffer[..<min(count, longest - texts[index].count)]
        }
      }
    }
    return true
  }

  /// The status of a child; nil where it has not ended by then.
  private static func wait(for pid: pid_t, until deadline: Deadline) -> Int32? {
    var status: Int32 = 0
    var pause: UInt32 = 200
    while true {
      let result = waitpid(pid, &status, WNOHANG)
      if result == pid { return status }
      // With SIGCHLD ignored nothing is left to wait for.
      if result < 0, errno != EINTR { return 0 }
      if deadline.hasPassed { return nil }
      usleep(pause)
      pause = min(pause * 2, 10_000)
    }
  }

  private static func spawn(
    _ command: [String], _ environment: [String], output: Int32, errors: Int32
  ) throws(SystemError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    // POSIX_SPAWN_SETPGROUP, _SETSIGDEF and _SETSIGMASK.
    posix_spawnattr_setflags(&attributes, 0x02 | 0x04 | 0x08)
    var words = command.map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var pid: pid_t = -1
    let result = posix_spawn(&pid, command[0], &actions, &attributes, &words, &variables)
    if result != 0 { throw SystemError(code: result) }
    return pid
  }
}
