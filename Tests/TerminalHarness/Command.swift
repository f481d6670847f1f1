import CLinux
import Glibc

/// A program that is run to its end, with what it wrote to standard output and standard error.
package struct Command {
  package var status: Int32
  package var output: String

  /// Runs `arguments`, the first of which is looked up in PATH; nil if it cannot be started.
  package static func run(
    _ arguments: [String], environment: [String: String] = Command.plainEnvironment
  ) -> Command? {
    var ends: [Int32] = [-1, -1]
    // Neither end may reach a program that another test starts at the same time: a tmux server would
    // hold it open, and the end of the output would never come.
    guard ll_pipe_cloexec(&ends) == 0 else { return nil }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    let pid = spawn(arguments, environment, &actions, flags: 0)
    close(ends[1])
    guard let pid else { return nil }

    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(ends[0], &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      output += buffer.prefix(count)
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return Command(status: exitStatus(status), output: String(decoding: output, as: UTF8.self))
  }

  /// As a shell says it: 128 + n for signal n.
  package static func exitStatus(_ status: Int32) -> Int32 {
    ll_wifexited(status) != 0 ? ll_wexitstatus(status) : 128 + ll_wtermsig(status)
  }

  /// PATH and HOME of this process, a locale, and nothing else.
  package static let plainEnvironment: [String: String] = {
    var variables = ["LANG": "C.UTF-8"]
    for name in ["PATH", "HOME"] {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    return variables
  }()

  static func spawn(
    _ arguments: [String], _ environment: [String: String],
    _ actions: inout posix_spawn_file_actions_t, flags: Int16
  ) -> pid_t? {
    guard let program = arguments.first else { return nil }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The test runner may ignore or block some; programs start as from a shell.
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, flags | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    let argv = arguments.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + variables { free(text) } }
    var pid: pid_t = 0
    guard posix_spawnp(&pid, program, &actions, &attributes, argv, variables) == 0 else {
      return nil
    }
    return pid
  }
}

/// The program `name` built beside the running tests.
package func builtProgram(_ name: String) -> String {
  var path = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = max(0, readlink("/proc/self/exe", &path, path.count - 1))
  let runner = path.prefix(count).map { UInt8(bitPattern: $0) }
  let folder = runner.prefix(through: runner.lastIndex(of: 0x2F) ?? 0)
  return String(decoding: folder, as: UTF8.self) + name
}

/// Whether `condition` comes to hold before the deadline; it is asked again and again.
package func eventually(within limit: Duration = .seconds(20), _ condition: () -> Bool) -> Bool {
  let deadline = ContinuousClock.now + limit
  while !condition() {
    if ContinuousClock.now > deadline { return false }
    poll(nil, 0, 15)
  }
  return true
}
