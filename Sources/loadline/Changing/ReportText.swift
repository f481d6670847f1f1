import JSON
import Model
import Planner

/// What a person or a script is told about a plan and what became of it.
nonisolated enum ReportText {
  /// One change in words: `train: cores 1 core → 2.5 cores`.
  static func line(_ change: Change) -> String {
    let from = change.from.map(\.text) ?? "–"
    return "\(change.target.name): \(change.knob.rawValue) \(from) → \(change.to.text)"
  }

  /// A plan before it is applied: verdicts, effects, risks and the exact commands.
  static func preview(_ items: [Assessment.Item], commands: [[String]]) -> String {
    var lines: [String] = []
    for (index, item) in items.enumerated() {
      lines.append(line(item.change))
      if case .notNow(let reason) = item.verdict { lines.append("  not now: \(reason)") }
      if case .never(let reason) = item.verdict { lines.append("  never: \(reason)") }
      if let effect = item.effect { lines.append("  \(effect)") }
      for risk in item.risks { lines.append("  careful: \(risk)") }
      if item.verdict == .fits, commands.indices.contains(index) {
        lines += commands[index].map { "    \($0)" }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `isUndo`: it was asked to take something back, so that applied means taken back.
  static func outcome(_ report: TransactionReport, isUndo: Bool = false) -> String {
    var lines: [String] = []
    var reasons: [String] = []
    for progress in report.changes {
      lines.append("\(line(progress.change))  \(words(progress.state))")
      if case .failed(let failure) = progress.state { reasons.append(failure.sentence) }
    }
    lines += report.notes.filter { !reasons.contains($0) }
    switch report.outcome {
    case .applied where isUndo:
      lines.append(report.left.isEmpty ? "Taken back." : "Not all of it was taken back: see above.")
    case .applied:
      lines.append(
        "Applied. Take it back with: loadline undo \(report.id.map(\.description) ?? "")")
    case .rolledBack: lines.append("Taken back: everything is as before.")
    case .stuck:
      lines.append("Not all of it could be taken back: see above, and loadline log.")
    case .refused, .running: break
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func words(_ state: ChangeState) -> String {
    switch state {
    case .waiting: "waiting"
    case .writing(let seconds): "being written for \(Int(seconds)) s"
    case .verified(let actual): "verified: \(actual.text)"
    case .failed(let failure): "failed: \(failure.sentence)"
    case .takenBack: "taken back"
    case .notBegun: "not begun"
    }
  }

  /// One object on one line; docs/control.md describes the keys.
  static func json(_ report: TransactionReport, items: [Assessment.Item], commands: [[String]])
    -> String
  {
    var json = JSONText()
    json.object { json in
      json.value("version", 1)
      json.value("id", report.id?.description)
      json.value("outcome", report.outcome.rawValue)
      json.array("changes") { json in
        for (index, progress) in report.changes.enumerated() {
          json.object { json in
            change(progress.change, &json)
            state(progress.state, &json)
            let item = items.first {
              $0.change.target.id == progress.change.target.id
                && $0.change.knob == progress.change.knob
            }
            json.value("effect", item?.effect)
            json.array("risks") { json in for risk in item?.risks ?? [] { json.value(nil, risk) } }
            json.array("commands") { json in
              let lines = commands.indices.contains(index) ? commands[index] : []
              for line in lines { json.value(nil, line) }
            }
          }
        }
      }
      json.array("left") { json in
        for drift in report.left {
          json.object { json in
            json.value("job", drift.target.name.string)
            json.value("job_id", drift.target.id.description)
            json.value("knob", drift.mine.knob.rawValue)
            json.value("mine", drift.mine.argument)
            json.value("theirs", drift.theirs.argument)
          }
        }
      }
      json.array("notes") { json in for note in report.notes { json.value(nil, note) } }
    }
    return json.text + "\n"
  }

  private static func change(_ change: Change, _ json: inout JSONText) {
    json.value("job", change.target.name.string)
    json.value("job_id", change.target.id.description)
    json.value("owner", change.target.owner.string)
    json.value("knob", change.knob.rawValue)
    json.value("from", change.from?.argument)
    json.value("to", change.to.argument)
  }

  private static func state(_ state: ChangeState, _ json: inout JSONText) {
    switch state {
    case .waiting: json.value("state", "waiting")
    case .writing: json.value("state", "writing")
    case .verified(let actual):
      json.value("state", "verified")
      json.value("actual", actual.argument)
    case .failed(let failure):
      json.value("state", "failed")
      json.value("verdict", failure.kind.rawValue)
      json.value("reason", failure.sentence)
      json.value("errno", failure.errno.map(Int.init))
    case .takenBack: json.value("state", "taken-back")
    case .notBegun: json.value("state", "not-begun")
    }
  }

  /// The log for people, the newest first.
  static func log(_ entries: [JournalEntry], time: (Double) -> String) -> String {
    var lines: [String] = []
    for entry in entries {
      lines.append(
        "\(entry.id)  \(time(entry.time))  user \(entry.user)  \(kind(entry.kind))  \(entry.outcome.rawValue)"
      )
      if let target = entry.target { lines.append("  \(target.name)") }
      lines += entry.notes.map { "  \($0)" }
      for made in entry.changes {
        lines.append("  \(line(made.change))\(made.isDrifted ? "  changed by others since" : "")")
        lines += made.commands.map { "    \($0)" }
      }
    }
    return lines.isEmpty ? "The journal is empty.\n" : lines.joined(separator: "\n") + "\n"
  }

  private static func kind(_ kind: JournalEntry.Kind) -> String {
    switch kind {
    case .apply: "apply"
    case .undo(let id): "undo of \(id)"
    case .adopt: "adopt"
    case .signal(let number): "signal \(number)"
    }
  }

  static func json(_ entry: JournalEntry) -> String {
    var json = JSONText()
    json.object { json in
      json.value("version", 1)
      json.value("id", entry.id.description)
      json.value("time", entry.time, decimals: 3)
      json.value("user", Int(entry.user))
      json.value("pid", Int(entry.pid))
      json.value("kind", kindWord(entry.kind))
      if case .undo(let id) = entry.kind { json.value("of", id.description) }
      json.value("outcome", entry.outcome.rawValue)
      json.value("job", entry.target?.name.string)
      json.array("notes") { json in for note in entry.notes { json.value(nil, note) } }
      json.array("changes") { json in
        for made in entry.changes {
          json.object { json in
            change(made.change, &json)
            json.value("drifted", made.isDrifted)
            json.array("commands") { json in
              for command in made.commands { json.value(nil, command) }
            }
          }
        }
      }
    }
    return json.text + "\n"
  }

  private static func kindWord(_ kind: JournalEntry.Kind) -> String {
    switch kind {
    case .apply: "apply"
    case .undo: "undo"
    case .adopt: "adopt"
    case .signal: "signal"
    }
  }
}
