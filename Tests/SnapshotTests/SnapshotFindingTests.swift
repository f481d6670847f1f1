import Model
import Testing

@testable import Snapshot

@Suite struct SnapshotFindingTests {
  @Test func aFindingHasItsNumbersAndWhatWouldAnswerIt() throws {
    let line = SnapshotJSON.line(Full.moment)
    #expect(
      line.contains(
        """
        "findings":[{"rule":"cpu-quota","kind":"bottleneck","level":"amber",\
        "since":1763639988.023,"certainty":"suspected","role":"main",\
        "text":"Its quota ran out in 38 % of periods.",\
        "evidence":{"throttled":0.38,"demand":2.5},\
        "evidence_units":{"throttled":"share","demand":"cores"},\
        "ruled_out":[{"rule":"io","text":"not disks: stalled 0.2 % of the time"}],\
        "suggestion":{"job":"cgroup-4711","change":"cores","direction":"raise","amount":2,\
        "unit":"cores","text":"give it 2 more cores"},\
        "waste":{"cores":1.5,"memory_gib":2,"gpus":0.25}}],\
        "not_evaluated":[{"rule":"cpu-contention","missing":"throttled"}]
        """))
  }

  @Test func whatAFindingDoesNotHaveIsNull() throws {
    var moment = Full.moment
    moment.jobs[0].findings[0].suggestion = nil
    moment.jobs[0].findings[0].waste = nil
    let finding = try #require(JSON(SnapshotJSON.line(moment))?["jobs"]?[0]?["findings"]?[0])
    #expect(finding["suggestion"] == .null)
    #expect(finding["waste"] == .null)
  }

  @Test func aSuggestionWithoutAnAmountHasNeitherAmountNorUnit() throws {
    var moment = Full.moment
    moment.jobs[0].findings[0].suggestion = Suggestion(.workers, .raise, "start more workers")
    let finding = try #require(JSON(SnapshotJSON.line(moment))?["jobs"]?[0]?["findings"]?[0])
    let suggestion = try #require(finding["suggestion"])
    #expect(suggestion["job"] == .null)
    #expect(suggestion["change"] == .text("workers"))
    #expect(suggestion["amount"] == .null)
    #expect(suggestion["unit"] == .null)
  }

  @Test func aSetOfCPUsIsAText() throws {
    var moment = Full.moment
    moment.jobs[0].findings[0].suggestion = Suggestion(
      .knob(.cpus), .change, .cpus(CPUSet([0, 1, 4])), "move it to CPUs 0-1,4")
    let finding = try #require(JSON(SnapshotJSON.line(moment))?["jobs"]?[0]?["findings"]?[0])
    #expect(finding["suggestion"]?["amount"] == .text("0-1,4"))
    #expect(finding["suggestion"]?["unit"] == .text("cpus"))
  }

  @Test func aNumberThatIsGivenTwiceIsWrittenOnce() throws {
    var moment = Full.moment
    moment.jobs[0].findings[0].evidence += [Evidence("throttled", 1, .share)]
    let json = try #require(JSON(SnapshotJSON.line(moment)))
    #expect(json["jobs"]?[0]?["findings"]?[0]?["evidence"]?["throttled"] == .number(0.38))
  }

  @Test func theBoxHasItsOwn() throws {
    let json = try #require(JSON(SnapshotJSON.line(Full.moment)))
    #expect(json["box"]?["findings"]?[0]?["rule"] == .text("cpu-quota"))
  }
}
