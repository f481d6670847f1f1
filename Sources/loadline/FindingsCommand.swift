import ArgumentParser
import Configuration
import Glibc
import Model
import Snapshot

/// `loadline findings`: what holds jobs back and what they hold for nothing, after a look of a minute.
struct FindingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings",
    abstract: "Say what holds jobs back and what they hold for nothing.",
    discussion: """
      It watches for a while, because a condition counts only once it has held for its time. Jobs that \
      began less than two minutes ago are still starting: of them nothing is said. What takes longer to \
      tell, such as cores that are never used, is for the dashboard, or for a longer --for \
      (see docs/diagnosis.md).
      """)

  /// From which level on the exit status is 1.
  enum Level: String, ExpressibleByArgument, CaseIterable {
    case amber, red

    var level: FindingLevel { self == .red ? .red : .amber }
  }

  @Option(
    name: .customLong("for"), parsing: .unconditional,
    help: ArgumentHelp("For how many seconds to look, 2 to 86400.", valueName: "seconds"))
  var seconds = 60.0

  @Option(help: ArgumentHelp("End with status 1 if there is such a finding, or a worse one."))
  var failOn: Level?

  @Flag(help: "One JSON object on one line (see docs/snapshot.md).")
  var json = false

  @OptionGroup var gpus: GPUOption

  @OptionGroup var files: ConfigurationOption

  func validate() throws {
    guard seconds >= 2, seconds <= 86_400 else {
      throw ValidationError("--for takes 2 to 86400 seconds.")
    }
  }

  func run() throws {
    let settings = try files.load()
    var warnings: [String] = []
    let choice = try gpus.choice(configured: settings.gpus, warnings: &warnings)
    for warning in warnings { complain(warning) }
    if !json { complain("looking for \(Int(seconds.rounded(.up))) seconds") }
    var survey = Survey(
      declarations: settings.jobs, interval: 1, gpus: choice.monitor(interval: 1),
      rules: settings.rules)
    defer { survey.stop() }
    var moment = survey.next()
    for _ in 1..<Int(seconds.rounded(.up)) { moment = survey.next() }
    let findings = moment.findings + moment.jobs.flatMap(\.findings)
    if json {
      print(FindingsJSON.line(moment, lookedFor: seconds))
    } else {
      for line in FindingsText.lines(moment) { print(line) }
      if findings.isEmpty {
        let count = moment.jobs.count
        print("Nothing was found: \(count) \(count == 1 ? "job was" : "jobs were") looked at.")
      }
    }
    if fflush(nil) != 0 { throw OutputError(number: errno) }
    if let failOn, findings.contains(where: { $0.level >= failOn.level }) {
      throw ExitCode.failure
    }
  }
}
