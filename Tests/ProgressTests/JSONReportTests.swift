import Model
import Testing

@testable import Progress

/// Lines that jobs append to `LOADLINE_PROGRESS`.
@Suite struct JSONReportTests {
  private func parse(_ line: String) -> ProgressReport? { JSONReport.parse(Array(line.utf8)) }

  @Test func aLineSaysStepSamplesLossPhaseAndTime() {
    let line =
      #"{"t": 1700000000.5, "step": 12, "steps": 1000, "samples": 768, "loss": 0.25, "phase": "eval"}"#
    #expect(
      parse(line)
        == ProgressReport(
          step: 12, total: 1000, samples: 768, loss: 0.25, phase: .eval, time: 1_700_000_000.5))
  }

  @Test func whatIsNotKnownOrOfAnotherKindIsLeftOut() {
    #expect(
      parse(#"{"step": 3, "lr": [1, 2], "loss": "low", "phase": 7}"#) == ProgressReport(step: 3))
    #expect(parse(#"{"step": -1, "samples": 120.0}"#) == ProgressReport(samples: 120))
    #expect(parse(#"{"step": 1.5, "loss": 2}"#) == ProgressReport(loss: 2))
  }

  @Test(arguments: ["", "{", "[1]", "12", "null", #"{"lr": 1}"#, "step 12", #"{"step": 1} {"#])
  func whatSaysNothingIsNoReport(_ line: String) { #expect(parse(line) == nil) }

  @Test func pythonsBareNumbersAreRead() {
    #expect(parse(#"{"step": 1, "loss": NaN}"#)?.loss?.isNaN == true)
    #expect(parse(#"{"step": 1, "loss": -Infinity}"#)?.loss == -.infinity)
    #expect(parse(#"{"step": 1, "note": "a \"NaN\" of it", "loss": Infinity}"#)?.loss == .infinity)
  }

  @Test(arguments: [("ckpt", JobPhase.checkpoint), ("validation", .eval), ("train", .train)])
  func phasesAreKnownByTheNamesThatFrameworksGiveThem(_ word: String, _ phase: JobPhase) {
    #expect(parse(#"{"phase": "\#(word)"}"#)?.phase == phase)
  }
}
