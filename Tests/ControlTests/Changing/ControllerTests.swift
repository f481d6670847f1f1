import CLinux
import Glibc
import Model
import Synchronization
import Testing

@testable import Control

/// The mailbox that a screen talks to: it answers while a write blocks, and never leaves half a
/// transaction behind.
@Suite struct ControllerTests {
  private let box = UnifiedBox()

  init() { box.job("/a", ["memory.stat": "anon 0\nfile 0\nshmem 0\nkernel 0"]) }

  private func change(_ value: KnobValue) -> Change {
    Change(target: box.target("/a"), from: nil, to: value)
  }

  /// Collects events until one is the wanted one, for at most five seconds.
  private func events(
    of controller: Controller, until isLast: (ControlEvent) -> Bool
  ) -> [ControlEvent] {
    var found: [ControlEvent] = []
    let start = Now.monotonic
    while Now.monotonic - start < 8 {
      var request = pollfd(fd: controller.descriptor, events: Int16(POLLIN), revents: 0)
      _ = poll(&request, 1, 100)
      found += controller.takeEvents()
      if found.contains(where: isLast) { break }
    }
    return found
  }

  private func isEnd(_ event: ControlEvent) -> Bool {
    if case .transaction(let report) = event { report.outcome != .running } else { false }
  }

  private func outcome(_ events: [ControlEvent]) -> TransactionReport.Outcome? {
    for case .transaction(let report) in events.reversed() { return report.outcome }
    return nil
  }

