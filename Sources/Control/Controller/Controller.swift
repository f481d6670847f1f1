import CLinux
import Glibc
import Host
package import Model
import Synchronization

/// Changing what jobs are granted, for a screen that never waits: requests go in, events come out.
///
/// Two threads of its own: one that changes, one request after the other, and one that answers what
/// needs only reading, so that a write that blocks delays no answer.
package final class Controller: Sendable {
  private struct State {
    var changes: [ControlRequest] = []
    var questions: [ControlRequest] = []
    var events: [ControlEvent] = []
    /// The report of the transaction that goes on: only the newest counts.
    var running: TransactionReport?
    var isStopped = false
    var threads = 0
  }

  private let control: Control
  private let state = Mutex(State())
  private let wakeChanges: Int32
  private let wakeQuestions: Int32
  private let wakeStop: Int32
  /// Readable when there are events.
  package let descriptor: Int32

  /// With the time that a look takes, what somebody else changed is told within five seconds.
  private static let driftEverySeconds = 4.0
  private static let sweepAfterSeconds = 1.0

  package init(_ control: Control = Control()) {
    self.control = control
    func event() -> Int32 { eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)) }
    wakeChanges = event()
    wakeQuestions = event()
    wakeStop = event()
    descriptor = event()
  }

  /// Starts the threads, which soon remove what jobs that are over have left behind; false when the
  /// system has none to give.
  package func start() -> Bool {
    start("control") { [self] in runChanges() }
      && start("control-look") { [self] in runQuestions() }
  }

  private func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { $0.threads += 1 }
    let isStarted = DetachedThread.start(name: name) { [self] in
      body()
      state.withLock { $0.threads -= 1 }
      Self.signal(wakeStop)
    }
    if !isStarted { state.withLock { $0.threads -= 1 } }
    return isStarted
  }

  /// Asks for something; the answer comes as an event.
  package func submit(_ request: ControlRequest) {
    switch request {
    case .abandon:
      dropChanges()
      control.abandon()
    case .inspect, .describe, .readJournal:
      state.withLock { $0.questions.append(request) }
      Self.signal(wakeQuestions)
    case .apply, .undo, .redo, .undoAll, .adopt, .signal, .recover:
      state.withLock { $0.changes.append(request) }
      Self.signal(wakeChanges)
    }
  }

  /// Answers what was asked for and not begun: nobody waits for an answer that will not come.
  private func dropChanges() {
    state.withLock { state in
      state.events += state.changes.compactMap(\.calledOff)
      state.changes.removeAll()
    }
    Self.signal(descriptor)
  }

  /// What has happened since the last call, in order.
  package func takeEvents() -> [ControlEvent] {
    Self.clear(descriptor)
    return state.withLock { state in
      var events = state.events
      if let running = state.running { events.append(.transaction(running)) }
      state.events = []
      state.running = nil
      return events
    }
  }

  /// Takes back what is being changed, and ends the threads; returns when they have ended, or after
  /// so many seconds.
  ///
  /// - Returns: whether they have ended. What a thread that is stuck in the kernel leaves is in the
  ///   journal.
  @discardableResult
  package func stop(seconds: Double = 10) -> Bool {
    state.withLock { $0.isStopped = true }
    dropChanges()
    control.abandon()
    Self.signal(wakeChanges)
    Self.signal(wakeQuestions)
    let start = Now.monotonic
    while state.withLock({ $0.threads }) > 0 {
      let left = seconds - (Now.monotonic - start)
      if left <= 0 { return false }
      Self.wait(wakeStop, seconds: left)
    }
    return true
  }

  // MARK: The thread that changes

  private func runChanges() {
    // The first screen does not wait for what jobs that are over have left behind.
    Self.wait(wakeChanges, seconds: Self.sweepAfterSeconds)
    if !control.system.isReadOnly, !state.withLock({ $0.isStopped }) {
      sweepAbandonedRuns(in: control.system.launch)
    }
    while true {
      switch next(\.changes, wakeChanges) {
      case .request(let request): change(request)
      case .nothing: continue
      case .end: return
      }
    }
  }

  private func change(_ request: ControlRequest) {
    switch request {
    case .apply(let plan): finish(control.apply(plan, progress: publish))
    case .undo(let id, let force): finish(control.undo(id, force: force, progress: publish))
    case .redo: finish(control.redo(progress: publish))
    case .undoAll:
      let reports = control.undoAll(progress: publish)
      if reports.isEmpty { post(.refused("There is nothing to undo since loadline was started.")) }
      reports.forEach(finish)
    case .recover(let id): finish(control.recover(id))
    case .adopt(let target, let name):
      let valid = name.flatMap { RunName($0) }
      guard name == nil || valid != nil else {
        let failure = ChangeFailure(.never, "A job cannot be named \(SafeText(name ?? "")).")
        post(.adoption(AdoptionReport(target: target, stage: .refused(failure))))
        return
      }
      let request = AdoptionRequest(target: target, name: valid)
      post(.adoption(control.adopt(request) { self.post(.adoption($0)) }))
    case .signal(let target, let number): finish(control.signal(target, number: number))
    case .inspect, .describe, .readJournal, .abandon: break
    }
  }

  private func publish(_ report: TransactionReport) {
    state.withLock { $0.running = report }
    Self.signal(descriptor)
  }

  private func finish(_ report: TransactionReport) {
    state.withLock { state in
      state.running = nil
      state.events.append(.transaction(report))
    }
    Self.signal(descriptor)
    // Marks of drift come and go with what stands.
    Self.signal(wakeQuestions)
  }

  // MARK: The thread that answers

  private func runQuestions() {
    var drift: [Drift] = []
    var lastLook = Now.monotonic
    while true {
      // However many questions are asked in between.
      let left = max(0, lastLook + Self.driftEverySeconds - Now.monotonic)
      switch left > 0 ? next(\.questions, wakeQuestions, seconds: left) : .nothing {
      case .request(let request): answer(request)
      case .nothing:
        let found = try? control.drift()
        lastLook = Now.monotonic
        guard let found, found != drift else { continue }
        drift = found
        post(.drift(found))
      case .end: return
      }
    }
  }

  private func answer(_ request: ControlRequest) {
    switch request {
    case .inspect(let targets): post(.inspected(control.inspect(targets)))
    case .describe(let plan): post(.described(plan, commands: control.describe(plan)))
    case .readJournal(let limit):
      do throws(ChangeFailure) { post(.journal(try control.journal(limit: limit))) } catch {
        post(.refused(error.sentence))
      }
    default: break
    }
  }

  private func post(_ event: ControlEvent) {
    state.withLock { $0.events.append(event) }
    Self.signal(descriptor)
  }

  // MARK: Waiting

  private enum Next {
    case request(ControlRequest)
    /// Nothing was asked for in the time, or somebody wants another look at everything.
    case nothing
    case end
  }

  /// The next request of a queue; waits for one for so long, or for ever.
  private func next(
    _ queue: WritableKeyPath<State, [ControlRequest]>, _ wake: Int32,
    seconds: Double? = nil
  ) -> Next {
    func look() -> Next {
      state.withLock { state in
        if state.isStopped { return .end }
        if state[keyPath: queue].isEmpty { return .nothing }
        // What was called off before is not what is begun now.
        if queue == \.changes { control.resume() }
        return .request(state[keyPath: queue].removeFirst())
      }
    }
    let first = look()
    guard case .nothing = first else { return first }
    Self.wait(wake, seconds: seconds)
    return look()
  }

  private static func wait(_ descriptor: Int32, seconds: Double?) {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let limit = seconds.map { Int32(($0 * 1000).rounded(.up)) } ?? -1
    if poll(&request, 1, limit) > 0 { clear(descriptor) }
  }

  private static func clear(_ descriptor: Int32) {
    var count: UInt64 = 0
    _ = read(descriptor, &count, 8)
  }

  private static func signal(_ descriptor: Int32) {
    var one: UInt64 = 1
    _ = write(descriptor, &one, 8)
  }
}

extension ControlRequest {
  /// The answer to a change that is not begun any more; nil for questions.
  fileprivate var calledOff: ControlEvent? {
    let sentence = "It was called off before it began."
    func refused(_ changes: [Change]) -> ControlEvent {
      .transaction(
        TransactionReport(
          id: nil, outcome: .refused,
          changes: changes.map { TransactionReport.Progress(change: $0, state: .notBegun) },
          notes: [sentence]))
    }
    switch self {
    case .apply(let plan): return refused(plan.changes)
    case .undo, .redo, .undoAll, .recover, .signal: return refused([])
    case .adopt(let target, _):
      let failure = ChangeFailure(.notNow, sentence)
      return .adoption(AdoptionReport(target: target, stage: .refused(failure)))
    case .inspect, .describe, .readJournal, .abandon: return nil
    }
  }
}
