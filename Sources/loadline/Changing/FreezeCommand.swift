import ArgumentParser
import Control
import Model
import Planner

/// `loadline freeze`: makes a job stand still.
struct FreezeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "freeze",
    abstract: "Make a running job stand still; it keeps its memory and GPUs.",
    discussion: "Exit status: 0 applied, 1 error, 2 wrong usage, 3 refused, 4 taken back.")

  @Argument(help: "The job: its name, OWNER:NAME, or the id that snapshot --json prints.")
  var job: String

  @OptionGroup var options: ChangingOptions

  func run() throws { try setFrozen(true, job, options) }
}

/// `loadline thaw`: lets a frozen job go on.
struct ThawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thaw", abstract: "Let a frozen job go on.",
    discussion: "Exit status: 0 applied, 1 error, 2 wrong usage, 3 refused, 4 taken back.")

  @Argument(help: "The job: its name, OWNER:NAME, or the id that snapshot --json prints.")
  var job: String

  @OptionGroup var options: ChangingOptions

  func run() throws { try setFrozen(false, job, options) }
}

private nonisolated func setFrozen(
  _ isFrozen: Bool, _ job: String, _ options: ChangingOptions
) throws {
  try endWithStatus {
    let proposal = try Proposal(options)
    let (moment, targets, controls) = try options.survey(for: [job], proposal.control)
    var draft = Draft()
    for target in targets {
      draft.set(.frozen(isFrozen), of: target, from: controls[target.id]?.value(of: .frozen))
    }
    return try proposal.carryOut(draft, on: moment, controls)
  }
}
