import CLinux
import Control
import Glibc

/// The demo's jobs: started through `loadline run` like anybody's, ended on every exit.
struct DemoJobs: ~Copyable {
  private var pids: [pid_t] = []
  /// Behind each name.
  private var suffix = ""
  /// A file without a name that takes what `loadline run` says about limits it could not enforce.
  private let log: Int32

  /// Starts all workloads, each as `loadline run --name demo-… -- loadline demo-work …`.
  init(executable: String) throws {
    var name = Array("/tmp/loadline-demo-XXXXXX".utf8CString)
    log = mkstemp(&name)
    guard log >= 0 else { throw DemoError.noFile }
    unlink(name)
    _ = fcntl(log, F_SETFD, FD_CLOEXEC)
    // Somebody else's demo on this box has the plain names.
    for suffix in [""] + (2...9).map({ "-\($0)" }) {
      if start(executable, suffix) {
        self.suffix = suffix
        return
      }
      guard messages.contains(Launch.alreadyRunning) else { break }
      end()
      ftruncate(log, 0)
      lseek(log, 0, SEEK_SET)
    }
    throw DemoError.notStarted(messages)
  }

  /// Starts all workloads under names that end in `suffix`; false when one did not start.
  private mutating func start(_ executable: String, _ suffix: String) -> Bool {
    for work in DemoWork.allCases {
      let arguments =
        [executable, "run", "--name", Self.name(of: work, suffix)] + work.options
        + ["--", executable, "demo-work", work.rawValue, "\(getpid())"]
      guard let pid = Self.spawn(executable, arguments, errors: log) else { return false }
      pids.append(pid)
    }
    for pid in pids where !Self.hasStarted(pid) {
      // It was waited for: its pid is nobody's now.
      pids.removeAll { $0 == pid }
      return false
    }
    return true
  }

  /// The name of a workload's job.
  func name(of work: DemoWork) -> String { Self.name(of: work, suffix) }

  private static func name(of work: DemoWork, _ suffix: String) -> String {
    "demo-\(work.rawValue)\(suffix)"
  }

  /// Waits until a job has become its workload; false when it ended instead.
  private static func hasStarted(_ pid: pid_t) -> Bool {
    for _ in 0..<500 {
      var status: Int32 = 0
      if waitpid(pid, &status, WNOHANG) == pid { return false }
      if secondArgument(of: pid) == "demo-work" { return true }
      usleep(10_000)
    }
    return true
  }

  private static func secondArgument(of pid: pid_t) -> String? {
    let file = open("/proc/\(pid)/cmdline", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { _ = close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &bytes, bytes.count)
    let arguments = bytes[..<max(0, count)].split(separator: 0)
    return arguments.count > 1 ? String(decoding: arguments[1], as: UTF8.self) : nil
  }

  /// What was said on starting the jobs.
  var messages: String {
    var text: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while true {
      let got = part.withUnsafeMutableBytes {
        pread(log, $0.baseAddress, $0.count, off_t(text.count))
      }
      guard got > 0 else { return String(decoding: text, as: UTF8.self) }
      text.append(contentsOf: part[..<got])
    }
  }

  /// Ends every job and waits for it; the groups are removed by their reapers.
  deinit {
    Self.end(pids)
    _ = close(log)
  }

  private mutating func end() {
    Self.end(pids)
    pids = []
  }

  nonisolated private static func end(_ pids: [pid_t]) {
    for pid in pids { kill(pid, SIGTERM) }
    for pid in pids where !hasEnded(pid, within: 200) {
      kill(pid, SIGKILL)
      _ = hasEnded(pid, within: 100)
    }
  }

  /// Waits for a child, in steps of 10 ms. Once it was waited for, its pid is nobody's.
  nonisolated private static func hasEnded(_ pid: pid_t, within steps: Int) -> Bool {
    var status: Int32 = 0
    for _ in 0..<steps {
      if waitpid(pid, &status, WNOHANG) != 0 { return true }
      usleep(10_000)
    }
    return false
  }

  private static func spawn(_ path: String, _ arguments: [String], errors: Int32) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Of their own process group, so that ^C at the dashboard is the dashboard's alone.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    var pid: pid_t = 0
    return posix_spawn(&pid, path, &actions, &attributes, pointers, environ) == 0 ? pid : nil
  }
}

/// Why the demo could not begin.
nonisolated enum DemoError: Error, CustomStringConvertible {
  case noFile
  case notStarted(String)

  var description: String {
    switch self {
    case .noFile: "The demo cannot make a file in /tmp."
    case .notStarted(let reason):
      "The demo's jobs could not be started" + (reason.isEmpty ? "." : ":\n\(reason)")
    }
  }
}
