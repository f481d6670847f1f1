import Model
import Planner
import Testing

/// How good recommendations would have been.
@Suite struct EvaluationTests {
  /// A job that was looked at every ten seconds.
  private func job(
    _ name: String = "a", kind: NeedKind = .gpu, gpus: Int = 1, tags: [String] = [],
    hours: Double, granted: Double? = nil, limit: Double? = nil,
    demand: (Int) -> Double, held: (Int) -> Double = { _ in 4e9 }
  ) -> RecordedJob {
    RecordedJob(
      name: name, kind: kind, gpus: gpus, tags: tags,
      points: (0..<Int(hours * 360)).map { index in
        RecordedJob.Point(
          time: Double(index + 1) * 10, seconds: 10, demand: demand(index), held: held(index),
          grantedCores: granted, grantedMemory: limit)
      })
  }

  private func evaluate(_ jobs: [RecordedJob], seed: UInt64 = 1) -> Evaluation {
    Evaluation(jobs, boxCores: 32, boxMemory: 64e9, draws: 200, seed: seed)
  }

  private func row(
    _ evaluation: Evaluation, _ method: NeedMethod, _ resource: EvaluatedResource = .cores,
    _ slice: String = "all"
  ) throws -> Evaluation.Row {
    try #require(
      evaluation.rows.first {
        $0.method == method && $0.resource == resource && $0.slice == slice
      })
  }

  /// Steady at 4 cores: what each adds is what lies idle.
  @Test func aSteadyJobCostsTheMargin() throws {
    let evaluation = evaluate([job(hours: 3, granted: 8, demand: { _ in 4 })])
    let expected: [(NeedMethod, Double)] = [
      (.granted, 0.5), (.most, 1 - 1 / 1.15), (.p95, 0), (.p90, 1 - 1 / 1.15), (.hindsight, 0),
      (.loadline, 1 - 1 / 1.1),
    ]
    for (method, slack) in expected {
      let row = try row(evaluation, method)
      #expect(abs(row.slack.value - slack) < 1e-6)
      #expect(row.short.value == 0)
      #expect(row.changesPerHour == 0)
    }
  }

  /// A tenth of the windows want 12 of what is otherwise 4: the quantile decides who pays.
  @Test func slackAndWantAreToldTogether() throws {
    let evaluation = evaluate([job(hours: 4, demand: { $0 % 10 == 9 ? 12 : 4 })])
    let most = try row(evaluation, .most)
    let p90 = try row(evaluation, .p90)
    #expect(most.short.value == 0 && most.slack.value > 0.6)
    #expect(abs(p90.short.value - 0.1) < 0.01 && p90.slack.value < 0.2)
    let ours = try row(evaluation, .loadline)
    #expect(ours.short.value == 0 && ours.slack.value < most.slack.value)
  }

  @Test func nobodyIsJudgedBeforeWeHaveSomethingToSay() throws {
    let evaluation = evaluate([job(hours: 1, demand: { _ in 4 })])
    // 360 windows, the first hundred of them to learn from.
    for method in NeedMethod.allCases {
      #expect(abs(try row(evaluation, method).hours - 260.0 / 360) < 1e-9)
    }
    #expect(evaluate([job(hours: 0.2, demand: { _ in 4 })]).rows.isEmpty)
  }

  @Test func nothingOfTheFutureIsKnown() throws {
    // The same until the third hour; then one wants more.
    let calm = evaluate([job(hours: 2, demand: { _ in 4 })])
    let rising = evaluate([job(hours: 4, demand: { $0 < 720 ? 4 : 10 })])
    #expect(try row(calm, .loadline).short.value == 0)
    let ours = try row(rising, .loadline)
    #expect(ours.short.value > 0)
    #expect(try row(rising, .hindsight).short.value == 0)
    // It was short for minutes, not for the rest.
    #expect(ours.short.value * ours.hours < 0.2)
    #expect(ours.changesPerHour * ours.hours >= 1)
  }

  @Test func memoryBeyondTheLimitCountsAsKilled() throws {
    // It grows by half every hour: more than any margin.
    let evaluation = evaluate([
      job(hours: 4, limit: 8e9, demand: { _ in 1 }, held: { 3e9 * (1 + Double($0 / 360) * 0.5) })
    ])
    #expect(try row(evaluation, .granted, .memory).kills == 0)
    #expect(try row(evaluation, .hindsight, .memory).kills == 0)
    #expect(try row(evaluation, .p95, .memory).kills >= 3)
    #expect((1...3).contains(try row(evaluation, .loadline, .memory).kills))
    #expect(try row(evaluation, .loadline, .cores).kills == 0)
  }

  @Test func jobsAreToldApartByWhatTheyAre() throws {
    let evaluation = evaluate([
      job("a", kind: .gpu, gpus: 2, tags: ["model=x"], hours: 1, demand: { _ in 4 }),
      job("b", kind: .cpu, gpus: 0, hours: 1, demand: { _ in 2 }),
    ])
    #expect(try row(evaluation, .loadline).jobs == 2)
    for slice in ["kind=gpu", "kind=cpu", "gpus=2", "gpus=0", "model=x"] {
      #expect(try row(evaluation, .loadline, .cores, slice).jobs == 1)
    }
  }

  @Test func aRangeHoldsItsValueAndIsTheSameForTheSameSeed() throws {
    var random = SeededGenerator(seed: 2)
    let jobs = (0..<12).map { number in
      let base = Double.random(in: 2...6, using: &random)
      let values = (0..<720).map { _ in base + Double.random(in: 0...3, using: &random) }
      return job("\(number)", hours: 2, demand: { values[$0] })
    }
    let first = evaluate(jobs)
    #expect(first == evaluate(jobs))
    #expect(first != evaluate(jobs, seed: 2))
    for row in first.rows {
      #expect(row.slack.low <= row.slack.value + 1e-12 && row.slack.value <= row.slack.high + 1e-12)
    }
    let ours = try row(first, .loadline)
    #expect(ours.slack.high > ours.slack.low)
  }

  @Test func itIsATableToo() {
    let lines = evaluate([job(hours: 1, demand: { _ in 4 })]).lines
    #expect(lines.first?.hasPrefix("resource  slice") == true)
    #expect(Set(lines.map(\.count)).count == 1)
  }

  /// Jobs as in training: phases of an hour, loaders in bursts, noise. The numbers are printed.
  @Test func onJobsLikeThoseOfATrainingBoxOursIsBetweenTheOthers() throws {
    var random = SeededGenerator(seed: 40)
    let jobs = (0..<24).map { number -> RecordedJob in
      let base = Double.random(in: 1...6, using: &random)
      let burst = Double.random(in: 1...3, using: &random)
      let often = Int.random(in: 8...40, using: &random)
      let values = (0..<2160).map { window -> Double in
        let phase = window / 720 % 2 == 0 ? 1.0 : Double.random(in: 1.4...1.6, using: &random)
        let noise = Double.random(in: 0.9...1.1, using: &random)
        return base * phase * noise * (window % often == 0 ? burst : 1)
      }
      return job(
        "\(number)", kind: number % 3 == 0 ? .cpu : .gpu, gpus: number % 3, hours: 6, granted: 16,
        limit: 16e9, demand: { values[$0] }, held: { values[$0] * 1e9 })
    }
    let evaluation = evaluate(jobs)
    for line in evaluation.lines where line.contains(" all ") { print(line) }
    let ours = try row(evaluation, .loadline)
    #expect(ours.slack.value < (try row(evaluation, .granted)).slack.value)
    #expect(ours.slack.value < (try row(evaluation, .most)).slack.value)
    #expect(ours.short.value < (try row(evaluation, .p95)).short.value)
    #expect(ours.changesPerHour < 2)
  }
}
