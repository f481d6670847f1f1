import JSON
import Model

extension JournalLine {
  /// One line of JSON, without the line's end.
  var text: String {
    var json = JSONText()
    json.object { json in
      json.value("version", 1)
      switch self {
      case .intent(let intent): Self.write(intent, to: &json)
      case .adoption(let adoption):
        json.value("record", "adoption")
        json.value("id", adoption.id.description)
        json.value("undo", adoption.undo)
      case .outcome(let outcome): Self.write(outcome, to: &json)
      }
    }
    return json.text
  }

  /// Reads a line; nil where it is cut, or of a version that is not known.
  init?(parsing line: some Collection<UInt8>) {
    guard let json = JSONValue(parsing: line), json["version"]?.integer(Int.self) == 1 else {
      return nil
    }
    switch json["record"]?.string {
    case "intent":
      guard let intent = JournalIntent(json) else { return nil }
      self = .intent(intent)
    case "adoption":
      guard let id = json["id"]?.string, let undo = json["undo"]?.string else { return nil }
      self = .adoption(JournalAdoption(id: TransactionID(id), undo: undo))
    case "outcome":
      guard let outcome = JournalOutcome(json) else { return nil }
      self = .outcome(outcome)
    default: return nil
    }
  }

  private static func write(_ intent: JournalIntent, to json: inout JSONText) {
    json.value("record", "intent")
    json.value("id", intent.id.description)
    json.value("time", intent.time, decimals: 3)
    json.value("boot", intent.boot)
    json.value("user", Int(intent.user))
    json.value("pid", Int(intent.process.pid))
    json.value("start", "\(intent.process.start)")
    switch intent.kind {
    case .apply: json.value("kind", "apply")
    case .undo(let other):
      json.value("kind", "undo")
      json.value("of", other.description)
    case .adopt: json.value("kind", "adopt")
    case .signal(let number):
      json.value("kind", "signal")
      json.value("signal", Int(number))
    }
    if let target = intent.target { json.object("target") { target.write(to: &$0) } }
    json.array("changes") { json in
      for change in intent.changes { json.object { change.write(to: &$0) } }
    }
  }

  private static func write(_ outcome: JournalOutcome, to json: inout JSONText) {
    json.value("record", "outcome")
    json.value("id", outcome.id.description)
    json.value("time", outcome.time, decimals: 3)
    json.value("outcome", outcome.outcome.rawValue)
    if !outcome.left.isEmpty {
      json.array("left") { json in for index in outcome.left { json.value(nil, "\(index)") } }
    }
    if !outcome.notes.isEmpty {
      json.array("notes") { json in for note in outcome.notes { json.value(nil, note) } }
    }
    if let adoption = outcome.adoption { json.value("adoption", adoption) }
  }
}

extension JournalIntent {
  init?(_ json: JSONValue) {
    guard let id = json["id"]?.string, let time = json["time"]?.double,
      let boot = json["boot"]?.string, let user = json["user"]?.integer(UInt32.self),
      let pid = json["pid"]?.integer(Int32.self),
      let start = json["start"]?.string.flatMap({ UInt64($0) }),
      let kind = JournalEntry.Kind(json), let items = json["changes"]?.array
    else { return nil }
    let changes = items.compactMap { JournalChange($0) }
    guard changes.count == items.count else { return nil }
    self.init(
      id: TransactionID(id), time: time, boot: boot, user: user,
      process: ProcessIdentity(pid: pid, start: start), kind: kind, changes: changes,
      target: json["target"].flatMap { Target($0) })
  }
}

extension JournalEntry.Kind {
  fileprivate init?(_ json: JSONValue) {
    switch json["kind"]?.string {
    case "apply": self = .apply
    case "adopt": self = .adopt
    case "undo":
      guard let other = json["of"]?.string else { return nil }
      self = .undo(of: TransactionID(other))
    case "signal":
      guard let number = json["signal"]?.integer(Int32.self) else { return nil }
      self = .signal(number)
    default: return nil
    }
  }
}

extension JournalOutcome {
  fileprivate init?(_ json: JSONValue) {
    guard let id = json["id"]?.string, let time = json["time"]?.double,
      let outcome = json["outcome"]?.string.flatMap({ TransactionReport.Outcome(rawValue: $0) })
    else { return nil }
    self.init(
      id: TransactionID(id), time: time, outcome: outcome,
      left: (json["left"]?.array ?? []).compactMap { $0.string.flatMap { Int($0) } },
      notes: (json["notes"]?.array ?? []).compactMap(\.string),
      adoption: json["adoption"]?.string)
  }
}

extension JournalChange {
  fileprivate func write(to json: inout JSONText) {
    change.target.write(to: &json)
    json.value("backend", backend.rawValue)
    json.value("knob", change.knob.rawValue)
    if let from = change.from { json.value("from", KnobText.text(from)) }
    json.value("to", KnobText.text(change.to))
    json.array("steps") { json in
      for step in steps { json.object { step.write(to: &$0) } }
    }
  }

  fileprivate init?(_ json: JSONValue) {
    guard let target = Target(json),
      let backend = json["backend"]?.string.flatMap({ ControlBackend(rawValue: $0) }),
      let knob = json["knob"]?.string.flatMap({ Knob(rawValue: $0) }),
      let to = json["to"]?.string.flatMap({ KnobText.value(of: knob, $0) }),
      let items = json["steps"]?.array
    else { return nil }
    let steps = items.compactMap { Step($0) }
    guard steps.count == items.count else { return nil }
    self.init(
      change: Change(
        target: target, from: json["from"]?.string.flatMap { KnobText.value(of: knob, $0) }, to: to),
      backend: backend, steps: steps)
  }
}

extension Target {
  fileprivate func write(to json: inout JSONText) {
    json.value("job", id.description)
    json.value("name", name.string)
    json.value("owner", owner.string)
    json.value("source", source.rawValue)
    if let cgroup { json.value("cgroup", cgroup) }
  }

  fileprivate init?(_ json: JSONValue) {
    guard let id = json["job"]?.string.flatMap({ JobID(parsing: $0) }),
      let name = json["name"]?.string, let owner = json["owner"]?.string,
      let source = json["source"]?.string.flatMap({ JobSource(rawValue: $0) })
    else { return nil }
    self.init(
      id: id, name: SafeText(name), owner: SafeText(owner), source: source,
      cgroup: json["cgroup"]?.string)
  }
}

extension JobID {
  /// Reads what ``description`` writes.
  init?(parsing text: String) {
    if text.hasPrefix("gpu-"), text.utf8.count > 4 {
      self = .gpu(GPUID(SafeText(String(text.dropFirst(4)))))
      return
    }
    let parts = text.split(separator: "-")
    switch (parts.first, parts.count) {
    case ("cgroup", 2):
      guard let inode = UInt64(parts[1]) else { return nil }
      self = .cgroup(inode: inode)
    case ("tree", 3):
      guard let pid = Int32(parts[1]), let start = UInt64(parts[2]) else { return nil }
      self = .tree(pid: pid, start: start)
    default: return nil
    }
  }
}
