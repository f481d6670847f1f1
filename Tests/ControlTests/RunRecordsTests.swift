import CLinux
import Glibc
import Model
import Testing

@testable import Control

@Suite struct RunRecordsTests {
  private let tree = TemporaryTree()

  private var me: RunRecord {
    get throws {
      let pid = getpid()
      let start = try #require(Processes.start(pid: pid, proc: "/proc"))
      return RunRecord(
        name: RunName(command: "me"), uid: geteuid(), pid: pid, start: start, time: 1)
    }
  }

  private func system(_ directories: [String]) -> LaunchSystem {
    LaunchSystem(
      proc: "/proc", sys: "/sys", linger: "/nonexistent", userRuntime: "/nonexistent",
      records: directories, lock: "/nonexistent", uid: geteuid(), path: nil, runtimeDirectory: nil)
  }

  private func write(_ record: RunRecord, to file: String) throws {
    tree.write(String(decoding: try #require(record.encoded()), as: UTF8.self), to: file)
  }

  @Test func whatWasWrittenIsFoundWhileItsProcessLives() throws {
    let directory = try RecordDirectory(in: system([tree.path + "/records"]))
    let record = try me
    try directory.write(record, try #require(record.encoded()))
    #expect(RunRecords.alive(in: directory.path) == [record])
    #expect(Files.names(in: directory.path) == ["\(record.pid)-\(record.start)"])
    #expect(Files.status(directory.path)?.st_mode == S_IFDIR | 0o700)
  }

  @Test func aPidUsedAgainIsAnotherProcess() throws {
    var record = try me
    record.start += 1
    try write(record, to: "\(record.pid)-\(record.start)")
    #expect(RunRecords.alive(in: tree.path) == [])
  }

  @Test func aFileAboutAnotherProcessThanItsNameSaysIsPassedOver() throws {
    var record = try me
    let file = "\(record.pid)-\(record.start)"
    record.pid += 1
    try write(record, to: file)
    #expect(RunRecords.alive(in: tree.path) == [])
  }

  @Test func linksAndEndlessFilesArePassedOver() throws {
    let record = try me
    let file = "\(record.pid)-\(record.start)"
    try write(record, to: "elsewhere/real")
    tree.link("links/\(file)", to: "../elsewhere/real")
    #expect(RunRecords.alive(in: tree.path + "/links") == [])
    tree.link("directory", to: "links")
    #expect(RunRecords.alive(in: tree.path + "/directory") == [])
    tree.makeDirectory("pipes")
    mkfifo("\(tree.path)/pipes/\(file)", 0o600)
    #expect(RunRecords.alive(in: tree.path + "/pipes") == [])
    tree.write(String(repeating: "x", count: 5000), to: "long/\(file)")
    #expect(RunRecords.alive(in: tree.path + "/long") == [])
  }

  @Test func recordsOfEndedProcessesAreSweptAndNothingElse() throws {
    let record = try me
    try write(record, to: "\(record.pid)-\(record.start)")
    try write(record, to: "\(record.pid)-\(record.start + 1)")
    tree.write("half a record", to: ".new-2147483647")
    tree.write("half a record", to: ".new-\(record.pid)")
    tree.write("", to: "notes.txt")
    RunRecords.removeStale(in: tree.path, uid: geteuid(), proc: "/proc")
    #expect(
      Files.names(in: tree.path)
        == [".new-\(record.pid)", "\(record.pid)-\(record.start)", "notes.txt"])
  }

  @Test func theDirectoryOfTheLastSweptRecordGoesWithIt() throws {
    let record = try me
    try write(record, to: "records/\(record.pid)-\(record.start + 1)")
    RunRecords.removeStale(in: tree.path + "/records", uid: geteuid(), proc: "/proc")
    #expect(!Files.exists(tree.path + "/records"))
  }

  @Test func aDirectoryThatIsALinkIsRefusedAndTheNextIsTaken() throws {
    tree.makeDirectory("target")
    tree.link("link", to: "target")
    #expect(
      throws: LaunchError(
        "\(tree.path)/link is not a directory of yours; remove it, or have it removed.")
    ) {
      try RecordDirectory(in: system([tree.path + "/link"]))
    }
    let next = try RecordDirectory(in: system([tree.path + "/link", tree.path + "/next"]))
    #expect(next.path == tree.path + "/next")
  }
}
