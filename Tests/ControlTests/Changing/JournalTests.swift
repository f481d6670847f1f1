import CLinux
import Glibc
import JSON
import Model
import Testing

@testable import Control

@Suite struct JournalTests {
  private let tree = TemporaryTree()
  private var file: JournalFile { JournalFile(directory: tree.path + "/state/loadline") }

  private let target = Target(
    id: .cgroup(inode: 18_446_744_073_709_551_615), name: SafeText("a\"b"),
    owner: SafeText("root"), source: .run, cgroup: "/loadline/a\"b")

  private func intent(_ id: String, kind: JournalEntry.Kind = .apply) -> JournalIntent {
    let files = [
      Step(
        place: .file(directory: "/c/a\"b", inode: .max, name: "cpu.max"), before: "max 100000",
        after: "50000 100000"),
      Step(
        place: .file(directory: "/c", inode: 1, name: "cpuset.cpus"), before: "", after: "0-1",
        expected: .effective(file: "cpuset.cpus.effective", value: "0-1")),
      Step(
        place: .file(directory: "/c", inode: 1, name: "memory.max"), before: "max", after: "4096",
        expected: .number(tolerance: 4096), mayBlock: true),
      Step(
        place: .property(unit: "u.scope", name: "CPUQuota", user: 1000), before: "", after: "5%"),
      Step(
        place: .threads(of: [ProcessIdentity(pid: 7, start: .max)], attribute: .nice), before: "0",
        after: "5"),
    ]
    return JournalIntent(
      id: TransactionID(id), time: 1_800_000_000.125, boot: "boot", user: 0,
      process: ProcessIdentity(pid: 7, start: 9), kind: kind,
      changes: [
        JournalChange(
          change: Change(
            target: target, from: .cores(.unlimited), to: .cores(.at(Cores(0.1)))),
          backend: .cgroup2, steps: files)
      ], target: target)
  }

  private func outcome(
    _ id: String, _ outcome: TransactionReport.Outcome = .applied
  ) -> JournalOutcome {
    JournalOutcome(id: TransactionID(id), time: 2, outcome: outcome, notes: ["a note"])
  }

  @Test func whatIsAppendedIsReadBackExactly() throws {
    let lines: [JournalLine] = [
      .intent(intent("a", kind: .undo(of: TransactionID("z")))), .outcome(outcome("a")),
      .intent(intent("b", kind: .signal(9))), .intent(intent("c", kind: .adopt)),
      .adoption(JournalAdoption(id: TransactionID("c"), undo: "adopted c - -\n7 2 /a /b")),
    ]
    try file.append([lines[0]])
    try file.append(Array(lines[1...]))
    #expect(try file.lines() == lines)
  }

  @Test func onlyTheUserMayReadIt() throws {
    try file.append([.outcome(outcome("a"))])
    #expect(Files.status(file.path)?.st_mode == S_IFREG | 0o600)
    #expect(Files.status(file.directory)?.st_mode == S_IFDIR | 0o700)
  }

  @Test func cutAtAnyByteItSaysWhatIsCertain() {
    let first = Array(JournalLine.intent(intent("a")).text.utf8) + [UInt8(ascii: "\n")]
    let second = Array(JournalLine.outcome(outcome("a")).text.utf8) + [UInt8(ascii: "\n")]
    for length in 0...(first.count + second.count) {
      let history = JournalHistory(JournalFile.lines(of: Array((first + second)[..<length])))
      let seen = history.transactions.map { $0.entry(isUndone: false).outcome }
      if length < first.count - 1 {
        #expect(seen == [])
      } else if length < first.count + second.count - 1 {
        #expect(seen == [.unfinished])
      } else {
        #expect(seen == [.applied])
      }
    }
  }

  @Test func whatIsAddedAfterACutIsALineOfItsOwn() throws {
    let whole = Array(JournalLine.outcome(outcome("a")).text.utf8)
    for length in 0..<whole.count {
      let tree = TemporaryTree()
      tree.makeDirectory("j")
      tree.write(
        String(decoding: whole[..<length], as: UTF8.self), to: "j/journal.jsonl", mode: 0o600)
      let file = JournalFile(directory: tree.path + "/j")
      try file.append([.intent(intent("b"))])
      #expect(try file.lines() == [.intent(intent("b"))])
    }
  }

  @Test func eachAppendIsOneSync() throws {
    nonisolated(unsafe) var count = 0
    let file = JournalFile(directory: tree.path + "/j") { _ in
      count += 1
      return 0
    }
    try file.append([.intent(intent("a")), .outcome(outcome("a"))])
    #expect(count == 1)
  }

  @Test func whatCannotBeSyncedIsAFailure() {
    let file = JournalFile(directory: tree.path + "/j") { _ in -1 }
    #expect(throws: ChangeFailure.self) { try file.append([.outcome(outcome("a"))]) }
  }

