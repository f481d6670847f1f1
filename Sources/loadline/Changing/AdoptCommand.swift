import ArgumentParser
import Control
import Glibc
import JSON
import Model

/// `loadline adopt`: gives a running command a cgroup of its own, so that it can be limited.
struct AdoptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "Give a command that runs already a cgroup of its own.",
    discussion: """
      Commands started by hand over ssh or in tmux share one group and can only be pinned and reniced. \
      With a cgroup of its own such a job can be limited like any other. Memory that it holds already \
      stays charged where it was.

      Exit status: 0 adopted, 1 error, 2 wrong usage, 3 refused.
      """)

  @Argument(help: "The job: its name, OWNER:NAME, its id, or the pid of its first process.")
  var job: String

  @Option(help: ArgumentHelp("The name to run under from now on.", valueName: "name"))
  var name: String?

  @Flag(help: "Accept that it ends with your last logout (systemd user manager without linger).")
  var untilLogout = false

  @OptionGroup var options: ChangingOptions

  func run() throws {
    try endWithStatus {
      var wanted: RunName?
      if let name {
        guard let valid = RunName(name) else {
          throw CommandRefusal.wrong("--name must be a name as `loadline run --name` takes it.")
        }
        wanted = valid
      }
      let proposal = try Proposal(options)
      let names = Int32(job) == nil ? [job] : []
      let target = try target(in: try options.survey(for: names))
      guard target.cgroup == nil else {
        throw CommandRefusal.refused("\(target.name) has a cgroup of its own already.")
      }
      let request = AdoptionRequest(
        target: target, name: wanted, endsAtLogout: untilLogout)
      let notes = try proposal.control.consequences(of: request)
      if options.dryRun {
        print(notes.joined(separator: "\n"))
        return .applied
      }
      for note in notes where !options.json { complain(note) }
      let report = HeldSignals.during { proposal.control.adopt(request) }
      print(options.json ? Self.json(report) : Self.text(report), terminator: "")
      if case .refused(let failure) = report.stage { throw failure }
      return .applied
    }
  }

  /// A pid means the tree whose first process has it.
  private func target(in moment: Moment) throws(CommandRefusal) -> Target {
    if let pid = Int32(job) {
      for job in moment.jobs {
        if case .tree(pid, _) = job.id { return Target(job.job) }
      }
      guard let identity = Control.tree(of: pid) else {
        throw .wrong("there is no process \(pid).")
      }
      return identity
    }
    return Target(try JobSelection.job(job, in: moment).job)
  }

  private nonisolated static func text(_ report: AdoptionReport) -> String {
    guard case .done = report.stage else { return "" }
    var lines = ["\(report.target.name): \(report.moved) processes are in a cgroup of their own."]
    lines += report.left.map { "Process \($0.pid) (\($0.name)) stays where it is: \($0.reason)." }
    lines += report.notes
    return lines.joined(separator: "\n") + "\n"
  }

  private nonisolated static func json(_ report: AdoptionReport) -> String {
    var json = JSONText()
    json.object { json in
      json.value("version", 1)
      json.value("job", report.target.name.string)
      switch report.stage {
      case .done(let id):
        json.value("outcome", "adopted")
        json.value("job_id", id.description)
      case .refused(let failure):
        json.value("outcome", "refused")
        json.value("reason", failure.sentence)
      case .moving: json.value("outcome", "moving")
      }
      json.value("moved", report.moved)
      json.array("left") { json in
        for process in report.left {
          json.object { json in
            json.value("pid", Int(process.pid))
            json.value("name", process.name.string)
            json.value("reason", process.reason)
          }
        }
      }
      json.array("notes") { json in for note in report.notes { json.value(nil, note) } }
    }
    return json.text + "\n"
  }
}
