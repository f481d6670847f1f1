import Dashboard
import Drawing
import Model
import Planner
import Testing

/// From a draft to what was written: preview, apply, progress, outcome.
struct PreviewTests {
  private func previewed(columns: Int = 120, rows: Int = 40) -> Shown {
    var shown = Shown.controlled(columns: columns, rows: rows)
    shown.choose("train")
    shown.press("a", "+", .enter, "m", "+", .enter)
    shown.press("p")
    return shown
  }

  private func plan(_ shown: Shown) -> Plan { shown.state.preview?.plan ?? Plan(changes: []) }

  @Test("p asks for the exact writes and pins the jobs anew")
  func ask() {
    var shown = Shown.controlled()
    shown.choose("train")
    shown.press("a", "+", .enter)
    let requests = Shown.requests(shown.press("p"))
    #expect(requests.contains(.describe(plan(shown))))
    #expect(requests.contains { if case .inspect = $0 { true } else { false } })
  }

  @Test("without a draft p does nothing")
  func noDraft() {
    var shown = Shown.controlled()
    #expect(shown.press("p") == [])
    #expect(shown.state.preview == nil)
  }

  @Test("it shows old and new value, who gains, and the exact writes")
  func content() {
    var shown = previewed()
    shown.receive(.described(plan(shown), commands: plan(shown).changes.map(Reports.writes)))
    #expect(shown.text.contains("train gains"))
    #expect(shown.text.contains("cores 2 → "))
    #expect(shown.text.contains("memory 8 GiB → "))
    #expect(shown.text.contains("to /sys/fs/cgroup/loadline/train/cpu.max"))
  }

  @Test("writes that are described for another plan are not shown")
  func otherPlan() {
    var shown = previewed()
    shown.receive(.described(Plan(changes: []), commands: [["write secrets"]]))
    #expect(!shown.text.contains("write secrets"))
  }

  @Test("Esc goes back to the draft")
  func back() {
    var shown = previewed()
    shown.press(.escape)
    #expect(shown.drafted.count == 2)
    #expect(shown.state.preview == nil)
  }

  @Test("Enter applies the plan, and then each change says how far it is")
  func apply() {
    var shown = previewed()
    let plan = plan(shown)
    #expect(shown.press(.enter) == [.control(.apply(plan))])
    shown.receive(
      Reports.running(
        plan.changes, [.verified(actual: plan.changes[0].to), .writing(seconds: 2.6)]))
    #expect(shown.lines[0].contains("WRITING  1 of 2"))
    #expect(shown.text.contains("verified"))
    #expect(shown.text.contains("writing 3 s"))
    var later = Boxes.roomy()
    later.time = later.time.advanced(bySeconds: 2)
    shown.receive(later)
    #expect(shown.text.contains("writing 5 s"), "seconds go on between two reports")
  }

  @Test("what does not fit is not applied, and the reason is said")
  func refused() {
    var shown = Shown.controlled()
    shown.choose("train")
    shown.press("m")
    shown.type("1")
    shown.press(.enter, "p")
    #expect(Shown.requests(shown.press(.enter)).isEmpty)
    #expect(shown.state.preview?.stage == .checking)
    #expect(shown.lines[0].contains("does not fit"))
  }

  @Test("applied: the draft is gone, the outcome is said, and the journal is read")
  func applied() {
    var shown = previewed()
    let plan = plan(shown)
    shown.press(.enter)
    let effects = shown.receive(Reports.applied(plan.changes))
    #expect(effects == [.control(.readJournal(limit: 500))])
    #expect(shown.state.draft == nil)
    #expect(shown.text.contains("Applied: all 2 changes verified by reading back."))
    shown.press(.enter)
    #expect(shown.state.mode == .browsing)
    #expect(shown.state.preview == nil)
  }

  @Test("rolled back: the draft is kept, and what failed is said")
  func rolledBack() {
    var shown = previewed()
    let changes = plan(shown).changes
    shown.press(.enter)
    shown.receive(
      .transaction(
        Reports.report(
          changes, [.takenBack, .failed(ChangeFailure(.failed, "The kernel said EBUSY."))],
          .rolledBack)))
    #expect(shown.text.contains("Rolled back: everything is as before."))
    #expect(shown.text.contains("The kernel said EBUSY."))
    shown.press(.escape)
    #expect(shown.drafted.count == 2)
  }

  @Test("Esc abandons what has not begun, once")
  func abandon() {
    var shown = previewed()
    let changes = plan(shown).changes
    shown.press(.enter)
    shown.receive(Reports.running(changes, [.writing(seconds: 1), .waiting]))
    #expect(shown.press(.escape) == [.control(.abandon)])
    #expect(shown.press(.escape) == [])
    #expect(shown.lines[0].contains("ABANDONING"))
  }

