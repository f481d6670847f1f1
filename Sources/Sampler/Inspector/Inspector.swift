import CLinux
import Glibc
import Host
import Model
import Synchronization

/// Reads what may hang, on threads of its own, so that no sample ever waits for it.
///
/// A question is answered in some later sample or never. A thread that got stuck in the kernel is
/// never cancelled: it is abandoned and another takes over, up to a few.
final class Inspector: Sendable {
  enum Question: Sendable, Hashable {
    /// What the process was started with, and the notebook it serves if it is a Jupyter kernel.
    case command(ProcessFiles.Target)
    /// The proportional set size of all these processes together; the key is handed back.
    case memory(JobID, [ProcessFiles.Target])
    /// The name of a user that `/etc/passwd` does not know: directories may be far away.
    case user(UInt32)
    /// The GPUs that a job's scheduler gave it, as the environment of one of these processes says.
    case gpus(JobID, [ProcessFiles.Target])
  }

  enum Answer: Sendable {
    case command(ProcessFiles.Target, arguments: [String]?, notebook: String?)
    case memory(JobID, TreeMemory?)
    case user(UInt32, String?)
    case gpus(JobID, [SafeText])
  }

  /// The memory of a command tree, as Σ PSS over its processes.
  struct TreeMemory: Sendable {
    var proportional: Bytes
    var anonymous: Bytes
    var shared: Bytes
    var file: Bytes
    /// Processes that were read, and that refused.
    var read: Int
    var refused: Int
    var time: Instant
  }

  private struct State {
    var waiting: [Question] = []
    var answers: [Answer] = []
    /// When each thread began its present question; nil while it waits for one.
    var busySince: [Instant?] = []
    var isStopped = false
  }

  private let state = Mutex(State())
  private let wake: Int32
  private let files: ProcessFiles

  private static let maximumThreads = 4
  private static let maximumWaiting = 4096
  private static let stuckSeconds = 2.0

  init(_ roots: Roots) {
    files = ProcessFiles(proc: roots.proc)
    wake = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_SEMAPHORE))
    startThread()
  }

  deinit { _ = close(wake) }

  /// Ends the threads that are not stuck; the last one closes the descriptor.
  func stop() {
    let count = state.withLock { state in
      state.isStopped = true
      return state.busySince.count
    }
    for _ in 0..<count { signal() }
  }

  /// Queues a question; a queue that is full drops it (the next sample may ask again).
  func ask(_ question: Question) -> Bool {
    let (accepted, needsThread) = state.withLock { state -> (Bool, Bool) in
      guard state.waiting.count < Self.maximumWaiting else { return (false, false) }
      state.waiting.append(question)
      let now = Clock.now
      let allStuck = state.busySince.allSatisfy {
        $0.map { now.seconds(since: $0) > Self.stuckSeconds } ?? false
      }
      return (true, allStuck && state.busySince.count < Self.maximumThreads)
    }
    if needsThread { startThread() }
    if accepted { signal() }
    return accepted
  }

  /// The answers that have come since the last call.
  func takeAnswers() -> [Answer] {
    state.withLock { state in
      if state.answers.isEmpty { return [] }
      defer { state.answers.removeAll(keepingCapacity: true) }
      return state.answers
    }
  }

  private func signal() {
    var one: UInt64 = 1
    _ = write(wake, &one, 8)
  }

  private func startThread() {
    let index = state.withLock { state in
      state.busySince.append(nil)
      return state.busySince.count - 1
    }
    let started = DetachedThread.start(name: "inspector") { [self] in run(index) }
    if !started { state.withLock { $0.busySince[index] = Instant(nanoseconds: 0) } }
  }

  private func run(_ index: Int) {
    while true {
      var count: UInt64 = 0
      guard read(wake, &count, 8) == 8 else {
        if errno == EINTR { continue }
        return
      }
      let (question, stopped) = state.withLock { state -> (Question?, Bool) in
        let question = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        state.busySince[index] = question == nil ? nil : Clock.now
        return (question, state.isStopped)
      }
      if stopped { return }
      guard let question else { continue }
      let answer = answer(question)
      state.withLock { state in
        state.busySince[index] = nil
        state.answers.append(answer)
      }
    }
  }

  private func answer(_ question: Question) -> Answer {
    switch question {
    case .command(let target):
      let arguments = files.arguments(of: target)
      let isKernel = arguments.map(CommandName.isNotebookKernel) ?? false
      let notebook = isKernel ? files.environment("JPY_SESSION_NAME", of: target) : nil
      return .command(target, arguments: arguments, notebook: notebook)
    case .gpus(let id, let targets):
      return .gpus(id, targets.lazy.compactMap(files.gpus).first ?? [])
    case .user(let id): return .user(id, UserNames.ask(id))
    case .memory(let id, let targets):
      var sum = TreeMemory(
        proportional: .zero, anonymous: .zero, shared: .zero, file: .zero, read: 0, refused: 0,
        time: Clock.now)
      var refused = Bytes.zero
      for target in targets {
        guard let memory = files.proportionalMemory(of: target) else {
          // What has ended in the meantime holds nothing.
          if let own = files.ownMemory(of: target) {
            sum.refused += 1
            refused += own
          }
          continue
        }
        sum.read += 1
        sum.proportional += Bytes(clamping: memory.total &* 1024)
        sum.anonymous += Bytes(clamping: memory.anonymous &* 1024)
        sum.shared += Bytes(clamping: memory.shared &* 1024)
        sum.file += Bytes(clamping: memory.file &* 1024)
      }
      // A small part that is refused is estimated; without a large one the sum would be a wrong one.
      guard sum.read > 0, refused.count <= sum.proportional.count / 10 else {
        return .memory(id, nil)
      }
      sum.proportional += refused
      sum.anonymous += refused
      return .memory(id, sum)
    }
  }
}
