import Model
import Planner

extension DashboardState {
  /// With an open draft it asks first; a second ^C does not wait for the answer.
  mutating func quit() -> [Effect] {
    if case .asking(let question) = mode, question.subject == .quit { return [.quit] }
    if preview?.stage == .running {
      ask(
        .quit, "quit?",
        ["Changes are being written. They are finished or taken back before loadline ends."],
        ["stay", "quit"])
      return []
    }
    guard let count = draft?.draft.changes.count, count > 0 else { return [.quit] }
    let changes = count == 1 ? "1 change" : "\(count) changes"
    ask(
      .quit, "quit?", ["The draft holds \(changes) that were not applied."],
      ["stay", "drop the draft and quit"])
    return []
  }

  mutating func askDropDraft() {
    let count = draft?.draft.changes.count ?? 0
    ask(
      .dropDraft, "drop the draft?",
      [count == 1 ? "It holds 1 change." : "It holds \(count) changes."],
      ["keep it", "drop it"])
  }

  mutating func askUndoAll() {
    guard mayDraft() else { return }
    ask(
      .undoAll, "take back everything?",
      [
        "Every change that was made from here since this loadline started is taken back, the newest first.",
        "What others have changed since is left as it is.",
      ], ["change nothing", "take back everything"])
  }

  mutating func askAdopt() {
    guard mayDraft(), let job = chosenJob else { return }
    guard job.job.cgroup == nil else {
      explain("\(job.job.name) has a cgroup of its own already: its limits can be set as it is.")
      return
    }
    ask(
      .adopt(Target(job.job)), "adopt \(job.job.name)?",
      [
        "All its processes move into a cgroup of their own; then cores, memory and IO can be limited.",
        "It leaves its old cgroup, whose limits stop holding for it; with systemd it becomes a scope of system.slice, or of your user's slice.",
        "Memory it holds already stays charged where it is: a memory limit counts from now on.",
        "Undo moves the processes back while the old cgroup is there; out of a user's scope only root can.",
      ], ["change nothing", "adopt it"])
  }

  mutating func askSignal() {
    guard mayDraft(), let job = chosenJob else { return }
    ask(
      .signal(Target(job.job)), "send \(job.job.name) a signal",
      ["Every process of the job gets it."],
      ["Cancel"] + Signal.offered.map { "\($0.name)  \($0.meaning)" })
  }

  mutating func askRecover(_ entry: JournalEntry) {
    if entry.kind == .adopt {
      ask(
        .recover(entry.id), "recover?",
        ["This adoption has no outcome: the process that made it ended in the middle."]
          + entry.notes, ["change nothing", "recover it"])
      return
    }
    ask(
      .recover(entry.id), "recover?",
      [
        "This transaction has no outcome: the process that made it ended in the middle.",
        "Recovering takes back what it wrote.",
      ], ["change nothing", "take it back"])
  }

  mutating func ask(
    _ subject: Question.Subject, _ title: String, _ lines: [String], _ choices: [String]
  ) {
    mode = .asking(Question(subject: subject, title: title, lines: lines, choices: choices))
  }

  mutating func applyInQuestion(_ action: Action, _ question: Question) -> [Effect]? {
    var question = question
    switch action {
    case .move(let rows):
      question.index = wrapped(question.index + rows, count: question.choices.count)
      mode = .asking(question)
    case .scroll(let rows):
      question.index = wrapped(question.index + rows.signum(), count: question.choices.count)
      mode = .asking(question)
    case .accept: return answer(question)
    case .choose(let index):
      question.index = index
      return answer(question)
    case .dismiss: mode = .browsing
    case .redraw, .suspend, .quit: return nil
    default: break
    }
    return []
  }

  private mutating func answer(_ question: Question) -> [Effect] {
    mode = .browsing
    if case .give(let cpus, let jobs) = question.subject {
      if jobs.indices.contains(question.index) { return give(cpus, to: jobs[question.index]) }
      return []
    }
    guard question.index > 0 else { return [] }
    switch question.subject {
    case .quit: return [.quit]
    case .dropDraft: dropDraft()
    case .undoAll:
      begin(Preview(.undoAll, stage: .running))
      return [.control(.undoAll)]
    case .adopt(let target):
      adoption = AdoptionReport(target: target, stage: .moving)
      mode = .adopting
      return [.control(.adopt(target, name: nil))]
    case .signal(let target):
      let signal = Signal.offered[question.index - 1]
      say("\(signal.name) for \(target.name)")
      return [.control(.signal(target, number: signal.number))]
    case .recover(let id):
      begin(Preview(.recover(id), stage: .running))
      return [.control(.recover(id))]
    case .give: break
    }
    return []
  }
}

/// A signal that can be sent to a job: its number on Linux, and what it is for.
struct Signal {
  var name: String
  var number: Int32
  var meaning: String

  static let offered = [
    Signal(name: "TERM", number: 15, meaning: "please end"),
    Signal(name: "INT", number: 2, meaning: "as ^C does"),
    Signal(name: "HUP", number: 1, meaning: "its terminal is gone, or read the settings again"),
    Signal(name: "USR1", number: 10, meaning: "often: save a checkpoint"),
    Signal(name: "USR2", number: 12, meaning: "what the program makes of it"),
    Signal(name: "STOP", number: 19, meaning: "stand still"),
    Signal(name: "CONT", number: 18, meaning: "go on"),
    Signal(name: "QUIT", number: 3, meaning: "end with a core dump"),
    Signal(name: "KILL", number: 9, meaning: "end at once, without saving anything"),
  ]
}
