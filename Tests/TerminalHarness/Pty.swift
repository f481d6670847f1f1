import CLinux
import Glibc

/// A program on a terminal of its own, of which only the bytes are seen: for what tmux, which stands
/// between, would hide or slow down.
package final class Pty {
  package let pid: Int32
  /// All that the program has written so far.
  package private(set) var output: [UInt8] = []
  private var terminal: Int32
  private var status: Int32?

  /// Starts `arguments` with the pty as its controlling terminal; nil if that fails.
  package init?(
    _ arguments: [String], columns: Int = 100, rows: Int = 24, environment: [String: String]
  ) {
    // What posix_openpt(3), unlockpt(3) and ptsname(3) do, which glibc declares only on request.
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var locked: Int32 = 0
    var number: UInt32 = 0
    guard terminal >= 0, ioctl(terminal, 0x4004_5431 /* TIOCSPTLCK */, &locked) == 0,
      ioctl(terminal, 0x8004_5430 /* TIOCGPTN */, &number) == 0
    else { return nil }
    var size = winsize()
    size.ws_col = UInt16(columns)
    size.ws_row = UInt16(rows)
    _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The leader of a new session gets the first terminal that it opens.
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/pts/\(number)", O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    let variables = Command.plainEnvironment.merging(environment) { $1 }
    guard let pid = Command.spawn(arguments, variables, &actions, flags: 0x80 /* SETSID */) else {
      close(terminal)
      return nil
    }
    self.pid = pid
    self.terminal = terminal
  }

  deinit {
    if terminal >= 0 { close(terminal) }
    if status == nil {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
  }

  package func send(_ bytes: [UInt8]) {
    _ = write(terminal, bytes, bytes.count)
  }

  /// Reads until `condition` holds for the output, or the deadline or the end comes.
  package func read(
    within limit: Duration = .seconds(20), until condition: ([UInt8]) -> Bool
  ) -> Bool {
    let deadline = ContinuousClock.now + limit
    var buffer = [UInt8](repeating: 0, count: 65536)
    while !condition(output) {
      if ContinuousClock.now > deadline { return false }
      var ready = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 50) > 0 else { continue }
      let count = Glibc.read(terminal, &buffer, buffer.count)
      guard count > 0 else { return condition(output) }
      output += buffer.prefix(count)
    }
    return true
  }

  /// Reads until the output contains the text.
  package func shows(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    var start = 0
    return read { output in
      while start + wanted.count <= output.count {
        if output[start...].starts(with: wanted) { return true }
        start += 1
      }
      return false
    }
  }

  /// Takes the terminal away, as a closed window or a lost connection does.
  package func hangUp() {
    close(terminal)
    terminal = -1
  }

  /// The exit status as shells say it, and the processor time used; nil if the end does not come.
  package func end(
    within limit: Duration = .seconds(20)
  ) -> (status: Int32, time: Duration)? {
    var raw: Int32 = 0
    var usage = rusage()
    let pid = pid
    guard eventually(within: limit, { wait4(pid, &raw, WNOHANG, &usage) == pid }) else {
      return nil
    }
    status = raw
    let time =
      Duration.seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + .microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    return (Command.exitStatus(raw), time)
  }
}
