import ArgumentParser
import Configuration
import Dashboard
import Glibc
import Terminal

/// `loadline`: the dashboard.
struct DashboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard", abstract: "Open the dashboard (the default).")

  @OptionGroup var options: DashboardOptions

  func run() throws {
    try MainActor.assumeIsolated {
      let look = try options.resolve()
      let signals = try Signals()
      let code = try DashboardLoop.run(look, tour: nil, signals: signals)
      for warning in look.warnings { complain(warning) }
      if code != 0 { throw ExitCode(code) }
    }
  }
}
