import CLinux
import Glibc

/// Starts the reaper: a process of its own, outside the job's cgroup, that outlives the caller.
///
/// A fork without exec: it shares the caller's pages, so it costs less than a megabyte, where
/// executing this program again would cost eight. See ``ReaperLoop`` for why that is safe.
enum Reaper {
  /// Forks twice, so that the reaper is nobody's child, in a session of its own.
  ///
  /// The caller must have one thread.
  static func start(_ task: ReaperTask) throws(SystemError) {
    // Everything that allocates is done before the fork.
    let inherited = openDescriptors().filter { !task.keeps($0) && $0 > 2 }
    let arguments = argumentMemory()
    let owesChildSignal = isChildSignalPending()
    let child = fork()
    if child < 0 { throw .last }
    if child == 0 {
      setsid()
      let grandchild = fork()
      if grandchild != 0 { _exit(grandchild < 0 ? 1 : 0) }
      detach(task, inherited, arguments)
      ReaperLoop.run(task)
    }
    task.closeDescriptors()
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    if !owesChildSignal { discardChildSignal() }
    // With SIGCHLD ignored there is no status; then the fork is taken to have worked.
    if ll_wifexited(status) != 0, ll_wexitstatus(status) != 0 { throw SystemError(code: EAGAIN) }
  }

  /// Lets go of everything the caller had: `loadline run … | cat` would wait for a descriptor, and a
  /// file system could not be unmounted.
  private static func detach(
    _ task: ReaperTask, _ inherited: [Int32], _ arguments: UnsafeMutableRawBufferPointer?
  ) {
    for descriptor: Int32 in 0...2 { dup2(task.null, descriptor) }
    inherited.forEach { close($0) }
    chdir("/")
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
    for number: Int32 in 1...64 { signal(number, SIG_DFL) }
    rename(task.title, arguments)
  }

  /// Writes over the caller's arguments, which name the job's command: `pkill -f train.py` must not
  /// end the reaper of train.py.
  ///
  /// The last byte is not NUL, which tells the kernel that the text ends at the first NUL
  /// (`get_mm_cmdline` in fs/proc/base.c).
  private static func rename(_ title: PathBuffer, _ arguments: UnsafeMutableRawBufferPointer?) {
    if let arguments, let start = arguments.baseAddress, arguments.count > 1 {
      memset(start, 0, arguments.count)
      memcpy(start, title.bytes, min(title.count, arguments.count - 2))
      arguments[arguments.count - 1] = UInt8(ascii: " ")
    }
    let name = open("/proc/self/comm", O_WRONLY | O_CLOEXEC)
    if name >= 0 {
      write(name, "loadline-reaper", 15)
      close(name)
    }
  }

  /// Where the kernel keeps the arguments (`arg_start` and `arg_end`, fields 48 and 49 of
  /// proc_pid_stat(5)).
  private static func argumentMemory() -> UnsafeMutableRawBufferPointer? {
    guard let fields = Processes.fields(pid: getpid(), proc: "/proc"), fields.count > 46,
      let start = UInt(fields[45]), let end = UInt(fields[46]), start > 0, end > start
    else { return nil }
    return UnsafeMutableRawBufferPointer(
      start: UnsafeMutableRawPointer(bitPattern: start), count: Int(end - start))
  }

  private static func openDescriptors() -> [Int32] {
    Files.names(in: "/proc/self/fd").compactMap { Int32($0) }
  }

  /// A signal left pending would reach the command, if the caller's caller had blocked it.
  private static func isChildSignalPending() -> Bool {
    var pending = sigset_t()
    return sigpending(&pending) == 0 && sigismember(&pending, SIGCHLD) == 1
  }

  private static func discardChildSignal() {
    guard isChildSignalPending() else { return }
    var child = sigset_t()
    sigemptyset(&child)
    sigaddset(&child, SIGCHLD)
    var now = timespec()
    sigtimedwait(&child, nil, &now)
  }
}
