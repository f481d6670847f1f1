import ArgumentParser
import CLinux
import Glibc

/// The command line: `loadline` opens the dashboard, sub-commands do the rest.
@main struct Loadline: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loadline",
    abstract: "Every job's load against the line you drew for it.",
    discussion: "Without a sub-command the dashboard opens.",
    version: loadlineVersion,
    subcommands: [
      DashboardCommand.self, RunCommand.self, SnapshotCommand.self, FindingsCommand.self,
      SetCommand.self,
      MoveCommand.self, UndoCommand.self, LogCommand.self, FreezeCommand.self, ThawCommand.self,
      SignalCommand.self, AdoptCommand.self, ConfigCommand.self,
      DoctorCommand.self, DemoCommand.self, DemoWorkCommand.self, RunInScopeCommand.self,
    ],
    defaultSubcommand: DashboardCommand.self)

  /// Runs the command line; a wrong one ends with 2, as it does for most programs.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
      // What was printed may still be on its way, to a disk that is full.
      if fflush(nil) != 0 || ll_stdout_has_failed() != 0 {
        complain("the output could not be written: \(String(cString: strerror(errno)))")
        Glibc.exit(EXIT_FAILURE)
      }
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      let text = UsageMistake(
        fullMessage(for: error), arguments: Array(CommandLine.arguments.dropFirst()),
        commands: configuration.subcommands.filter { $0.configuration.shouldDisplay }
          .compactMap { $0.configuration.commandName }
      ).text
      let message = Array((text + "\n").utf8)
      write(2, message, message.count)
      Glibc.exit(2)
    }
  }
}

nonisolated let loadlineVersion = "0.1.0"
