import Configuration
import Model
import Testing

/// Simulated GPUs: where they are asked for, and the files they are played from.
@Suite struct ScenarioTests {
  private static let device: String = """
    [[device]]
    name = "H100"
    memory = "80GiB"
    power_limit = 700
    node = 1

    """
  private static let segment: String = """
    [[device.segment]]
    seconds = 20
    busy = 0.98
    memory = "61GiB"
    power = 640
    holder = "train"

    """

  /// The problems of a scenario, without the name of its file in front.
  private func mistakes(_ text: String) throws -> [String] {
    let directory = try TemporaryDirectory()
    let file = try directory.write(text, to: "gpus.toml")
    do {
      return try loadScenario(file, trust: .anyone).warnings.map { short($0, file) }
    } catch {
      return error.problems.map { short($0, file) }
    }
  }

  private func short(_ problem: ConfigurationProblem, _ file: String) -> String {
    String(problem.description.dropFirst(file.utf8.count + 1))
  }

  @Test func everyKeyIsRead() throws {
    let directory = try TemporaryDirectory()
    let text =
      Self.device + Self.segment + "[[device.segment]]\nseconds = 4\nbusy = 0\npower = 75\n"
    let file = try directory.write(text, to: "gpus.toml")
    let (scenario, warnings) = try loadScenario(file, trust: .anyone)
    #expect(warnings.isEmpty)
    #expect(
      scenario
        == GPUScenario(devices: [
          GPUScenario.Device(
            name: SafeText("H100"), memory: .gibi(80), powerLimit: Watts(700), node: 1,
            segments: [
              GPUScenario.Segment(
                seconds: 20, busy: Share(0.98), memory: .gibi(61), power: Watts(640),
                holder: SafeText("train")),
              GPUScenario.Segment(seconds: 4, busy: Share(0), memory: .zero, power: Watts(75)),
            ])
        ]))
  }

  private static let wrong: [(text: String, problem: String)] = [
    ("", "expected at least one [[device]], found none"),
    ("device = 1", "1: device: expected an array of tables, [[device]], found an integer"),
    (device, "1: device[1]: expected at least one [[device.segment]], found none"),
    (
      device.replacing("\"80GiB\"", with: "\"lots\"") + segment,
      #"3: device[1].memory: expected a size such as "16GiB""#
    ),
    (
      device.replacing("700", with: "0") + segment,
      "4: device[1].power_limit: expected watts from 1 to 9999, such as 700, found a number outside of that"
    ),
    (
      device.replacing("node = 1", with: "node = -1") + segment,
      "5: device[1].node: expected the number of a NUMA node, from 0 to 1023, found a number outside of that"
    ),
    (
      device + segment.replacing("0.98", with: "98"),
      "8: device[1].segment[1].busy: expected a share from 0 to 1, found a number outside of that"
    ),
    (
      device + segment.replacing("seconds = 20", with: "seconds = 0"),
      "7: device[1].segment[1].seconds: expected seconds from 0.1 to 86400, found a number outside of that"
    ),
    (
      device + segment.replacing("seconds = 20", with: ""),
      "6: device[1].segment[1]: expected a seconds, found none"
    ),
    (
      device + segment.replacing("61GiB", with: "90GiB"),
      "9: device[1].segment[1].memory: is more than the device has; expected at most the device's memory"
    ),
    (
      device + segment.replacing("\"train\"", with: "7"),
      "11: device[1].segment[1].holder: expected the name of a job, found an integer"
    ),
    (
      device + segment.replacing("power =", with: "powr ="),
      #"10: warning: device[1].segment[1]: unknown key "powr"; did you mean "power"?"#
    ),
  ]

  @Test(arguments: wrong)
  func aMistakeIsNamedWithItsLineAndKey(text: String, problem: String) throws {
    let found = try mistakes(text)
    #expect(found.contains { $0.hasPrefix(problem) || $0 == " " + problem }, "\(found)")
  }

  @Test(
    arguments: [
      ("auto", GPUChoice.auto), ("off", .off), ("simulated", .simulated(nil)),
    ])
  func theSourceIsOneOfThreeWords(word: String, choice: GPUChoice) throws {
    #expect(try settings(from: "[gpu]\nsource = \"\(word)\"").gpus == choice)
  }

  @Test(
    arguments: [
      (
        "[gpu]\nsource = \"on\"",
        #"2: gpu.source: expected "auto", "off" or "simulated", found another word"#
      ),
      (
        "[gpu]\nscenario = 1",
        "2: gpu.scenario: expected the path of a .toml file, found an integer"
      ),
      ("[gpu]\nsourc = \"off\"", #"2: warning: gpu: unknown key "sourc"; did you mean "source"?"#),
      (
        "[gpu]\nscenario = \"x.toml\"",
        #"2: warning: gpu.scenario: has no effect; it is played where source = "simulated""#
      ),
      ("gpu = true", "1: gpu: expected a table, found a boolean"),
    ])
  func aMistakeInTheConfigurationIsNamed(text: String, problem: String) throws {
    #expect(try problems(in: text) == [problem])
  }

  @Test func aScenarioIsLookedForBesideTheConfiguration() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Self.device + Self.segment, to: "gpus.toml")
    let file = try directory.write("[gpu]\nsource = \"simulated\"\nscenario = \"gpus.toml\"\n")
    let settings = try loadConfiguration(ConfigurationFiles(explicit: file), trust: .anyone)
      .settings
    guard case .simulated(let scenario?) = settings.gpus else {
      Issue.record("\(settings.gpus)")
      return
    }
    #expect(scenario.holders == [SafeText("train")])
  }

  @Test func aScenarioThatIsMissingIsAMistake() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("[gpu]\nsource = \"simulated\"\nscenario = \"none.toml\"\n")
    let problems = checkConfiguration(ConfigurationFiles(explicit: file), trust: .anyone)
    #expect(problems.map(\.message) == ["does not exist"])
    #expect(problems.first?.file.hasSuffix("/none.toml") == true)
  }
}
