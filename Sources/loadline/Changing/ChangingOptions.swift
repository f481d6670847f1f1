import ArgumentParser
import Configuration
import Model

/// What the commands that change a job's limits have in common.
struct ChangingOptions: ParsableArguments {
  @Flag(name: .customLong("dry-run"), help: "Show what would be written, and write nothing.")
  var dryRun = false

  @Flag(help: "Print one JSON object (see docs/control.md).")
  var json = false

  @OptionGroup var files: ConfigurationOption

  /// The box as it is, long enough looked at to know demand and throttling.
  func survey() throws -> Moment {
    var survey = Survey(declarations: try files.load().jobs, interval: 0.3)
    return survey.next()
  }
}

/// Runs a command's body and ends with the status that docs/control.md gives to what happened.
nonisolated func endWithStatus(_ body: () throws -> ControlStatus) throws {
  let status: ControlStatus
  do {
    status = try body()
  } catch let refusal as CommandRefusal {
    complain(refusal.sentence)
    status = refusal.status
  } catch let mistake as KnobMistake {
    complain(mistake.description)
    status = .usage
  } catch let failure as ChangeFailure {
    complain(failure.sentence)
    status = failure.kind == .failed ? .error : .refused
  }
  if status != .applied { throw ExitCode(status.rawValue) }
}
