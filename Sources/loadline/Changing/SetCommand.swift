import ArgumentParser
import Control
import Model
import Planner

/// `loadline set`: changes what one job is granted.
struct SetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Change what a running job is granted, or what a GPU may draw.",
    discussion: """
      All changes are made or none: each is verified by reading it back, and `loadline undo` takes \
      them back. A change is a knob and a value: cores=6, cores=+2, memory=24GiB, memory-high=20GiB, \
      cpus=0-5, weight=200, io-read=500MB/s, io-write=200MB/s, pids=4096, burst=50ms, frozen=yes, \
      nice=5, io-priority=idle; max or all takes a limit off. On a GPU it is power=300W or power=-50W, \
      with gpu:0 (its number in nvidia-smi and snapshot), gpu:GPU-… or gpu:0000:03:00.0 for the job.

      Exit status: 0 applied, 1 error, 2 wrong usage, 3 refused, 4 taken back.
      """)

  @Argument(
    help: "The job: its name, OWNER:NAME, or the id that snapshot --json prints; or gpu:NUMBER.")
  var job: String

  @Argument(help: ArgumentHelp("What to set.", valueName: "knob=value"))
  var changes: [String]

  @OptionGroup var options: ChangingOptions

  func run() throws {
    try endWithStatus {
      let wishes = try changes.map { try KnobWish(parsing: $0) }
      let knobs = wishes.map(\.knob)
      if let twice = knobs.first(where: { knob in knobs.count(where: { $0 == knob }) > 1 }) {
        throw CommandRefusal.wrong("\(twice.rawValue) is given twice; give it once.")
      }
      let gpu = DeviceWord(job)
      try Self.refuse(knobs, gpu == nil)
      let proposal = try Proposal(options)
      let (moment, targets, controls) =
        try gpu.map { try options.survey(for: $0, proposal.control) }
        ?? options.survey(for: [job], proposal.control)
      var draft = Draft()
      for target in targets {
        guard let jobControl = controls[target.id] else { continue }
        for wish in wishes { try draft.apply(wish, to: target, jobControl) }
      }
      return try proposal.carryOut(draft, on: moment, controls)
    }
  }
  private nonisolated static func refuse(_ knobs: [Knob], _ isJob: Bool) throws(CommandRefusal) {
    for knob in knobs where isJob == (knob == .power) {
      throw .refused(
        isJob
          ? "A power limit is a GPU's, not a job's; set that of the device, such as gpu:0 power=300W."
          : "A GPU has no \(knob.rawValue) to set, only power.")
    }
  }
}
