import CLinux
import Glibc
import Model
import Testing

@testable import Control

/// Undo, redo, drift and recovery, on a made v2 hierarchy.
@Suite struct UndoTests {
  private let box = UnifiedBox()

  init() {
    box.job("/a")
    box.job("/b")
  }

  private func change(_ path: String, _ value: KnobValue) -> Change {
    Change(target: box.target(path), from: nil, to: value)
  }

  private func write(_ path: String, _ file: String, _ text: String) {
    box.group(path, [file: text])
  }

  @Test func whatSomebodyElseChangedIsLeftAndTheRestIsTakenBack() throws {
    let control = Control(box.system)
    #expect(
      control.apply(Plan(changes: [change("/a", .weight(50)), change("/b", .weight(60))])).outcome
        == .applied)
    write("/a", "cpu.weight", "77")
    let transaction = try #require(try control.journal(limit: 1).first)
    #expect(transaction.changes.map(\.isDrifted) == [true, false])
    #expect(
      try control.drift() == [
        Drift(
          transaction: transaction.id, target: box.target("/a"), mine: .weight(50),
          theirs: .weight(77))
      ])
    let undo = control.undo()
    #expect(undo.outcome == .applied)
    #expect(
      undo.notes == [
        "weight of /a was changed by somebody else since: it is 77, and loadline wrote 50. It is left so; take it back all the same with: loadline undo \(transaction.id) --force"
      ])
    #expect(
      undo.left == [
        Drift(
          transaction: transaction.id, target: box.target("/a"), mine: .weight(50),
          theirs: .weight(77))
      ])
    #expect(box.read("/a", "cpu.weight") == "77")
    #expect(box.read("/b", "cpu.weight") == "100")
    #expect(try control.drift() == [])
    let entry = try #require(try control.journal(limit: 9).last)
    #expect(entry.outcome == .partlyUndone)
    #expect(entry.notes.last?.hasSuffix("with: loadline undo \(transaction.id) --force") == true)
    #expect(control.undo(transaction.id).outcome == .refused)
    // What was set anew since the undo is not what it left.
    #expect(control.apply(Plan(changes: [change("/b", .weight(80))])).outcome == .applied)
    let forced = control.undo(transaction.id, force: true)
    #expect(forced.outcome == .applied)
    #expect(forced.left == [])
    #expect(box.read("/a", "cpu.weight") == "100")
    #expect(box.read("/b", "cpu.weight") == "80")
    #expect(try control.journal(limit: 9).last?.outcome == .undone)
    #expect(control.undo(transaction.id, force: true).outcome == .refused)
  }

  @Test func whatAnUndoLeftIsKeptWhenTheJournalIsReplaced() throws {
    let control = Control(box.system)
    _ = control.apply(Plan(changes: [change("/a", .weight(50)), change("/b", .weight(60))]))
    let id = try #require(try control.journal(limit: 1).first?.id)
    write("/a", "cpu.weight", "77")
    _ = control.undo()
    var lines = try #require(Files.text("\(box.tree.path)/journal/journal.jsonl"))
    for _ in 0...200 {
      let intent = control.intent(.signal(1), changes: [])
      let outcome = JournalOutcome(id: intent.id, time: 1, outcome: .rolledBack)
      lines += JournalLine.intent(intent).text + "\n" + JournalLine.outcome(outcome).text + "\n"
    }
    let kept = JournalKept(lines: Array(lines.utf8), boot: box.system.boot, most: 1 << 20).bytes
    let history = JournalHistory(
      kept.split(separator: UInt8(ascii: "\n")).compactMap { JournalLine(parsing: $0) })
    #expect(history[id]?.left == [0])
  }

  @Test func whatSomebodyElseHasTakenBackAlreadyIsNotInTheWay() {
    let control = Control(box.system)
    _ = control.apply(Plan(changes: [change("/a", .weight(50)), change("/b", .weight(60))]))
    write("/a", "cpu.weight", "100")
    let undo = control.undo()
    #expect(undo.outcome == .applied)
    #expect(undo.left == [])
    #expect(box.read("/b", "cpu.weight") == "100")
  }

  @Test func whereEverythingIsSomebodyElsesNothingIsWritten() {
    let control = Control(box.system)
    _ = control.apply(Plan(changes: [change("/a", .weight(50))]))
    write("/a", "cpu.weight", "77")
    let undo = control.undo()
    #expect(undo.outcome == .refused)
    #expect(undo.changes.count == 1)
    #expect(box.read("/a", "cpu.weight") == "77")
    #expect(control.undo(force: true).outcome == .applied)
    #expect(box.read("/a", "cpu.weight") == "100")
  }

  @Test func aValueThatIsBackIsNoDrift() throws {
    let control = Control(box.system)
    _ = control.apply(Plan(changes: [change("/a", .weight(50))]))
    write("/a", "cpu.weight", "77")
    #expect(try control.drift().count == 1)
    write("/a", "cpu.weight", "50")
    #expect(try control.drift() == [])
  }

  @Test func onlyTheNewestChangeOfAKnobCanDrift() throws {
    let control = Control(box.system)
    _ = control.apply(Plan(changes: [change("/a", .weight(50))]))
    _ = control.apply(Plan(changes: [change("/a", .weight(60))]))
    #expect(try control.drift() == [])
    #expect(control.undo().outcome == .applied)
    #expect(box.read("/a", "cpu.weight") == "50")
    #expect(control.undo().outcome == .applied)
    #expect(box.read("/a", "cpu.weight") == "100")
  }

  @Test func everythingSinceTheStartIsTakenBackInReverseAndNothingOlder() {
    _ = Control(box.system).apply(Plan(changes: [change("/a", .weight(40))]))
    let control = Control(box.system)
    for weight in [50, 60, 70] {
      _ = control.apply(Plan(changes: [change("/a", .weight(weight))]))
    }
    #expect(control.undoAll().map(\.outcome) == [.applied, .applied, .applied])
    #expect(box.read("/a", "cpu.weight") == "40")
    #expect(control.undoAll().isEmpty)
  }

  @Test func aJobThatHasEndedIsPassedOver() {
    let control = Control(box.system)
    _ = control.apply(Plan(changes: [change("/b", .weight(60))]))
    _ = control.apply(Plan(changes: [change("/a", .weight(50)), change("/b", .weight(70))]))
    rename("\(box.tree.path)/cg/a", "\(box.tree.path)/gone")
    let undo = control.undo()
    #expect(undo.outcome == .applied)
    #expect(box.read("/b", "cpu.weight") == "60")
    _ = control.apply(Plan(changes: [change("/b", .weight(80))]))
    rename("\(box.tree.path)/gone", "\(box.tree.path)/cg/a")
    _ = control.apply(Plan(changes: [change("/a", .weight(90))]))
    rename("\(box.tree.path)/cg/a", "\(box.tree.path)/gone")
    #expect(control.undo().outcome == .applied)
    #expect(box.read("/b", "cpu.weight") == "60")
  }

  @Test func whatCannotBeReadIsNotTakenForGone() {
    let control = Control(box.system)
    _ = control.apply(Plan(changes: [change("/b", .weight(60))]))
    _ = control.apply(Plan(changes: [change("/a", .weight(50))]))
    var system = box.system
    system.places = UnreadablePlaces(base: system.places, directory: box.tree.path + "/cg/a")
    let undo = Control(system).undo()
    #expect(undo.outcome == .refused)
    #expect(undo.notes.first == "It does not answer.")
    #expect(box.read("/b", "cpu.weight") == "60")
  }

  @Test func ofAJobThatDoesNotAnswerNothingCanBeSetAndItIsSaidWhy() {
    var system = box.system
    system.enforcers.processes = SilentEnforcer()
    let target = Target(
      id: .tree(pid: 1, start: 1), name: SafeText("a"), owner: SafeText("root"), source: .process)
    let control = Control(system).inspect([target])[target.id]
    #expect(control?.knobs[.cores] == .fixed(nil, reason: "It does not answer."))
  }

  @Test func whatCannotBeLockedIsNotTakenForGone() {
    let mark = ChangeMark(user: 0, pid: 1, transaction: TransactionID("1"), time: 1)
    box.tree.write("", to: "file")
    let jobs = [(name: SafeText("a"), directory: box.tree.path + "/file")]
    let failure = #expect(throws: ChangeFailure.self) { try TargetLocks(jobs, mark) }
    #expect(failure?.sentence.contains("/file cannot be locked: ") == true)
  }

  @Test func aGroupMadeAgainUnderItsNameIsNotTouched() throws {
    let control = Control(box.system)
    _ = control.apply(Plan(changes: [change("/a", .weight(50))]))
    let id = try #require(try control.journal(limit: 1).first?.id)
    rename("\(box.tree.path)/cg/a", "\(box.tree.path)/gone")
    box.job("/a", ["cpu.weight": "50"])
    #expect(control.undo(id).outcome == .refused)
    #expect(box.read("/a", "cpu.weight") == "50")
  }

  @Test func afterARestartOfTheBoxThereIsNothingToUndo() throws {
    let control = Control(box.system)
    _ = control.apply(Plan(changes: [change("/a", .weight(50))]))
    let id = try #require(try control.journal(limit: 1).first?.id)
    box.tree.write("other\n", to: "proc/sys/kernel/random/boot_id")
    #expect(control.undo().notes == ["There is nothing to undo."])
    #expect(
      control.undo(id).notes == [
        "The box has been started anew since: the groups of then are gone."
      ])
    #expect(box.read("/a", "cpu.weight") == "50")
  }

  // MARK: Recovery

  private var journal: JournalFile { JournalFile(directory: box.tree.path + "/journal") }

  /// Three changes with five steps, as a journal has them whose process was killed.
  private func interrupted() throws -> JournalIntent {
    box.job("/a", ["cpu.max": "100000 100000", "cpu.max.burst": "90000"])
    let control = Control(box.system)
    let enforcer = box.system.enforcers.groups
    var changes: [JournalChange] = []
    for change in [
      change("/a", .cores(.at(Cores(0.5)))), change("/b", .weight(60)),
      change("/a", .memory(.at(.mebi(64)))),
    ] {
      let steps = try enforcer.steps(for: change, after: changes.flatMap(\.steps))
      changes.append(JournalChange(change: change, backend: .cgroup2, steps: steps))
    }
    var intent = control.intent(.apply, changes: changes)
    intent.process.pid = 4_194_305
    return intent
  }

  @Test(arguments: 0...4) func killedAfterAnyStepTheNextStartOffersAndFinishesTheRecovery(
    count: Int
  ) throws {
    let intent = try interrupted()
    let steps = intent.changes.flatMap(\.steps)
    #expect(steps.count == 4)
    try journal.append([.intent(intent)])
    for step in steps.prefix(count) { try box.system.places.write(step.after, to: step.place) }
    let control = Control(box.system)
    #expect(try control.journal(limit: 5).map(\.outcome) == [.unfinished])
    #expect(
      control.undo().notes == [
        "Transaction \(intent.id) was left unfinished by a process that died: take it back first, with undo \(intent.id)."
      ])
    #expect(control.recover(intent.id).outcome == .rolledBack)
    #expect(box.read("/a", "cpu.max") == "100000 100000")
    #expect(box.read("/a", "cpu.max.burst") == "90000")
    #expect(box.read("/b", "cpu.weight") == "100")
    #expect(box.read("/a", "memory.max") == "max")
    #expect(try control.journal(limit: 5).map(\.outcome) == [.rolledBack])
    #expect(control.recover(intent.id).outcome == .refused)
  }

  @Test func recoveryLeavesWhatALaterTransactionHasSet() throws {
    let intent = try interrupted()
    try journal.append([.intent(intent)])
    let first = try #require(intent.changes.first?.steps.first)
    try box.system.places.write(first.after, to: first.place)
    let control = Control(box.system)
    let later = control.apply(Plan(changes: [change("/b", .weight(60))]))
    #expect(later.outcome == .applied)
    #expect(
      later.notes.first
        == "Transaction \(intent.id) was left unfinished on this job by a process that died: loadline undo \(intent.id) takes back what it wrote and nobody has set since."
    )
    let report = control.recover(intent.id)
    #expect(report.outcome == .rolledBack)
    #expect(box.read("/b", "cpu.weight") == "60")
    #expect(report.changes.map(\.state) == [.takenBack, .notBegun, .takenBack])
    let id = try #require(later.id)
    #expect(
      report.notes.contains("weight of /b was set again since, by transaction \(id): left so."))
    #expect(box.read("/a", "cpu.max") == "100000 100000")
  }

  @Test func whatWasTakenAwayByForceIsNamedAsItWas() throws {
    let control = Control(box.system)
    _ = control.apply(Plan(changes: [change("/a", .weight(50))]))
    write("/a", "cpu.weight", "77")
    let left = control.undo()
    #expect(left.outcome == .refused)
    #expect(left.left.map(\.theirs) == [.weight(77)])
    let forced = control.undo(force: true)
    #expect(forced.outcome == .applied)
    #expect(forced.changes.first?.change.from == .weight(77))
  }

  @Test func whatLoadlineItselfChangedAgainWasNotChangedByOthers() throws {
    let control = Control(box.system)
    _ = control.apply(Plan(changes: [change("/a", .weight(50))]))
    _ = control.apply(Plan(changes: [change("/a", .weight(60))]))
    #expect(
      try control.journal(limit: 5).flatMap { $0.changes.map(\.isDrifted) } == [false, false])
    write("/a", "cpu.weight", "77")
    #expect(try control.journal(limit: 5).flatMap { $0.changes.map(\.isDrifted) } == [true, false])
  }

  @Test func recoveryLeavesWhatSomebodyElseHasWrittenSince() throws {
    let intent = try interrupted()
    try journal.append([.intent(intent)])
    for step in intent.changes.flatMap(\.steps) {
      try box.system.places.write(step.after, to: step.place)
    }
    write("/b", "cpu.weight", "77")
    let report = Control(box.system).recover(intent.id)
    #expect(report.outcome == .rolledBack)
    #expect(report.notes.contains { $0.contains("weight of /b is \"77\"") })
    #expect(box.read("/b", "cpu.weight") == "77")
    #expect(box.read("/a", "memory.max") == "max")
  }

  @Test func whatIsStillGoingOnIsNotRecovered() throws {
    var intent = try interrupted()
    intent.process = ProcessIdentity(pid: 1, start: 5)
    box.tree.write("1 (x) S \(String(repeating: "0 ", count: 18))5 0\n", to: "proc/1/stat")
    try journal.append([.intent(intent)])
    let control = Control(box.system)
    #expect(control.recover(intent.id).notes == ["Process 1 is still at it."])
    #expect(try control.journal(limit: 5) == [])
  }

  // MARK: Two at a time

  @Test func whoComesSecondIsToldWhoWasFirst() throws {
    let mark = ChangeMark(
      user: 1000, pid: 4242, transaction: TransactionID("20261121-140355-812-4242"), time: 1e9)
    let directory = box.tree.path + "/cg/a"
    let locks = try TargetLocks([(SafeText("/a"), directory)], mark)
    let report = Control(box.system).apply(
      Plan(changes: [change("/b", .weight(5)), change("/a", .weight(5))]))
    #expect(report.outcome == .refused)
    let sentence = try #require(report.notes.first)
    #expect(sentence.contains("/a is being changed by"))
    if ChangeMark(on: directory) != nil {
      #expect(
        sentence.contains("process 4242 of user 1000, transaction 20261121-140355-812-4242"))
    }
    #expect(box.read("/b", "cpu.weight") == "100")
    locks.release()
    #expect(
      Control(box.system).apply(Plan(changes: [change("/a", .weight(5))])).outcome == .applied)
  }

  @Test func everyTransactionHasANumberOfItsOwn() {
    let control = Control(box.system)
    let ids = (0..<50).map { _ in control.intent(.apply, changes: []).id }
    #expect(Set(ids).count == 50)
    #expect(
      TransactionID.new(at: 1_795_269_835.8125, pid: 7).description == "20261121-140355-812-7")
  }

  @Test func thereIsOneSyncBeforeAndOneAfter() {
    nonisolated(unsafe) var syncs: [String] = []
    var system = box.system
    let path = "\(box.tree.path)/cg/a/cpu.weight"
    system.sync = { _ in
      syncs.append(Files.line(path) ?? "")
      return 0
    }
    let target = box.target("/a")
    let report = Control(system).apply(
      Plan(changes: [
        Change(target: target, from: nil, to: .weight(5)),
        Change(target: target, from: nil, to: .pids(.at(5))),
      ]))
    #expect(report.outcome == .applied)
    #expect(syncs == ["100", "5"])
  }

  @Test func withoutAJournalNothingIsWritten() {
    box.tree.link("journal", to: "cg")
    let report = Control(box.system).apply(Plan(changes: [change("/a", .weight(5))]))
    #expect(report.outcome == .refused)
    #expect(report.notes.first?.contains("Nothing is changed without a journal") == true)
    #expect(box.read("/a", "cpu.weight") == "100")
  }
}

/// Places of which one directory's are there and cannot be read.
private struct UnreadablePlaces: PlaceAccess {
  let base: any PlaceAccess
  let directory: String

  func read(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    if case .file(directory, _, _) = place { throw SilentEnforcer.failure }
    return try base.read(place, like: text)
  }

  func effective(_ file: String, of place: Place) -> String? { base.effective(file, of: place) }

  func write(_ text: String, to place: Place) throws(ChangeFailure) {
    try base.write(text, to: place)
  }
}

/// As of a systemd that is too busy.
private struct SilentEnforcer: Enforcer {
  static let failure = ChangeFailure(.failed, "It does not answer.")

  var backend: ControlBackend { .processes }

  func inspect(_ target: Target) throws(ChangeFailure) -> JobControl { throw Self.failure }

  func steps(for change: Change) throws(ChangeFailure) -> [Step] { throw Self.failure }
}
