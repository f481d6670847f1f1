import ArgumentParser
import Configuration
import Glibc

/// `loadline config`: checks a configuration, or prints an example.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check the configuration, or print an example.",
    subcommands: [Check.self, Example.self])

  /// `loadline config check [FILE]`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Name every mistake, with file, line, key and what was expected.")

    @Argument(help: "A file; without one, those that the dashboard would read.")
    var file: String?

    func run() throws {
      let files = ConfigurationFiles.standard(
        environment: processEnvironment(), explicit: file)
      let problems = checkConfiguration(files)
      for problem in problems { print(problem) }
      if problems.contains(where: { $0.severity == .error }) { throw ExitCode.failure }
      if problems.isEmpty { print("no mistakes") }
    }
  }

  /// `loadline config example`.
  struct Example: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a commented configuration.")

    func run() throws { print(exampleConfiguration, terminator: "") }
  }
}
