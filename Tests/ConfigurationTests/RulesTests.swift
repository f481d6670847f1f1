import Configuration
import Model
import Testing

@Suite struct RulesTests {
  @Test func numbersOfRulesAreSet() throws {
    let rules = try settings(
      from: """
        [rules]
        warm-up = "1m"
        mute = ["gpu-hollow", "numa"]
        [rules.cpu-quota]
        amber = 0.1
        amber-time = 30
        [rules.memory-unused]
        least = "2GiB"
        [rules.swap]
        amber = "2MB/s"
        """
    ).rules
    #expect(rules.warmUp == 60)
    #expect(rules.muted == [.gpuHollow, .numa])
    #expect(rules.thresholds(of: .cpuQuota)["amber"] == 0.1)
    #expect(rules.thresholds(of: .cpuQuota)["amber-time"] == 30)
    #expect(rules.thresholds(of: .cpuQuota)["red"] == 0.25)
    #expect(rules.thresholds(of: .memoryUnused)["least"] == 2_147_483_648)
    #expect(rules.thresholds(of: .swap)["amber"] == 2_000_000)
  }

  @Test func everyNumberOfTheDocumentationCanBeSet() throws {
    for threshold in Threshold.all {
      let text = "[rules.\(threshold.rule.rawValue)]\n\(threshold.key) = 0.75"
      let rules = try settings(from: text).rules
      #expect(rules.thresholds(of: threshold.rule)[threshold.key] == 0.75, "\(text)")
    }
  }

  @Test func theUserOverridesSingleNumbersAndTheListOfMutedRules() throws {
    let directory = try TemporaryDirectory()
    let files = ConfigurationFiles(
      system: try directory.write(
        "rules.mute = [\"numa\"]\nrules.io = { amber = 0.1, red = 0.3 }", to: "system.toml"),
      user: try directory.write(
        "rules.mute = [\"hang\"]\nrules.io = { red = 0.5 }", to: "user.toml"))
    let rules = try loadConfiguration(files, trust: .anyone).settings.rules
    #expect(rules.muted == [.hang])
    #expect(rules.thresholds(of: .io)["amber"] == 0.1)
    #expect(rules.thresholds(of: .io)["red"] == 0.5)
  }

  @Test(
    arguments: [
      (
        "rules.cpu-quota.amber = 5",
        "rules.cpu-quota.amber: expected a share above 0 and up to 1, such as 0.05, found a number above 1"
      ),
      (
        "rules.cpu-quota.amber = \"5 %\"",
        "rules.cpu-quota.amber: expected a share above 0 and up to 1, such as 0.05, found a text"
      ),
      (
        "rules.cpu-quota.amber-time = 0",
        "rules.cpu-quota.amber-time: expected a time such as 30 or \"5m\", found zero"
      ),
      (
        "rules.core-set.amber = -1",
        "rules.core-set.amber: expected a number such as 1.25, found a negative number"
      ),
      ("rules.cpu-quota = 1", "rules.cpu-quota: expected a table, found an integer"),
      (
        "rules.mute = \"numa\"",
        "rules.mute: expected a list of rules such as [\"gpu-hollow\"], found a text"
      ),
      (
        "rules.mute = [\"gpu-holow\"]",
        "rules.mute[1]: expected \"gpu-hollow\", perhaps, found a text that is no rule"
      ),
      (
        "rules.mute = [\"hunter2\"]",
        "rules.mute[1]: expected the name of a rule such as \"gpu-hollow\", found a text that is no rule"
      ),
    ])
  func mistakesSayWhatWasExpected(text: String, problem: String) throws {
    #expect(try problems(in: text) == ["1: " + problem])
  }

  @Test(
    arguments: [
      ("rules.cpu-qota.amber = 0.1", "unknown key \"cpu-qota\"; did you mean \"cpu-quota\"?"),
      ("rules.cpu-quota.ambr = 0.1", "unknown key \"ambr\"; did you mean \"amber\"?"),
      ("rules.hang.secret = 1", "unknown key; known here: red, red-time, power, steps, least"),
    ])
  func anUnknownKeyIsAWarningWithTheNearestOne(text: String, words: String) throws {
    let found = try problems(in: text)
    #expect(found.count == 1)
    #expect(found.first?.contains(words) ?? false, "\(found)")
  }
}