  @Test func everyRequestIsAnswered() throws {
    let controller = Controller(Control(box.system))
    #expect(controller.start())
    let plan = Plan(changes: [change(.weight(50))])
    controller.submit(.apply(plan))
    #expect(outcome(events(of: controller, until: isEnd)) == .applied)
    controller.submit(.inspect([box.target("/a")]))
    let inspected = events(of: controller) { if case .inspected = $0 { true } else { false } }
    guard case .inspected(let found)? = inspected.last else {
      Issue.record("no answer")
      return
    }
    #expect(found[box.target("/a").id]?.knobs[.weight] == .settable(.weight(50)))
    controller.submit(.describe(plan))
    let described = events(of: controller) { if case .described = $0 { true } else { false } }
    #expect(
      described.last
        == .described(plan, commands: [["echo 50 > \(box.tree.path)/cg/a/cpu.weight"]]))
    controller.submit(.undo(nil, force: false))
    #expect(outcome(events(of: controller, until: isEnd)) == .applied)
    controller.submit(.redo)
    #expect(outcome(events(of: controller, until: isEnd)) == .applied)
    #expect(box.read("/a", "cpu.weight") == "50")
    controller.submit(.undoAll)
    #expect(outcome(events(of: controller, until: isEnd)) == .applied)
    #expect(box.read("/a", "cpu.weight") == "100")
    controller.submit(.readJournal(limit: 10))
    let journal = events(of: controller) { if case .journal = $0 { true } else { false } }
    guard case .journal(let entries)? = journal.last else {
      Issue.record("no journal")
      return
    }
    #expect(entries.map(\.outcome) == [.applied, .applied, .undone, .undone])
    #expect(controller.stop())
  }

  /// A box on which `memory.max` blocks after it is in force, for as long as nobody interrupts.
  private func blocking(patience: Double) -> ControlSystem {
    var system = box.system
    system.places = BlockingPlaces(base: system.places)
    system.patience = Patience(write: patience, reclaim: 1, settle: 0.01)
    return system
  }

  @Test func questionsAreAnsweredAndProgressIsToldWhileAWriteBlocks() {
    let controller = Controller(Control(blocking(patience: 30)))
    #expect(controller.start())
    controller.submit(.apply(Plan(changes: [change(.memory(.at(.mebi(64)))), change(.weight(9))])))
    let progress = events(of: controller) { event in
      guard case .transaction(let report) = event,
        case .writing(let seconds) = report.changes[0].state
      else { return false }
      return seconds > 0
    }
    #expect(!progress.contains(where: isEnd))
    #expect(box.read("/a", "memory.max") == "\(64 << 20)")
    let start = Now.monotonic
    controller.submit(.inspect([box.target("/a")]))
    let answers = events(of: controller) { if case .inspected = $0 { true } else { false } }
    #expect(answers.contains { if case .inspected = $0 { true } else { false } })
    #expect(Now.monotonic - start < 1)
    controller.submit(.abandon)
    let end = events(of: controller, until: isEnd)
    #expect(outcome(end) == .rolledBack)
    #expect(box.read("/a", "memory.max") == "max")
    #expect(box.read("/a", "cpu.weight") == "100")
    // What was called off does not stand against what comes next.
    controller.submit(.apply(Plan(changes: [change(.weight(9))])))
    #expect(outcome(events(of: controller, until: isEnd)) == .applied)
    #expect(controller.stop())
  }

  /// The answers to what was asked for behind a write that blocks.
  @Test(arguments: [true, false])
  func everyRequestThatIsCalledOffBeforeItBeganIsAnswered(byStopping: Bool) {
    let controller = Controller(Control(blocking(patience: 30)))
    #expect(controller.start())
    controller.submit(.apply(Plan(changes: [change(.memory(.at(.mebi(64))))])))
    #expect(Loadline.eventually { box.read("/a", "memory.max") != "max" })
    let target = box.target("/a")
    let waiting = Plan(changes: [change(.weight(9))])
    controller.submit(.apply(waiting))
    for request: ControlRequest in [
      .undo(nil, force: false), .redo, .undoAll, .recover(TransactionID("1")),
      .signal(target, number: 0), .adopt(target, name: nil),
    ] { controller.submit(request) }
    if byStopping { #expect(controller.stop()) } else { controller.submit(.abandon) }
    let found = events(of: controller) { event in
      if case .transaction(let report) = event { report.outcome == .rolledBack } else { false }
    }
    let sentence = "It was called off before it began."
    let dropped = found.compactMap { event -> [Change]? in
      guard case .transaction(let report) = event, report.outcome == .refused,
        report.notes == [sentence]
      else { return nil }
      return report.changes.map(\.change)
    }
    #expect(dropped == [waiting.changes, [], [], [], [], []])
    #expect(
      found.contains(
        .adoption(
          AdoptionReport(target: target, stage: .refused(ChangeFailure(.notNow, sentence))))))
    #expect(box.read("/a", "cpu.weight") == "100")
    #expect(box.read("/a", "memory.max") == "max")
    controller.stop()
  }

  @Test func stoppingTakesBackWhatIsGoingOnBeforeItReturns() throws {
    let controller = Controller(Control(blocking(patience: 30)))
    #expect(controller.start())
    controller.submit(.apply(Plan(changes: [change(.weight(9)), change(.memory(.at(.mebi(64))))])))
    #expect(Loadline.eventually { box.read("/a", "memory.max") != "max" })
    let start = Now.monotonic
    #expect(controller.stop(seconds: 5))
    #expect(Now.monotonic - start < 3)
    #expect(box.read("/a", "memory.max") == "max")
    #expect(box.read("/a", "cpu.weight") == "100")
    #expect(try Control(box.system).journal(limit: 1).map(\.outcome) == [.rolledBack])
  }

  @Test func aValueThatSomebodyElseChangesIsToldWithinSixSecondsAndWhenItIsBack() {
    let controller = Controller(Control(box.system))
    #expect(controller.start())
    controller.submit(.apply(Plan(changes: [change(.weight(50))])))
    _ = events(of: controller, until: isEnd)
    box.group("/a", ["cpu.weight": "77"])
    let told = events(of: controller) { if case .drift = $0 { true } else { false } }
    guard case .drift(let drift)? = told.last else {
      Issue.record("nothing was told")
      return
    }
    #expect(drift.map(\.theirs) == [.weight(77)])
    #expect(controller.stop())
  }
}

/// Lets `memory.max` block in a system call once it is written downwards.
private final class BlockingPlaces: PlaceAccess {
  private let base: any PlaceAccess
  private let never = eventfd(0, Int32(EFD_CLOEXEC))

  init(base: any PlaceAccess) { self.base = base }
  deinit { close(never) }

  func read(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    try base.read(place, like: text)
  }

  func effective(_ file: String, of place: Place) -> String? { base.effective(file, of: place) }

  func write(_ text: String, to place: Place) throws(ChangeFailure) {
    try base.write(text, to: place)
    guard place.file == "memory.max", text != "max" else { return }
    var count: UInt64 = 0
    _ = Glibc.read(never, &count, 8)
    throw ChangeFailure(.notNow, "interrupted", errno: EINTR)
  }
}
