import ArgumentParser
import Control
import Model
import Planner

/// `loadline move`: hands cores or memory from one job to another; their sum stays.
struct MoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move",
    abstract: "Hand cores, memory or CPUs from one running job to another.",
    discussion: """
      The donor gets less first, then the taker more, as one transaction: loadline move --from a \
      --to b cores=2 memory=4GiB.

      Exit status: 0 applied, 1 error, 2 wrong usage, 3 refused, 4 taken back.
      """)

  @Option(name: .customLong("from"), help: ArgumentHelp("The job that gives.", valueName: "job"))
  var donor: String

  @Option(name: .customLong("to"), help: ArgumentHelp("The job that is given.", valueName: "job"))
  var taker: String

  @Argument(help: ArgumentHelp("What to hand over.", valueName: "knob=amount"))
  var amounts: [String]

  @OptionGroup var options: ChangingOptions

  func run() throws {
    try endWithStatus {
      let gifts = try amounts.map { try Gift(parsing: $0) }
      let proposal = try Proposal(options)
      let (moment, targets, controls) = try options.survey(
        for: [donor, taker], proposal.control)
      let (giving, taking) = (targets[0], targets[1])
      guard giving.id != taking.id else {
        throw CommandRefusal.wrong("--from and --to are the same job.")
      }
      guard let givingControl = controls[giving.id], let takingControl = controls[taking.id] else {
        throw CommandRefusal.refused("one of the two jobs has just ended.")
      }
      var draft = Draft()
      for gift in gifts {
        try draft.give(gift, from: giving, givingControl, to: taking, takingControl)
      }
      return try proposal.carryOut(draft, on: moment, controls)
    }
  }
}
