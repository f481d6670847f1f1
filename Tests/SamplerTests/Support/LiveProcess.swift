import CLinux
import Glibc

/// A real process that a test started, ended with it.
final class LiveProcess {
  let pid: pid_t
  private var hasEnded = false

  /// Starts a program of the search path in a session of its own. `terminal`: the descriptor that is
  /// its terminal; else it has none, and reads and writes nothing. `groups`: files that it writes its
  /// own pid to before the program begins, to be in those cgroups from the start.
  init?(_ arguments: [String], terminal: Int32? = nil, groups: [String] = []) {
    // A shell moves itself, then becomes the program: nothing of it runs outside.
    let moves = groups.map { "echo $$ > \($0) && " }.joined()
    let all =
      groups.isEmpty ? arguments : ["/bin/sh", "-c", "\(moves)exec \"$@\"", "sh"] + arguments
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in Int32(0)...2 {
      if let terminal {
        posix_spawn_file_actions_adddup2(&actions, terminal, descriptor)
      } else {
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
      }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A test's thread may block every signal: a server that inherits that cannot be ended.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // POSIX_SPAWN_SETSID of <spawn.h>, which Swift does not import.
    posix_spawnattr_setflags(&attributes, 0x80 | Int16(POSIX_SPAWN_SETSIGMASK))
    var pointers = all.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid = pid_t()
    guard posix_spawnp(&pid, all[0], &actions, &attributes, &pointers, environ) == 0 else {
      return nil
    }
    self.pid = pid
  }

  deinit { end() }

  /// Whether this program runs in it: a shell may still have to become it, or it may have ended.
  func isRunning(_ name: String) -> Bool {
    let text = LiveGroup.read("/proc/\(pid)/stat")
    return text.contains("(\(name)") && !text.contains(") Z")
  }

  /// Ends it and every process of its session, and waits for it.
  func end() {
    guard !hasEnded else { return }
    hasEnded = true
    for member in Self.processes(ofSession: pid) where member != pid { kill(member, SIGKILL) }
    kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }

  /// Waits until it has ended by itself; its exit status, -1 for any other end.
  @discardableResult
  func wait() -> Int32 {
    guard !hasEnded else { return -1 }
    hasEnded = true
    var status: Int32 = 0
    guard waitpid(pid, &status, 0) == pid, ll_wifexited(status) != 0 else { return -1 }
    return ll_wexitstatus(status)
  }

  private static func processes(ofSession session: pid_t) -> [pid_t] {
    var found: [pid_t] = []
    guard let stream = opendir("/proc") else { return [] }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let pid = pid_t(name), getsid(pid) == session { found.append(pid) }
    }
    return found
  }
}

/// An interactive bash on a terminal of its own, as ssh or a terminal window starts it.
final class LiveShell {
  private let master: Int32
  let process: LiveProcess

  init?() {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    // TIOCSPTLCK and TIOCGPTN of <asm/ioctls.h> (pts(4)).
    var unlocked: Int32 = 0
    var number: UInt32 = 0
    guard master >= 0, ioctl(master, 0x4004_5431, &unlocked) == 0,
      ioctl(master, 0x8004_5430, &number) == 0
    else { return nil }
    // Opened by the session's leader, the terminal becomes the session's.
    let path = "/dev/pts/\(number)"
    guard
      let process = LiveProcess([
        "/bin/sh", "-c", "exec bash --norc --noprofile -i <\(path) >\(path) 2>&1",
      ])
    else { return nil }
    self.process = process
  }

  deinit {
    process.end()
    close(master)
  }

  /// Types a line.
  func type(_ line: String) {
    drain()
    let bytes = Array((line + "\n").utf8)
    _ = write(master, bytes, bytes.count)
  }

  /// Takes what it printed off the terminal, so that it can print more.
  func drain() {
    var bytes = [UInt8](repeating: 0, count: 4096)
    while read(master, &bytes, bytes.count) > 0 {}
  }
}
