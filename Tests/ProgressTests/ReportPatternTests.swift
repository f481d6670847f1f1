import Model
import Testing

@testable import Progress

/// Forms of log lines that somebody wrote down.
@Suite struct ReportPatternTests {
  @Test func namedCapturesSayWhatStandsWhere() throws {
    let pattern = try ReportPattern(#"batch=(?<step>\d+) of (?<total>\d+).*nll=(?<loss>[\d.]+)"#)
    let report = pattern.parse(Array("10:15 batch=7 of 90 nll=1.25".utf8))
    #expect(report == ProgressReport(step: 7, total: 90, loss: 1.25))
    #expect(pattern.parse(Array("nothing of it".utf8)) == nil)
  }

  @Test(arguments: ["(", #"step (\d+)"#, #"(?<steps>\d+)"#])
  func aPatternThatCannotSayAnythingIsRefused(_ text: String) {
    #expect(throws: Mismatch.self) { try ReportPattern(text) }
  }
}
