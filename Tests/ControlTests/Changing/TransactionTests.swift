import Glibc
import Model
import Synchronization
import Testing

@testable import Control

/// What a transaction does when the kernel does not do what it was asked.
@Suite struct TransactionTests {
  private static let before = ["a": "400", "b": "400", "c": "100", "d": "100", "e": "100"]

  /// Two decreases and three increases, as a plan orders them.
  private func five() -> [JournalChange] {
    [("a", 4.0, 3.0), ("b", 4, 3), ("c", 1, 2), ("d", 1, 2), ("e", 1, 2)].map { name, from, to in
      change(name, from: from, to: to)
    }
  }

  private func change(_ name: String, from: Double, to: Double) -> JournalChange {
    let target = Target(
      id: .cgroup(inode: 1), name: SafeText(name), owner: SafeText("root"), source: .cgroup,
      cgroup: "/\(name)")
    return JournalChange(
      change: Change(
        target: target, from: .cores(.at(Cores(from))), to: .cores(.at(Cores(to)))),
      backend: .cgroup2,
      steps: [
        Step(
          place: FakePlaces.place(name), before: "\(Int(from * 100))", after: "\(Int(to * 100))")
      ])
  }

  private func run(
    _ changes: [JournalChange], on places: FakePlaces,
    patience: Patience = Patience(write: 0.2, reclaim: 0.2, settle: 0.01),
    isAbandoned: @escaping @Sendable () -> Bool = { false },
    progress: @escaping (TransactionReport) -> Void = { _ in }
  ) -> TransactionReport {
    var transaction = Transaction(
      TransactionID("t"), changes, places: places, patience: patience, isAbandoned: isAbandoned,
      progress: progress)
    transaction.run()
    return transaction.report
  }

  @Test func everythingIsWrittenOnceInThePlansOrder() {
    let places = FakePlaces(Self.before)
    let report = run(five(), on: places)
    #expect(report.outcome == .applied)
    #expect(places.writes == ["a=300", "b=300", "c=200", "d=200", "e=200"])
  }

