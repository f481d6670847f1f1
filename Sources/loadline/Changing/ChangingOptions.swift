import ArgumentParser
import Configuration
import Control
import Model

/// What the commands that change a job's limits have in common.
struct ChangingOptions: ParsableArguments {
  @Flag(name: .customLong("dry-run"), help: "Show what would be written, and write nothing.")
  var dryRun = false

  @Flag(help: "Print one JSON object (see docs/control.md).")
  var json = false

  @OptionGroup var files: ConfigurationOption

  /// The box as it is, long enough looked at to know demand and throttling: of cgroups that takes a
  /// fifth of a second, of commands without one more than a second.
  ///
  /// - Parameter words: as ``JobSelection`` takes them. One that is no job's name is looked for up to
  ///   two seconds more: a job that was started just before may not be one yet.
  func survey(for words: [String] = []) throws -> Moment {
    try survey(for: words) { _ in true }
  }

  /// The same, with what can be set on the jobs.
  ///
  /// - Throws: where one is not found, or has ended.
  func survey(
    for words: [String], _ control: Control
  ) throws -> (moment: Moment, targets: [Target], controls: [JobID: JobControl]) {
    var controls: [JobID: JobControl] = [:]
    let moment = try survey(for: words) { moment in
      let targets = words.flatMap { JobSelection.jobs($0, in: moment) }.map { Target($0.job) }
      controls = control.inspect(targets)
      return targets.allSatisfy { controls[$0.id] != nil }
    }
    let targets = try words.map { Target(try JobSelection.job($0, in: moment).job) }
    if let gone = targets.first(where: { controls[$0.id] == nil }) {
      throw CommandRefusal.refused("\(gone.name) has just ended.")
    }
    return (moment, targets, controls)
  }

  /// The box with who runs on its GPUs, which takes more than a second, and what can be set on one.
  func survey(
    for gpu: DeviceWord, _ control: Control
  ) throws -> (moment: Moment, targets: [Target], controls: [JobID: JobControl]) {
    let target = try gpu.target(control)
    let controls = control.inspect([target])
    if controls.isEmpty { throw CommandRefusal.refused("\(target.name) is not there any more.") }
    let interval = 0.3
    var survey = Survey(
      declarations: try files.load().jobs, interval: interval,
      gpus: GPUChoice.auto.monitor(interval: interval))
    defer { survey.stop() }
    return (survey.next(), [target], controls)
  }

  private func survey(
    for words: [String], until isComplete: (Moment) -> Bool
  ) throws -> Moment {
    try DeviceWord.refuse(words)
    let declarations = try files.load().jobs
    let brief = Survey.brief(declarations: declarations)
    if JobSelection.areKnown(words, in: brief), isComplete(brief) { return brief }
    var survey = Survey(declarations: declarations, interval: 0.3)
    var moment = survey.next()
    let end = moment.time.advanced(bySeconds: Self.patience)
    while moment.time < end {
      let isMissing = words.contains { JobSelection.jobs($0, in: moment).isEmpty }
      if !isMissing, isComplete(moment) { break }
      moment = survey.next()
    }
    return moment
  }

  /// For how long a job is looked for that is not there, in seconds.
  private nonisolated static let patience = 2.0
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
  HeldSignals.release()
  if status != .applied { throw ExitCode(status.rawValue) }
}
