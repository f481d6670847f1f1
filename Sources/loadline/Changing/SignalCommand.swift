import ArgumentParser
import Control
import Glibc
import Model

/// `loadline signal`: sends a signal to every process of a job.
struct SignalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signal",
    abstract: "Send a signal to every process of a running job.",
    discussion: "Exit status: 0 sent, 1 error, 2 wrong usage, 3 refused, 4 reached nobody.")

  @Argument(help: "The job: its name, OWNER:NAME, or the id that snapshot --json prints.")
  var job: String

  @Argument(help: "A signal by name or number: TERM, SIGINT, 9.")
  var signal = "TERM"

  @OptionGroup var options: ChangingOptions

  func run() throws {
    try endWithStatus {
      guard let number = Self.number(of: signal) else {
        throw CommandRefusal.wrong(
          "\"\(SafeText(signal))\" is no signal; known are "
            + Self.names.map(\.name).joined(separator: ", ") + ", and numbers from 1 to 64.")
      }
      let proposal = try Proposal(options)
      let target = Target(try JobSelection.job(job, in: try options.survey(for: [job])).job)
      if options.dryRun {
        print("Signal \(number) would go to every process of \(target.name).")
        return .applied
      }
      let report = HeldSignals.during { proposal.control.signal(target, number: number) }
      print(
        options.json
          ? ReportText.json(report, items: [], commands: [])
          : report.notes.joined(separator: "\n") + "\n", terminator: "")
      return ControlStatus(report.outcome)
    }
  }

  private nonisolated static let names: [(name: String, number: Int32)] = [
    ("HUP", SIGHUP), ("INT", SIGINT), ("QUIT", SIGQUIT), ("ABRT", SIGABRT), ("KILL", SIGKILL),
    ("USR1", SIGUSR1), ("USR2", SIGUSR2), ("TERM", SIGTERM), ("CONT", SIGCONT),
    ("STOP", SIGSTOP), ("TSTP", SIGTSTP), ("WINCH", SIGWINCH),
  ]

  private nonisolated static func number(of text: String) -> Int32? {
    if let number = Int32(text) { return (1...64).contains(number) ? number : nil }
    let upper = text.uppercased()
    let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    return names.first { $0.name == name }?.number
  }
}
