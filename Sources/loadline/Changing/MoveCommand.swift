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
      let gifts = try amounts.map(Self.gift)
      let proposal = try Proposal(options)
      let moment = try options.survey()
      let giving = Target(try JobSelection.job(donor, in: moment).job)
      let taking = Target(try JobSelection.job(taker, in: moment).job)
      guard giving.id != taking.id else {
        throw CommandRefusal.wrong("--from and --to are the same job.")
      }
      let controls = proposal.control.inspect([giving, taking])
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

  private nonisolated static func gift(_ text: String) throws -> Gift {
    let wish = try KnobWish(parsing: text)
    switch wish {
    case .to(.cores(.at(let cores))): return .cores(cores)
    case .to(.memory(.at(let bytes))): return .memory(bytes)
    case .to(.cpus(let cpus)) where !cpus.isEmpty: return .cpus(cpus)
    default:
      throw CommandRefusal.wrong(
        "\(SafeText(text)): what can be handed over are cores=NUMBER, memory=SIZE and cpus=LIST.")
    }
  }
}
