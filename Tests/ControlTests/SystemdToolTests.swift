import Glibc
import Testing

@testable import Control

@Suite struct ToolTests {
  private func run(_ script: String, seconds: Double = 20) throws -> Tool.Outcome {
    try Tool.run(["/bin/sh", "-c", script], environment: ["A=b"], seconds: seconds)
  }

  @Test func statusAndBothStreamsAreKept() throws {
    let outcome = try run("echo out; echo err >&2; exit 3")
    #expect(outcome == Tool.Outcome(end: .exited(3), output: "out\n", errors: "err\n"))
  }

  @Test func theSignalThatEndedItIsKept() throws {
    #expect(try run("kill -TERM $$").end == .killed(SIGTERM))
  }

  @Test func itHasTheGivenEnvironmentAndNothingToRead() throws {
    #expect(try run("echo $A ${HOME-none}; cat; wc -c").output == "b none\n0\n")
  }

  @Test func whatIsLateIsKilledWithAllThatItStarted() throws {
    let began = Deadline.now
    let outcome = try run("sleep 30 & sleep 30", seconds: 0.1)
    #expect(outcome.end == .late)
    #expect(Deadline.now - began < 10_000_000_000)
  }

  @Test func outputWithoutEndDoesNotFillTheMemory() throws {
    let outcome = try run("head -c 3000000 /dev/zero; echo end >&2")
    #expect(outcome.output.utf8.count <= 272 << 10)
    #expect(outcome.errors == "end\n")
  }

  @Test func onlyAnAbsolutePathIsRun() {
    #expect(throws: SystemError(code: ENOENT)) {
      try Tool.run(["sh", "-c", "true"], environment: [], seconds: 1)
    }
    #expect(throws: SystemError(code: ENOENT)) {
      try Tool.run(["/nonexistent"], environment: [], seconds: 1)
    }
  }
}
