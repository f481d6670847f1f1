import Dashboard
import Drawing
import Model
import Planner

/// What can be set on the jobs of a moment: everything, unless said otherwise.
enum Controls {
  static func all(_ moment: Moment) -> [JobID: JobControl] {
    Dictionary(uniqueKeysWithValues: moment.jobs.map { ($0.id, settable($0, moment.box)) })
  }

  static func settable(_ job: JobMoment, _ box: BoxMoment) -> JobControl {
    let grant = job.grant
    let set = grant.cpus.map { $0.count < box.cpus.count ? $0 : CPUSet() } ?? CPUSet()
    return JobControl(
      target: Target(job.job), backend: .cgroup2,
      knobs: [
        .cores: .settable(.cores(grant.cores)), .cpus: .settable(.cpus(set)),
        .weight: .settable(.weight(grant.weight ?? 100)),
        .memory: .settable(.memory(grant.memory)),
        .memoryHigh: .settable(.memoryHigh(grant.memoryHigh)),
        .read: .settable(.read(grant.read)), .write: .settable(.write(grant.write)),
        .pids: .settable(.pids(.unlimited)), .frozen: .settable(.frozen(false)),
      ], above: JobControl.Bounds(cpus: box.cpus))
  }
}

extension Boxes {
  /// Room for changes: three jobs with limits and one without, on 16 cores and 64 GiB.
  static func roomy(topology: Topology? = nil) -> Moment {
    var moment = moment(
      cores: 16, memory: 64,
      jobs: [
        JobBuilder("train", owner: "alice", number: 1).cores(2, of: 2, wants: 5, throttled: 0.38)
          .memory(6, of: 8).io(read: 120, written: 4).states(.throttled).cpus("0-3", weight: 100),
        JobBuilder("etl", owner: "bob", number: 2).cores(1, of: 4).memory(3, of: 16)
          .io(read: 40, written: 12).cpus("4-7", weight: 100),
        JobBuilder("serve", owner: "carol", number: 3).cores(0.5, of: 2).memory(2, of: 4)
          .io(read: 1, written: 0).cpus("6-9", weight: 100),
        JobBuilder("notebook", owner: "dave", number: 4, source: .process).cores(0.75).memory(1)
          .io(read: 0, written: 0).with { $0.job.cgroup = nil },
      ].map(\.moment), otherCores: 0.5, otherMemory: 4, uncharged: 1)
    moment.box.topology = topology ?? Topology(flat: moment.box.cpus)
    moment.box.cpuLoads = moment.box.cpus.numbers.map { Share(Double(($0 * 37) % 101) / 100) }
    return moment
  }

  /// Four CPUs on two nodes.
  static var fourCPUs: Topology {
    Topology((0..<4).map { Topology.CPU($0, node: $0 / 2, socket: $0 / 2) })
  }

  /// 64 CPUs: two sockets of one node each, 16 cores a socket, two threads a core.
  static var threads64: Topology {
    Topology(
      (0..<64).map { number in
        let core = number % 32
        return Topology.CPU(number, node: core / 16, socket: core / 16, core: core)
      })
  }

  static func seats(_ topology: Topology) -> Moment {
    let count = topology.cpus.count
    var moment = moment(
      cores: Double(count), memory: 64,
      jobs: [
        JobBuilder("train", number: 1).cores(Double(count) / 4, of: Double(count) / 4)
          .memory(6, of: 8).cpus("0-\(count / 4 - 1)"),
        JobBuilder("etl", number: 2).cores(1, of: Double(count) / 2).memory(3, of: 16)
          .cpus("\(count / 4)-\(count * 3 / 4 - 1)"),
        JobBuilder("serve", number: 3).cores(0.5, of: Double(count) / 4).memory(2, of: 4)
          .cpus("\(count / 2)-\(count * 3 / 4 - 1)"),
        JobBuilder("notebook", number: 4).cores(0.75).memory(1),
      ].map(\.moment), otherCores: 0.1, otherMemory: 4, uncharged: 1)
    moment.box.topology = topology
    moment.box.cpuLoads = (0..<count).map { Share(Double(($0 * 37) % 101) / 100) }
    return moment
  }
}

extension Shown {
  /// A dashboard on which everything can be set.
  static func controlled(
    _ moment: Moment = Boxes.roomy(), columns: Int = 120, rows: Int = 40,
    settings: DashboardSettings = DashboardSettings()
  ) -> Shown {
    var shown = Shown(moment, columns: columns, rows: rows, settings: settings)
    shown.receive(.inspected(Controls.all(moment)))
    return shown
  }

  @discardableResult
  mutating func receive(_ event: ControlEvent) -> [Effect] {
    defer { draw() }
    return state.receive(event)
  }

  mutating func choose(_ name: String) {
    press("g")
    for _ in order where selected != name { press(.down) }
  }

  /// The requests among effects.
  static func requests(_ effects: [Effect]) -> [ControlRequest] {
    effects.compactMap { if case .control(let request) = $0 { request } else { nil } }
  }

  var drafted: [Change] { state.draft?.draft.changes ?? [] }

  func job(_ name: String) -> JobMoment? {
    state.moment?.jobs.first { $0.job.name.string == name }
  }
}

/// Reports and entries as the room that changes the box makes them.
enum Reports {
  static let id = TransactionID("20261121-140355-812")

  static func running(_ changes: [Change], _ states: [ChangeState]) -> ControlEvent {
    .transaction(report(changes, states, .running))
  }

  static func report(
    _ changes: [Change], _ states: [ChangeState], _ outcome: TransactionReport.Outcome,
    notes: [String] = []
  ) -> TransactionReport {
    TransactionReport(
      id: id, outcome: outcome,
      changes: zip(changes, states).map { TransactionReport.Progress(change: $0, state: $1) },
      notes: notes)
  }

  static func applied(_ changes: [Change]) -> ControlEvent {
    .transaction(report(changes, changes.map { .verified(actual: $0.to) }, .applied))
  }

  static func entry(
    _ id: String, _ changes: [Change], kind: JournalEntry.Kind = .apply,
    outcome: JournalEntry.Outcome = .applied, drifted: Set<Int> = [], secondsAgo: Double = 60
  ) -> JournalEntry {
    JournalEntry(
      id: TransactionID(id), time: Boxes.wallClock - secondsAgo, user: 0, pid: 4711, kind: kind,
      outcome: outcome,
      changes: changes.enumerated().map { index, change in
        JournalEntry.Made(
          change: change, commands: writes(change), isDrifted: drifted.contains(index))
      })
  }

  static func writes(_ change: Change) -> [String] {
    let group = "/sys/fs/cgroup\(change.target.cgroup ?? "")"
    return switch change.to {
    case .cores(.at(let cores)): ["write \(Int(cores.value * 100_000)) 100000 to \(group)/cpu.max"]
    case .memory(.at(let bytes)): ["write \(bytes.count) to \(group)/memory.max"]
    case .cpus(let cpus): ["write \(cpus) to \(group)/cpuset.cpus"]
    default: ["write to \(group)"]
    }
  }
}