  @Test func afterAFailedDecreaseTheOthersAreMadeNoIncreaseIsAndAllIsAsBefore() {
    let places = FakePlaces(Self.before, faults: [0: .refuses(EINVAL)])
    let report = run(five(), on: places)
    #expect(report.outcome == .rolledBack)
    #expect(places.writes == ["a=300", "b=300", "b=400"])
    #expect(places.values == Self.before)
    #expect(
      report.changes.map(\.state) == [
        .failed(ChangeFailure(.notNow, "refused", errno: EINVAL)), .takenBack, .notBegun, .notBegun,
        .notBegun,
      ])
  }

  @Test(arguments: 0..<5) func whicheverWriteFailsAllIsAsBeforeInReverse(failing: Int) {
    let places = FakePlaces(Self.before, faults: [failing: .refuses(EIO)])
    #expect(run(five(), on: places).outcome == .rolledBack)
    #expect(places.values == Self.before)
  }

  @Test(arguments: 0..<5) func aValueThatDoesNotReadBackIsAFailure(failing: Int) {
    let places = FakePlaces(Self.before, faults: [failing: .saves("77")])
    let report = run(five(), on: places)
    #expect(report.outcome == .rolledBack)
    #expect(places.values == Self.before)
    guard case .failed(let failure) = report.changes[failing].state else {
      Issue.record("not failed")
      return
    }
    #expect(failure.sentence.contains("it says \"77\""))
  }

  @Test func whatCannotBeTakenBackIsSaidAndTheRestIs() {
    // The third write fails, and so does the first one back.
    let places = FakePlaces(Self.before, faults: [2: .refuses(EIO), 3: .refuses(EIO)])
    let report = run(five(), on: places)
    #expect(report.outcome == .stuck)
    #expect(places.values == Self.before.merging(["b": "300"]) { $1 })
    #expect(report.changes[0].state == .takenBack)
    #expect(report.changes[1].state == .failed(ChangeFailure(.notNow, "refused", errno: EIO)))
  }

  @Test func aBlockedMemoryWriteIsInterruptedAndInForce() {
    let places = FakePlaces(Self.before, faults: [0: .blocksInForce])
    var changes = five()
    changes[0].steps[0].mayBlock = true
    let start = Now.monotonic
    let report = run(changes, on: places)
    #expect(Now.monotonic - start < 2)
    #expect(report.outcome == .applied)
    #expect(places.values["a"] == "300")
    #expect(report.notes.contains { $0.contains("still reclaiming") })
  }

  @Test func aBlockedWriteThatIsNotInForceIsAFailureWithinItsDeadline() {
    let places = FakePlaces(Self.before, faults: [1: .blocks])
    var changes = five()
    changes[1].steps[0].mayBlock = true
    let start = Now.monotonic
    #expect(run(changes, on: places).outcome == .rolledBack)
    #expect(Now.monotonic - start < 2)
    #expect(places.values == Self.before)
  }

  @Test func callingOffInterruptsTheWriteAndTakesAllBack() {
    let places = FakePlaces(Self.before, faults: [1: .blocksInForce])
    let flag = Flag()
    var seconds = 0.0
    let report = run(
      five(), on: places, patience: Patience(write: 60), isAbandoned: { flag.isSet },
      progress: { report in
        if case .writing(let passed) = report.changes[1].state, passed > 0 {
          seconds = passed
          flag.set()
        }
      })
    #expect(report.outcome == .rolledBack)
    #expect(report.changes[2].state == .notBegun)
    #expect(seconds > 0 && seconds < 5)
    #expect(places.values == Self.before)
  }

  @Test func beforeTheFirstWriteCallingOffWritesNothing() {
    let places = FakePlaces(Self.before)
    #expect(run(five(), on: places, isAbandoned: { true }).outcome == .rolledBack)
    #expect(places.writes == [])
  }

  // MARK: Memory, downwards

  private func squeeze() -> JournalChange {
    var change = change("memory.max", from: 4, to: 3)
    let slow = Step(
      place: FakePlaces.place("memory.high"), before: "max", after: "300", mayBlock: true)
    change.steps[0].before = "max"
    change.steps[0].preparation = .reclaim(to: 300)
    change.steps = [slow, change.steps[0], slow.reversed]
    return change
  }

  @Test func memoryIsSlowedReclaimedAndOnlyThenLimited() {
    let places = FakePlaces([
      "memory.high": "max", "memory.max": "max", "memory.current": "300",
      "memory.pressure": "some avg10=0.00 total=0\n",
    ])
    #expect(run([squeeze()], on: places).outcome == .applied)
    #expect(places.writes == ["memory.high=300", "memory.max=300", "memory.high=max"])
  }

  @Test func memoryThatCannotBeReclaimedIsNeverLimitedAndTheSlowingIsTakenBack() {
    let places = FakePlaces([
      "memory.high": "max", "memory.max": "max", "memory.current": "900", "memory.reclaim": "",
      "memory.pressure": "some avg10=0.00 total=0\n",
    ])
    let report = run([squeeze()], on: places)
    #expect(report.outcome == .rolledBack)
    #expect(!places.writes.contains("memory.max=300"))
    #expect(places.writes.contains { $0.hasPrefix("memory.reclaim=") })
    #expect(places.values["memory.high"] == "max")
  }

  @Test func memoryWhoseUseCannotBeReadIsNotLimited() {
    let places = FakePlaces(["memory.high": "max", "memory.max": "max", "memory.reclaim": ""])
    let report = run([squeeze()], on: places)
    #expect(report.outcome == .rolledBack)
    #expect(!places.writes.contains("memory.max=300"))
    #expect(places.values["memory.high"] == "max")
    guard case .failed(let failure) = report.changes[0].state else {
      Issue.record("not failed")
      return
    }
    #expect(failure.sentence.contains("What the job uses cannot be read"))
  }

  @Test func whyNothingIsReclaimedIsSaid() {
    let places = FakePlaces(
      [
        "memory.high": "max", "memory.max": "max", "memory.current": "900", "memory.reclaim": "",
      ], faults: [1: .refuses(EPERM)])
    guard case .failed(let failure) = run([squeeze()], on: places).changes[0].state else {
      Issue.record("not failed")
      return
    }
    #expect(failure.sentence.contains("it still uses 900 B"))
    #expect(failure.sentence.hasSuffix(" refused"))
  }

  @Test func whileTheJobSuffersNothingMoreIsReclaimed() {
    var pressure = MemoryPressure()
    #expect(pressure.share("some avg10=0 total=0\nfull avg10=0 total=0\n") == 0)
    usleep(20_000)
    #expect(pressure.share("some avg10=0 total=20000\nfull avg10=0 total=0\n") > 0.05)
    usleep(20_000)
    #expect(pressure.share("some avg10=0 total=20100\nfull avg10=0 total=0\n") < 0.05)
    #expect(pressure.share(nil) == 0)
  }
}

/// A flag that one thread sets and another reads.
final class Flag: Sendable {
  private let value = Mutex(false)
  var isSet: Bool { value.withLock { $0 } }
  func set() { value.withLock { $0 = true } }
}
