import Model
import Testing

@Suite struct RunRecordTests {
  static let plain = "loadline-run 1\nname=a\nuid=0\npid=1\nstart=2\ntime=3\n"

  private func decoded(_ text: String) -> RunRecord? { RunRecord(decoding: Array(text.utf8)) }

  @Test func comesBackAsItWasWritten() throws {
    var record = RunRecord(
      name: try #require(RunName("train.v2")), uid: 1000, pid: 4711, start: 99_321, time: 1_700_000)
    record.limits = RunLimits(
      cores: Cores(2.35), memory: .gibi(16), memoryHigh: .gibi(15), weight: 300,
      cpus: CPUSet([0, 1, 2, 8]), read: ByteRate(5e8), write: ByteRate(1),
      gpus: [SafeText("0"), SafeText("GPU-8f2c")])
    record.swap = true
    record.tags = ["team": SafeText("vision = best"), "n": .empty]
    record.unenforced = [.memory, .write]
    record.pinned = CPUSet([3])
    let bytes = try #require(record.encoded())
    #expect(RunRecord(decoding: bytes) == record)
  }

  @Test func keysOfLaterVersionsArePassedOver() {
    #expect(decoded(Self.plain + "colour=blue\n") == decoded(Self.plain))
    #expect(decoded(Self.plain) != nil)
  }

  @Test(arguments: [
    "", "loadline-run 2\nname=a\nuid=0\npid=1\nstart=2\ntime=3\n", "name=a\nuid=0\npid=1\n",
    "loadline-run 1\nname=a\n", plain + "name=b\n", plain + "no equals sign\n",
    plain + "cores=0\n", plain + "cores=-1\n", plain + "cores=nan\n", plain + "cores=inf\n",
    plain + "cores=1e9\n", plain + "memory=0\n", plain + "memory=99999999999999999999\n",
    plain + "memory=1.5\n", plain + "weight=0\n", plain + "weight=10001\n", plain + "cpus=\n",
    plain + "cpus=3-1\n", plain + "io-read=-5\n", plain + "gpus=\n", plain + "gpus=0,,1\n",
    plain + "swap=2\n",
    plain + "unenforced=colour\n", plain + "tag.a=\u{1B}[2J\n", plain + "tag.a b=x\n",
    plain + "tag.=x\n", plain.replacing("name=a", with: "name=../a"),
    plain.replacing("pid=1", with: "pid=0"), plain.replacing("pid=1", with: "pid=-1"),
    plain.replacing("uid=0", with: "uid=-1"), plain.replacing("time=3", with: "time=-3"),
  ])
  func isVoidAsAWholeWhereAnyPartIs(text: String) {
    #expect(decoded(text) == nil)
  }

  @Test func bytesThatAreNotTextAreVoid() {
    #expect(RunRecord(decoding: Array(Self.plain.utf8) + [0x66, 0x3D, 0xFF, 0x0A]) == nil)
    #expect(RunRecord(decoding: [UInt8](repeating: 0, count: 100)) == nil)
  }

  @Test func whatIsLongerThanTheBoundIsNeitherWrittenNorRead() throws {
    var record = try #require(decoded(Self.plain))
    for number in 0..<40 {
      record.tags["tag\(number)"] = SafeText(String(repeating: "x", count: 128))
    }
    #expect(record.encoded() == nil)
    let padding = (0..<4096).map { "x\($0)=1" }.joined(separator: "\n")
    #expect(decoded(Self.plain + padding) == nil)
  }

  @Test func onlyRootSpeaksForOthers() throws {
    var record = try #require(decoded(Self.plain))
    record.uid = 1000
    #expect(record.isTrusted(owner: 0))
    #expect(record.isTrusted(owner: 1000))
    #expect(!record.isTrusted(owner: 1001))
    record.uid = 0
    #expect(!record.isTrusted(owner: 1000))
  }

  @Test(arguments: ["", "1", "1-", "-1", "1-2-3", "+1-2", "01-2", "0-2", "a-b", ".tmp-1"])
  func otherFilesAreNotRecords(name: String) {
    #expect(RunRecord.process(ofFile: name) == nil)
  }

  @Test func aFileIsNamedAfterItsProcess() throws {
    let process = try #require(RunRecord.process(ofFile: RunRecord.fileName(pid: 7, start: 9)))
    #expect(process == (7, 9))
  }

  @Test func recordsOfAUserAreLookedForWithAndWithoutARuntimeDirectory() {
    #expect(
      RunRecord.directories(runtimeDirectory: "/run/user/1000", uid: 1000)
        == ["/run/user/1000/loadline", "/tmp/loadline-1000"])
    #expect(
      RunRecord.directories(runtimeDirectory: "relative", uid: 0)
        == ["/run/user/0/loadline", "/run/loadline", "/tmp/loadline-0"])
  }
}

@Suite struct RunNameTests {
  @Test(arguments: ["a", "train.v2", "A_b-c", "2", String(repeating: "x", count: 64)])
  func takesLettersDigitsAndThreeMarks(text: String) {
    #expect(RunName(text)?.text == text)
  }

  @Test(arguments: [
    "", ".", "..", ".a", "-a", "a/b", "a b", "ä", "a\n", "a\0", "@1000",
    String(repeating: "x", count: 65),
  ])
  func refusesAnythingThatCouldClimbOrConfuse(text: String) {
    #expect(RunName(text) == nil)
  }

  @Test(arguments: [
    ("/usr/bin/python3.11", "python3.11"), ("train.sh", "train.sh"), ("./my prog", "my_prog"),
    ("...", "job"), ("/", "job"), ("-x", "x"), ("ä", "__"),
  ])
  func isMadeOfACommandWhereNoneIsGiven(command: String, name: String) {
    #expect(RunName(command: command).text == name)
    #expect(RunName(RunName(command: command).text) != nil)
  }

  @Test func isNumberedWhereItIsTaken() {
    let name = RunName(command: "a")
    #expect(name.numbered(1) == name)
    #expect(name.numbered(2)?.text == "a-2")
    #expect(RunName(command: String(repeating: "x", count: 90)).numbered(2) != nil)
  }
}