  @Test("the views go on while changes are written; p shows them again")
  func meanwhile() {
    var shown = previewed()
    let changes = plan(shown).changes
    shown.press(.enter)
    shown.receive(Reports.running(changes, [.writing(seconds: 1), .waiting]))
    shown.press("1")
    #expect(shown.state.mode == .browsing)
    #expect(shown.lines[0].contains("WRITING 0 of 2"))
    shown.press("e")
    #expect(shown.text.contains("Changes are still being written"))
    shown.press("p")
    #expect(shown.state.mode == .previewing)
    shown.press("1")
    shown.receive(Reports.applied(changes))
    #expect(shown.text.contains("Applied: all 2 changes verified"))
    #expect(shown.state.draft == nil)
  }

  @Test("a request that is refused leaves the draft and says why")
  func refusedRequest() {
    var shown = previewed()
    shown.press(.enter)
    shown.receive(.refused("Another loadline is changing train: alice, for 3 s."))
    #expect(shown.state.preview?.stage == .checking)
    #expect(shown.text.contains("Another loadline is changing train"))
    #expect(shown.drafted.count == 2)
  }

  @Test("a late report does not bring an ended transaction back")
  func late() {
    var shown = previewed()
    let changes = plan(shown).changes
    shown.press(.enter)
    shown.receive(Reports.applied(changes))
    shown.receive(Reports.running(changes, [.writing(seconds: 1), .waiting]))
    #expect(shown.state.progress?.report.outcome == .applied)
  }

  @Test("events in any order leave a screen that can be drawn", arguments: 0..<6)
  func anyOrder(seed: Int) {
    var shown = previewed()
    let changes = plan(shown).changes
    let entry = Reports.entry("1", changes)
    let target = changes[0].target
    let events: [ControlEvent] = [
      .inspected(Controls.all(Boxes.roomy())), .inspected([:]),
      .described(plan(shown), commands: []),
      Reports.running(changes, [.waiting, .waiting]), Reports.applied(changes),
      .transaction(Reports.report([], [], .refused, notes: ["No."])),
      .transaction(Reports.report(changes, [.takenBack, .notBegun], .stuck)),
      .journal([]), .journal([entry]), .drift([]),
      .drift([
        Drift(
          transaction: entry.id, target: target, mine: .cores(.at(Cores(3))),
          theirs: .cores(.at(Cores(1))))
      ]),
      .refused("A sentence."),
      .adoption(AdoptionReport(target: target, stage: .moving, moved: 3)),
      .adoption(AdoptionReport(target: target, stage: .done(.cgroup(inode: 99)))),
    ]
    let keys: [Key] = [
      "p", .enter, .escape, "z", "Z", "R", "A", "1", "2", "6", "e", "+", .down, ">", .tab, "f", "q",
      .function(9), " ", "v", .right, .pageDown, "r", "x", .delete,
    ]
    var random = UInt64(seed &* 7919 &+ 3)
    for step in 0..<500 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = Int(random >> 33)
      if step % 3 == 0 {
        shown.receive(events[number % events.count])
      } else {
        shown.press(keys[number % keys.count])
      }
      if step % 40 == 0 { shown.receive(step % 80 == 0 ? Boxes.roomy() : Boxes.many(step % 5)) }
      if step % 60 == 0 { shown.resize(60 + step % 140, 15 + step % 40) }
    }
    #expect(shown.frame.canvas.size == shown.state.size)
  }
}

/// Taking back, and making again.
struct UndoTests {
  private func change(_ shown: Shown, _ name: String = "train") throws -> Change {
    let job = try #require(shown.job(name))
    return Change(
      target: Target(job.job), from: .cores(.at(Cores(1))), to: .cores(.at(Cores(2))))
  }

  @Test("z previews what will be written back, and Enter takes it back")
  func undo() throws {
    var shown = Shown.controlled()
    let change = try change(shown)
    #expect(shown.press("z") == [.control(.readJournal(limit: 500))])
    let entries = [
      Reports.entry("3", [change], outcome: .rolledBack), Reports.entry("2", [change]),
      Reports.entry("1", [change]),
    ]
    let back = Plan(changes: [
      Change(target: change.target, from: change.to, to: .cores(.at(Cores(1))))
    ])
    #expect(shown.receive(.journal(entries)) == [.control(.describe(back))])
    #expect(shown.lines[0].contains("UNDO preview"))
    #expect(shown.text.contains("cores 2 → 1"))
    #expect(shown.press(.enter) == [.control(.undo(TransactionID("2"), force: false))])
    shown.receive(Reports.applied(back.changes))
    #expect(shown.text.contains("Taken back: the change verified by reading back."))
  }

