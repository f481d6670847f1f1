import Glibc
import Model
import Testing

@testable import Progress

/// Files that grow, are cut, replaced, or are not what they should be.
@Suite final class FollowingTests {
  private let directory: String
  private let path: String

  init() {
    var template = Array("/tmp/loadline-test-progress-XXXXXX".utf8CString)
    directory = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    path = "\(directory)/log"
  }

  deinit {
    for name in ["log", "log.1", "link", "fifo"] { unlink("\(directory)/\(name)") }
    rmdir(directory)
  }

  private func append(_ text: String, to name: String = "log") {
    guard let file = fopen("\(directory)/\(name)", "a") else { return }
    fputs(text, file)
    fclose(file)
  }

  private func steps(_ reader: inout SourceReader) -> [UInt64] { reader.look().compactMap(\.step) }

  @Test func whatIsAppendedIsReadOnceAndHalfALineWhenItIsWhole() {
    append("step 1\nste")
    var reader = SourceReader(.log(path: path), owner: nil)
    #expect(steps(&reader) == [1])
    #expect(steps(&reader) == [])
    append("p 2\nstep 3\n")
    #expect(steps(&reader) == [2, 3])
  }

  @Test func aFileThatIsMadeLaterIsFollowedFromItsStart() {
    var reader = SourceReader(.log(path: path), owner: nil)
    #expect(steps(&reader) == [])
    append("step 1\n")
    #expect(steps(&reader) == [1])
  }

  @Test func ofALongFileOnlyTheEndIsRead() {
    append(String(repeating: "step 1\n", count: 20_000) + "step 2\n")
    var reader = SourceReader(.log(path: path), owner: nil)
    let found = steps(&reader)
    #expect(found.last == 2)
    #expect(found.count < 10_000)
  }

  @Test func aFileThatIsCutIsReadAnew() {
    append("step 1\nstep 2\n")
    var reader = SourceReader(.log(path: path), owner: nil)
    #expect(steps(&reader) == [1, 2])
    truncate(path, 0)
    append("step 9\n")
    #expect(steps(&reader) == [9])
  }

  @Test func aRotatedFileIsReadToItsEndAndThenItsSuccessor() {
    append("step 1\n")
    var reader = SourceReader(.log(path: path), owner: nil)
    #expect(steps(&reader) == [1])
    append("step 2\n")
    rename(path, "\(directory)/log.1")
    append("step 3\n")
    #expect(steps(&reader) + steps(&reader) == [2, 3])
  }

  @Test func aLineWithoutAnEndIsNotKept() {
    append(String(repeating: "x", count: 300_000))
    var reader = SourceReader(.log(path: path), owner: nil)
    #expect(steps(&reader) == [])
    append(" step 1\nstep 2\n")
    #expect(steps(&reader) == [2])
  }

  @Test func linksPipesAndOtherPeoplesFilesAreNotRead() {
    append("step 1\n")
    symlink(path, "\(directory)/link")
    mkfifo("\(directory)/fifo", 0o600)
    var link = SourceReader(.log(path: "\(directory)/link"), owner: nil)
    var fifo = SourceReader(.log(path: "\(directory)/fifo"), owner: nil)
    var other = SourceReader(.log(path: path), owner: getuid() + 1)
    var own = SourceReader(.log(path: path), owner: getuid())
    #expect(steps(&link) == [])
    #expect(steps(&fifo) == [])
    #expect(steps(&other) == [])
    #expect(steps(&own) == [1])
  }

  @Test func binaryRubbishSaysNothingAndHarmsNothing() {
    var state: UInt64 = 42
    var rubbish: [UInt8] = []
    for _ in 0..<200_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      rubbish.append(UInt8(truncatingIfNeeded: state >> 56))
    }
    var lines = LineSplitter()
    lines.feed(rubbish[...]) { line in
      _ = JSONReport.parse(line)
      _ = LogReport.parse(line)
    }
    var events = TensorBoardEvents()
    events.feed(rubbish[...]) { _ in }
    #expect(events.isBroken)
  }
}
