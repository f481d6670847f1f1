import Model
import Testing

@testable import Snapshot

/// What `loadline findings` prints.
@Suite struct FindingsOutputTests {
  private var moment: Moment {
    var moment = Full.moment
    moment.findings[0].level = .red
    return moment
  }

  @Test func aLineHasTheLevelTheJobTheRuleAndTheSentence() {
    #expect(
      FindingsText.lines(moment) == [
        "red    (box)  cpu-quota  Its quota ran out in 38 % of periods. Suggested: give it 2 more cores.",
        "amber  train  cpu-quota  Its quota ran out in 38 % of periods. Suggested: give it 2 more cores.",
      ])
  }

  @Test func theObjectHasEveryFindingWithItsJob() throws {
    let json = try #require(JSON(FindingsJSON.line(moment, lookedFor: 60)))
    #expect(json["version"] == .number(1))
    #expect(json["looked_for_s"] == .number(60))
    #expect(json["findings"]?[0]?["job"] == .null)
    #expect(json["findings"]?[1]?["job"] == .text("cgroup-4711"))
    #expect(json["findings"]?[1]?["name"] == .text("train"))
    #expect(json["findings"]?[1]?["owner"] == .text("alice"))
    #expect(json["findings"]?[1]?["evidence"]?["demand"] == .number(2.5))
    #expect(json["jobs"]?[0]?["not_evaluated"]?[0]?["missing"] == .text("throttled"))
  }
}