  @Test("what others changed since shows mine and theirs; it is kept unless f says otherwise")
  func drifted() throws {
    var shown = Shown.controlled()
    let change = try change(shown)
    shown.receive(
      .drift([
        Drift(
          transaction: TransactionID("1"), target: change.target, mine: change.to,
          theirs: .cores(.at(Cores(8))))
      ]))
    shown.press("z")
    shown.receive(.journal([Reports.entry("1", [change], drifted: [0])]))
    #expect(shown.text.contains("changed by others since: theirs is 8, taken back it is 1."))
    #expect(shown.text.contains("Theirs is kept"))
    shown.press("f")
    #expect(shown.text.contains("taken back all the same"))
    #expect(shown.press(.enter) == [.control(.undo(TransactionID("1"), force: true))])
  }

  private func adoption(_ id: String, of shown: Shown, as job: JobID?) -> JournalEntry {
    var entry = Reports.entry(id, [], kind: .adopt)
    entry.target = shown.job("notebook").map { Target($0.job) }
    entry.adopted = job
    return entry
  }

  @Test("z takes back an adoption where that is the newest act")
  func undoAdoption() throws {
    var shown = Shown.controlled()
    let older = Reports.entry("1", [try change(shown)])
    let job = try #require(shown.job("etl")).id
    shown.press("z")
    shown.receive(.journal([adoption("2", of: shown, as: job), older]))
    #expect(shown.lines[0].contains("adoption of notebook, nothing is moved yet"))
    #expect(shown.text.contains("The processes of notebook go back to the groups they came from"))
    #expect(shown.press(.enter) == [.control(.undo(TransactionID("2"), force: false))])
    shown.receive(
      .transaction(
        Reports.report([], [], .applied, notes: ["3 processes of notebook are where they were."])))
    #expect(shown.lines[0].contains("DONE"))
    #expect(shown.text.contains("3 processes of notebook are where they were."))
  }

  @Test("z passes over an adoption that cannot be taken back from here")
  func undoPastAdoption() throws {
    var shown = Shown.controlled()
    let older = Reports.entry("1", [try change(shown)])
    shown.press("z")
    shown.receive(.journal([adoption("2", of: shown, as: nil), older]))
    #expect(shown.press(.enter) == [.control(.undo(TransactionID("1"), force: false))])
  }

  @Test("with an empty journal there is nothing to undo")
  func nothing() {
    var shown = Shown.controlled()
    shown.press("z")
    shown.receive(.journal([]))
    #expect(shown.state.mode == .browsing)
    #expect(shown.text.contains("nothing to undo"))
  }

  @Test("Z makes again what was undone last")
  func redo() throws {
    var shown = Shown.controlled()
    let change = try change(shown)
    let undone = Change(target: change.target, from: change.to, to: .cores(.at(Cores(1))))
    shown.press("Z")
    shown.receive(
      .journal([
        Reports.entry("2", [undone], kind: .undo(of: TransactionID("1"))),
        Reports.entry("1", [change], outcome: .undone),
      ]))
    #expect(shown.text.contains("cores 1 → 2"))
    #expect(shown.press(.enter) == [.control(.redo)])
  }

  @Test("R asks, and the first answer changes nothing")
  func all() {
    var shown = Shown.controlled()
    #expect(shown.press("R", .enter) == [])
    #expect(shown.press("R", .down, .enter) == [.control(.undoAll)])
    #expect(shown.state.preview?.stage == .running)
  }

  @Test("taking back everything shows all transactions as one")
  func several() throws {
    var shown = Shown.controlled()
    shown.press("R", .down, .enter)
    shown.receive(Reports.applied([try change(shown, "train")]))
    shown.receive(Reports.applied([try change(shown, "etl")]))
    #expect(shown.text.contains("Taken back: all 2 changes verified by reading back."))
    #expect(shown.text.contains("1 train: cores"))
    #expect(shown.text.contains("2 etl: cores"))
  }

  @Test("an undo of an undo is not made again, and jobs that are gone come last")
  func candidates() throws {
    var shown = Shown.controlled()
    let change = try change(shown)
    var gone = change
    gone.target.id = .cgroup(inode: 1)
    shown.press("z")
    shown.receive(.journal([Reports.entry("5", [gone]), Reports.entry("4", [change])]))
    #expect(shown.text.contains("Transaction 4."))
    shown.press(.escape, "Z")
    shown.receive(
      .journal([
        Reports.entry("3", [change], kind: .undo(of: TransactionID("2"))),
        Reports.entry("2", [change], kind: .undo(of: TransactionID("1")), outcome: .undone),
        Reports.entry("1", [change]),
      ]))
    #expect(shown.text.contains("nothing to redo"))
  }