  // MARK: Whom it belongs to

  private func refusal(_ body: () throws(ChangeFailure) -> Void) -> String? {
    do throws(ChangeFailure) {
      try body()
      return nil
    } catch {
      return error.sentence
    }
  }

  @Test func aDirectoryThatIsALinkIsRefused() {
    tree.makeDirectory("real")
    tree.link("link", to: "real")
    let file = JournalFile(directory: tree.path + "/link")
    let said = refusal { () throws(ChangeFailure) in try file.append([.outcome(outcome("a"))]) }
    #expect(said?.contains("is no directory but a link") == true)
    #expect(refusal { () throws(ChangeFailure) in _ = try file.lines() } == said)
    #expect(Files.names(in: tree.path + "/real") == [])
  }

  @Test(arguments: [0o770, 0o707] as [mode_t]) func aDirectoryThatOthersMayWriteIsRefused(
    mode: mode_t
  ) {
    tree.makeDirectory("open")
    chmod(tree.path + "/open", mode)
    let file = JournalFile(directory: tree.path + "/open")
    let said = refusal { () throws(ChangeFailure) in try file.append([.outcome(outcome("a"))]) }
    #expect(said?.contains("may be written by others") == true)
  }

  @Test(.enabled(if: geteuid() == 0)) func aDirectoryOfSomebodyElseIsRefused() {
    tree.makeDirectory("theirs")
    chown(tree.path + "/theirs", 1001, 1001)
    let file = JournalFile(directory: tree.path + "/theirs")
    let said = refusal { () throws(ChangeFailure) in try file.append([.outcome(outcome("a"))]) }
    #expect(said?.contains("belongs to somebody else") == true)
  }

  @Test func aFileThatIsALinkOrHasTwoNamesOrIsAPipeIsRefused() {
    let made: [(String) -> Void] = [
      { _ = symlink("/etc/passwd", $0) }, { _ = mkfifo($0, 0o600) },
      {
        close(open($0 + ".other", O_CREAT | O_WRONLY, 0o600))
        link($0 + ".other", $0)
      },
    ]
    for (index, make) in made.enumerated() {
      tree.makeDirectory("d\(index)")
      chmod("\(tree.path)/d\(index)", 0o700)
      let file = JournalFile(directory: "\(tree.path)/d\(index)")
      make(file.path)
      let said = refusal { () throws(ChangeFailure) in try file.append([.outcome(outcome("a"))]) }
      #expect(said != nil)
      #expect(refusal { () throws(ChangeFailure) in _ = try file.lines() } != nil)
    }
  }

  @Test func rootKeepsItInVarAndOthersInTheirStateDirectory() {
    func directory(_ uid: UInt32, _ state: String?, _ home: String?) -> String? {
      JournalFile.directory(uid: uid, stateHome: state, home: home)
    }
    #expect(directory(0, "/s", "/root") == "/var/lib/loadline")
    #expect(directory(1000, "/s", "/home/u") == "/s/loadline")
    #expect(directory(1000, "relative", "/home/u") == "/home/u/.local/state/loadline")
    #expect(directory(1000, nil, nil) == nil)
  }

  // MARK: What stands

  private func history(_ lines: [(String, JournalEntry.Kind)]) -> JournalHistory {
    JournalHistory(lines.flatMap { [.intent(intent($0, kind: $1)), .outcome(outcome($0))] })
  }

  @Test func anUndoTakesBackAndItsUndoStandsAgain() {
    let undo = JournalEntry.Kind.undo
    let once = history([("a", .apply), ("b", .apply), ("u", undo(TransactionID("b")))])
    #expect(once.candidates.map(\.intent.id.description) == ["a"])
    #expect(once.undos.map(\.intent.id.description) == ["u"])
    let twice = history([
      ("a", .apply), ("u", undo(TransactionID("a"))), ("r", undo(TransactionID("u"))),
    ])
    #expect(twice.candidates.map(\.intent.id.description) == ["a"])
    #expect(twice.undos.isEmpty)
  }

  @Test(arguments: [
    KnobValue.cores(.unlimited), .cores(.at(Cores(0.1 + 0.2))), .cpus(CPUSet([0, 2, 3])),
    .cpus(CPUSet()), .weight(33), .burst(0.0125), .memory(.at(.gibi(3))), .memoryHigh(.unlimited),
    .read(.at(ByteRate(1.5e9))), .write(.unlimited), .pids(.at(9)), .frozen(true), .frozen(false),
    .nice(-20), .ioPriority(.none), .ioPriority(.idle), .ioPriority(.bestEffort(7)),
    .ioPriority(.realTime(0)), .power(Watts(612.345)),
  ])
  func everyValueSurvivesBeingWritten(value: KnobValue) {
    #expect(KnobText.value(of: value.knob, KnobText.text(value)) == value)
  }
}
