import CLinux
import Glibc
import Host
import Model
import Synchronization
import Testing

@testable import Control

/// A journal is kept short, and what can still be undone or recovered is in it all the same.
@Suite struct JournalLengthTests {
  private let tree = TemporaryTree()

  private func file(most: Int, boot: String = "now") -> JournalFile {
    var file = JournalFile(directory: tree.path + "/j", boot: boot)
    file.most = most
    return file
  }

  private func intent(
    _ id: String, _ kind: JournalEntry.Kind = .apply, boot: String = "now"
  ) -> JournalLine {
    let target = Target(
      id: .cgroup(inode: 1), name: SafeText("a"), owner: SafeText("root"), source: .run)
    let step = Step(
      place: .file(directory: "/c", inode: 1, name: "cpu.weight"), before: "100", after: "50")
    return .intent(
      JournalIntent(
        id: TransactionID(id), time: 1, boot: boot, user: 0,
        process: ProcessIdentity(pid: 7, start: 9), kind: kind,
        changes: [
          JournalChange(
            change: Change(target: target, from: .weight(100), to: .weight(50)),
            backend: .cgroup2, steps: [step])
        ]))
  }

  private func outcome(
    _ id: String, _ outcome: TransactionReport.Outcome = .applied
  ) -> JournalLine {
    .outcome(JournalOutcome(id: TransactionID(id), time: 2, outcome: outcome))
  }

  private func undo(_ id: String) -> JournalEntry.Kind { .undo(of: TransactionID(id)) }

  private func bytes(_ lines: [JournalLine]) -> [UInt8] {
    lines.flatMap { Array($0.text.utf8) + [UInt8(ascii: "\n")] }
  }

  private func kept(_ lines: [JournalLine], most: Int) -> [JournalLine] {
    JournalFile.lines(of: JournalKept(lines: bytes(lines), boot: "now", most: most).bytes)
  }

  private func acts(_ numbers: Range<Int>, boot: String = "now") -> [JournalLine] {
    numbers.flatMap { [intent("n\($0)", boot: boot), outcome("n\($0)")] }
  }

  @Test func withRoomForAllEverythingOfThisBootThatStandsIsKept() {
    let lines = acts(0..<300)
    #expect(kept(lines, most: .max) == lines)
  }

  @Test func ofEarlierBootsOnlyTheNewestAreKept() {
    let lines = acts(0..<300, boot: "before")
    #expect(kept(lines, most: .max) == Array(lines.suffix(400)))
  }

  @Test func whatIsUnfinishedOrStuckIsKeptBeforeEverythingElse() {
    let open = [intent("open"), intent("stuck"), outcome("stuck", .stuck)]
    let lines = open + acts(0..<300)
    let some = kept(lines, most: bytes(open).count + bytes(acts(0..<10)).count)
    #expect(Array(some.prefix(3)) == open)
    #expect(some.last == outcome("n299"))
    #expect(some.count < 30)
  }

  @Test func anUndoIsKeptWithWhatItTookBackOrNotAtAll() {
    let old = [
      intent("a"), outcome("a"), intent("b", undo("a")), outcome("b"), intent("c", undo("b")),
      outcome("c"), intent("d", undo("c")), outcome("d"),
    ]
    let lines = old + acts(0..<300, boot: "before")
    for most in stride(from: 0, to: bytes(lines).count, by: 9001) {
      let ids = Set(kept(lines, most: most).map(\.id.description)).intersection([
        "a", "b", "c", "d",
      ])
      #expect(ids.isEmpty || ids.count == 4)
    }
    #expect(
      JournalHistory(kept(lines, most: .max)).candidates.allSatisfy { $0.intent.boot != "now" })
  }

  @Test func itIsReplacedAtTheEndOfAnActAndWhoReadsTheOldOneReadsOn() throws {
    let file = file(most: 40_000)
    while (file.stamp?.size ?? 0) < 40_000 { try file.append(acts(0..<20, boot: "before")) }
    let before = try #require(file.stamp)
    let reader = open(file.path, O_RDONLY)
    defer { close(reader) }
    // In the middle of a change it is left as it is.
    try file.append([intent("last")])
    #expect(file.stamp?.inode == before.inode)
    try file.append([outcome("last")])
    let after = try #require(file.stamp)
    #expect(after.inode != before.inode)
    #expect(after.size <= 20_000)
    #expect(Files.status(file.path)?.st_mode == S_IFREG | 0o600)
    #expect(Files.names(in: file.directory) == ["journal.jsonl"])
    var old = stat()
    #expect(fstat(reader, &old) == 0 && old.st_size >= 40_000)
    let lines = try file.lines()
    #expect(lines.suffix(2) == [intent("last"), outcome("last")])
  }

  @Test func nothingIsLostWhereManyAddToItWhileItIsReplaced() throws {
    let file = file(most: 20_000)
    let failures = Mutex<[String]>([])
    let left = Mutex(8)
    for writer in 0..<8 {
      let started = DetachedThread.start(name: "writer") {
        for number in 0..<40 {
          let id = "w\(writer)-\(number)"
          do throws(ChangeFailure) {
            try file.append([self.intent(id)])
            try file.append([self.outcome(id, .rolledBack)])
          } catch {
            failures.withLock { $0.append(error.sentence) }
          }
        }
        do throws(ChangeFailure) { try file.append([self.intent("open\(writer)")]) } catch {
          failures.withLock { $0.append(error.sentence) }
        }
        left.withLock { $0 -= 1 }
      }
      #expect(started)
    }
    while left.withLock({ $0 }) > 0 {
      _ = try file.lines()
      usleep(1000)
    }
    #expect(failures.withLock { $0 } == [])
    // What is unfinished is never left out, however often the file was replaced since.
    let history = JournalHistory(try file.lines())
    for writer in 0..<8 { #expect(history[TransactionID("open\(writer)")] != nil) }
    #expect(history.transactions.count { $0.outcome == nil } == 8)
    #expect((file.stamp?.size ?? 0) < 30_000)
  }

  @Test func whatAKilledReplacementLeftIsInNobodysWay() throws {
    let file = file(most: 20_000)
    try file.append([outcome("a")])
    tree.write("half", to: "j/journal.jsonl.new", mode: 0o600)
    while (file.stamp?.size ?? 0) < 20_000 { try file.append(acts(0..<5, boot: "before")) }
    try file.append([intent("last"), outcome("last")])
    #expect(Files.names(in: file.directory) == ["journal.jsonl"])
    #expect(try file.lines().suffix(2) == [intent("last"), outcome("last")])
  }

  @Test func whereItCannotBeReplacedItGrows() throws {
    let file = file(most: 4000)
    try file.append(acts(0..<10))
    tree.makeDirectory("j/journal.jsonl.new")
    try file.append([intent("last"), outcome("last")])
    #expect(try file.lines().count == 22)
  }
}