  @Test("what was called off before it began is answered, and can be left with its draft")
  func calledOff() throws {
    var shown = Shown.controlled()
    shown.choose("train")
    shown.press("a", "+", .enter, "p", .enter, .escape)
    #expect(shown.press(.escape) == [])
    let notes = ["It was called off before it began."]
    shown.receive(
      .transaction(Reports.report(shown.drafted, [.notBegun], .refused, notes: notes)))
    #expect(shown.text.contains("It was called off before it began."))
    shown.press(.escape)
    #expect(shown.state.mode == .browsing)
    #expect(shown.drafted.count == 1)
  }

  @Test("what a signal did is said in its own words")
  func signalled() {
    var shown = Shown.controlled()
    shown.receive(
      .transaction(Reports.report([], [], .applied, notes: ["Signal 15 went to 3 processes."])))
    #expect(shown.text.contains("Signal 15 went to 3 processes."))
    #expect(!shown.text.contains("Applied"))
  }

  @Test("A asks with what it means, and says how far it is and what stayed")
  func adopt() throws {
    var shown = Shown.controlled()
    shown.choose("notebook")
    let job = try #require(shown.job("notebook"))
    shown.press("A")
    #expect(shown.text.contains("Memory it holds already stays charged where it is"))
    #expect(shown.text.contains("whose limits stop holding for it"))
    #expect(shown.text.contains("a scope of system.slice"))
    #expect(shown.press(.down, .enter) == [.control(.adopt(Target(job.job), name: nil))])
    shown.receive(.adoption(AdoptionReport(target: Target(job.job), stage: .moving, moved: 12)))
    #expect(shown.text.contains("moving: 12 processes so far"))
    shown.receive(
      .adoption(
        AdoptionReport(
          target: Target(job.job), stage: .done(.cgroup(inode: 77)), moved: 14,
          left: [.init(pid: 812, name: SafeText("bash"), reason: "it is the shell itself")],
          notes: ["dave has no lingering: the job ends about 10 s after the last logout."])))
    #expect(shown.text.contains("stayed: 812 bash, it is the shell itself"))
    #expect(shown.text.contains("has no lingering"))
    #expect(shown.state.jobs.selected == .cgroup(inode: 77))
    shown.press(.escape)
    #expect(shown.state.mode == .browsing)
  }

  @Test("a job with a cgroup of its own is not adopted")
  func adopted() {
    var shown = Shown.controlled()
    shown.choose("train")
    shown.press("A")
    #expect(shown.text.contains("train has a cgroup of its own already"))
  }

  @Test("F9 offers signals with Cancel first")
  func signal() throws {
    var shown = Shown.controlled()
    shown.choose("train")
    let target = Target(try #require(shown.job("train")).job)
    #expect(shown.press(.function(9), .enter) == [])
    #expect(shown.press(.function(9), .down, .enter) == [.control(.signal(target, number: 15))])
    #expect(shown.press(.function(9), .up, .enter) == [.control(.signal(target, number: 9))])
  }

  @Test("freezing is a change like any other: drafted, previewed, then applied")
  func freeze() {
    var shown = Shown.controlled()
    shown.choose("train")
    shown.press(.function(3))
    #expect(shown.state.mode == .previewing)
    #expect(shown.text.contains("train stands still"))
    #expect(shown.drafted.map(\.to) == [.frozen(true)])
  }
}

/// A read-only dashboard changes nothing and says how to change that.
struct ReadOnlyTests {
  private let settings = DashboardSettings(isReadOnly: true)

  @Test(
    "every key that changes jobs says that it is read-only",
    arguments: ["e", "a", "m", "w", "i", ">", "z", "Z", "R", "A", .function(9), .function(3)]
      as [Key])
  func keys(key: Key) {
    var shown = Shown.controlled(settings: settings)
    shown.choose("train")
    #expect(shown.press(key) == [])
    #expect(
      shown.text.contains("This dashboard is read-only: --read-only or the configuration says so."))
    #expect(shown.state.mode == .browsing)
    #expect(shown.state.draft == nil)
  }

  @Test("the bottom bar does not offer them")
  func bar() {
    let shown = Shown.controlled(columns: 200, rows: 60, settings: settings)
    #expect(!shown.lines[59].contains("e edit"))
    #expect(!shown.lines[59].contains("z undo"))
    #expect(Shown.controlled(columns: 200, rows: 60).lines[59].contains("e edit"))
  }
}
