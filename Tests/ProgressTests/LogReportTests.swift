import Model
import Testing

@testable import Progress

/// Lines of logs in the forms that programs share.
@Suite struct LogReportTests {
  private func parse(_ line: String) -> ProgressReport? { LogReport.parse(Array(line.utf8)) }

  private func reports(_ fixture: String) throws -> [ProgressReport] {
    var splitter = LineSplitter()
    var reports: [ProgressReport] = []
    splitter.feed(try Fixture.bytes(fixture)[...]) { line in
      if let report = LogReport.parse(line) { reports.append(report) }
    }
    return reports
  }

  @Test func aProgressBarOfTqdmSaysStepTotalAndLoss() throws {
    let all = try reports("tqdm-total.txt")
    #expect(all.map(\.step) == [0, 100, 100, 200, 200, 300, 300, 300])
    #expect(all.allSatisfy { $0.total == 1000 })
    #expect(all.last?.loss == 0.3)
  }

  @Test func aBarWithoutATotalSaysItsStep() throws {
    let all = try reports("tqdm-no-total.txt")
    #expect(all.map(\.step) == [0, 7, 14, 21, 21])
    #expect(all.allSatisfy { $0.total == nil })
  }

  @Test func theTrainerOfHuggingFaceSaysLossAndPhases() {
    #expect(
      parse("{'loss': 0.6931, 'grad_norm': 1.2, 'learning_rate': 5e-05, 'epoch': 0.5}")
        == ProgressReport(loss: 0.6931))
    #expect(parse("***** Running Evaluation *****") == ProgressReport(phase: .eval))
    #expect(parse("Saving model checkpoint to ./out")?.phase == .checkpoint)
  }

  @Test(
    arguments: [
      ("step 120 loss 0.5", 120, nil, 0.5), ("Step: 120/1000, loss: 0.5", 120, 1000, 0.5),
      ("global_step=120 train_loss=5e-1", 120, nil, 0.5),
      ("INFO Iteration [120 / 1000] Loss: 0.5000", 120, 1000, 0.5),
      ("iter 120: loss 0.5000, time 12.34ms", 120, nil, 0.5),
      ("| step  120 |  loss | 0.5 |", 120, nil, 0.5),
    ] as [(String, UInt64, UInt64?, Double)])
  func manySpellingsOfStepAndLossAreOne(
    _ line: String, _ step: UInt64, _ total: UInt64?, _ loss: Double
  ) {
    let report = parse(line)
    #expect(report?.step == step)
    #expect(report?.total == total)
    #expect(report?.loss == loss)
  }

  @Test(arguments: [
    "Loading checkpoint shards", "timesteps 100", "took 3 steps", "a step 0.25 s long",
    "lossless 5", "[12/07 10:15] started", "epoch 3/10 [done]", "step by step",
    "step 99999999999999999999999999", "",
  ])
  func otherLinesSayNothing(_ line: String) { #expect(parse(line) == nil) }

  @Test func aLossThatIsNoNumberIsSaidAsItIs() {
    #expect(parse("step 5 loss nan")?.loss?.isNaN == true)
    #expect(parse("step 5 loss: inf")?.loss == .infinity)
  }
}
