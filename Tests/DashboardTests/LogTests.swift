import Dashboard
import Drawing
import Model
import Testing

/// The log: what was changed, and what can be done about it.
struct LogTests {
  private func change(_ shown: Shown, _ name: String) throws -> Change {
    let job = try #require(shown.job(name))
    return Change(
      target: Target(job.job), from: .cores(.at(Cores(1))), to: .cores(.at(Cores(2))))
  }

  private func log(_ outcomes: [JournalEntry.Outcome]) throws -> Shown {
    var shown = Shown.controlled(columns: 100, rows: 30)
    shown.press("6")
    let change = try change(shown, "train")
    shown.receive(
      .journal(
        outcomes.enumerated().map { index, outcome in
          Reports.entry("\(90 - index)", [change], outcome: outcome, secondsAgo: Double(index) * 60)
        }))
    return shown
  }

  @Test("the log is read when it is shown")
  func read() {
    var shown = Shown.controlled()
    #expect(shown.press("6") == [.control(.readJournal(limit: 500))])
    #expect(shown.text.contains("reading the journal"))
    shown.receive(.journal([]))
    #expect(shown.text.contains("Nothing was changed from here yet."))
  }

  @Test("an entry says when, who, what and how it ended")
  func row() throws {
    let shown = try log([.applied])
    #expect(shown.text.contains("Fri 14:03:21"))
    #expect(shown.text.contains("root"))
    #expect(shown.text.contains("train cores 1 → 2"))
    #expect(shown.text.contains("applied"))
  }

  @Test("Enter opens an entry with its exact writes, y copies them, Esc goes back")
  func entry() throws {
    var shown = try log([.applied, .applied])
    shown.press(.down, .enter)
    #expect(shown.text.contains("transaction 89"))
    let write = "write 200000 100000 to /sys/fs/cgroup/loadline/train/cpu.max"
    #expect(shown.text.contains(write))
    #expect(shown.press("y") == [.copy(write)])
    shown.press(.escape)
    #expect(shown.state.log.opened == nil)
    #expect(shown.press("y") == [.copy(write)])
  }

  @Test("z on an entry undoes that one")
  func undo() throws {
    var shown = try log([.applied, .applied])
    shown.press(.down)
    #expect(Shown.requests(shown.press("z")).count == 1)
    #expect(shown.text.contains("Transaction 89."))
    #expect(shown.press(.enter) == [.control(.undo(TransactionID("89"), force: false))])
  }

  @Test(
    "what cannot be undone says why",
    arguments: [
      (.rolledBack, "It was rolled back"), (.undone, "It is undone already"),
      (.unfinished, "r takes back what it left"),
    ] as [(JournalEntry.Outcome, String)])
  func notUndone(outcome: JournalEntry.Outcome, words: String) throws {
    var shown = try log([outcome])
    #expect(shown.press("z") == [])
    #expect(shown.text.contains(words))
  }

  @Test("an unfinished entry is recovered after a question")
  func recover() throws {
    var shown = try log([.unfinished])
    #expect(shown.press("r", .enter) == [])
    #expect(shown.press("r", .down, .enter) == [.control(.recover(TransactionID("90")))])
    shown.receive(
      .transaction(Reports.report([try change(shown, "train")], [.takenBack], .rolledBack)))
    #expect(shown.text.contains("Recovered: everything is as before."))
    #expect(shown.lines[0].contains("DONE"))
  }

  @Test("what a process that died has left is offered for recovery once, on any view")
  func offer() throws {
    var shown = Shown.controlled()
    #expect(shown.state.start() == [.control(.readJournal(limit: 500))])
    let entries = [Reports.entry("7", [try change(shown, "train")], outcome: .unfinished)]
    shown.receive(.journal(entries))
    #expect(shown.text.contains("was left unfinished by a process that ended. 6 shows it"))
    shown.press(.down)
    shown.receive(.journal(entries))
    #expect(!shown.text.contains("was left unfinished"))
  }

  @Test("an adoption that was killed midway is offered with what recovering it does")
  func offerAdoption() throws {
    var shown = Shown.controlled()
    var entry = Reports.entry("7", [], kind: .adopt, outcome: .unfinished)
    entry.target = shown.job("notebook").map { Target($0.job) }
    entry.notes = ["2 processes have moved and 3 have not."]
    shown.receive(.journal([entry]))
    #expect(shown.text.contains("Adopting notebook at"))
    #expect(shown.text.contains("2 processes have moved and 3 have"))
    shown.press("6", "r")
    #expect(shown.text.contains("2 processes have moved and 3 have not."))
    #expect(shown.press(.down, .enter) == [.control(.recover(TransactionID("7")))])
    shown.receive(
      .transaction(Reports.report([], [], .applied, notes: ["All had moved: it is complete."])))
    #expect(shown.lines[0].contains("DONE"))
    #expect(shown.text.contains("All had moved: it is complete."))
  }

  @Test("a value that others changed is marked in the log and on the job's row, with its word")
  func drift() throws {
    var shown = Shown.controlled(columns: 160, rows: 40)
    let change = try change(shown, "etl")
    shown.receive(
      .drift([
        Drift(
          transaction: TransactionID("1"), target: change.target, mine: change.to,
          theirs: .cores(.at(Cores(7))))
      ]))
    #expect(shown.text.contains("≠ changed by others"))
    shown.choose("etl")
    #expect(shown.text.contains("changed by others: cores is 7 now, loadline wrote 2."))
    shown.receive(.drift([]))
    #expect(!shown.text.contains("changed by others"))
    shown.press("6")
    shown.receive(.journal([Reports.entry("1", [change], drifted: [0])]))
    #expect(shown.text.contains("applied ≠ changed by others"))
  }

  @Test("the selected entry keeps the selection when newer ones arrive")
  func selection() throws {
    var shown = try log([.applied, .rolledBack])
    shown.press(.down)
    let change = try change(shown, "train")
    shown.receive(
      .journal(
        ["91", "90", "89"].map { Reports.entry($0, [change]) }))
    #expect(shown.state.log.selected == TransactionID("89"))
  }

  @Test("five hundred entries page to the end")
  func paging() throws {
    var shown = try log(Array(repeating: .applied, count: 500))
    shown.press("G")
    #expect(shown.state.log.selectedRow == 499)
    #expect(shown.lines.contains { $0.hasPrefix("▶") })
    shown.press("g", .pageDown)
    #expect((shown.state.log.selectedRow ?? 0) > 10)
  }
}
