import Model

/// The other causes of slowness that were looked at, for the one that stands.
enum RuledOutCauses {
  static func of(
    _ rule: RuleID, _ view: JobView, _ record: JobRecord, _ engine: DiagnosisEngine
  ) -> [RuledOut] {
    guard rule.kind == .bottleneck else { return [] }
    var causes: [RuledOut] = []
    func stands(_ id: RuleID) -> Bool {
      zip(engine.rules, record.tracks).contains { type(of: $0).id == id && $1.level != nil }
    }
    let pressure = view.job.pressure
    if rule != .cpuQuota, let share = view.job.cpu.throttled?.value, share < 0.05,
      view.job.grant.cores.amount != nil, !stands(.cpuQuota)
    {
      causes.append(
        RuledOut(.cpuQuota, "not its quota: it ran out in \(Words.percent(share)) of periods"))
    }
    if rule != .reclaim, let share = pressure.memorySome?.value, share < 0.05, !stands(.reclaim) {
      causes.append(
        RuledOut(
          .reclaim,
          "not memory: some of its threads stalled on it \(Words.percent(share)) of the time"
        ))
    }
    if rule != .io, let share = pressure.ioFull?.value, share < 0.05, !stands(.io) {
      causes.append(
        RuledOut(
          .io, "not disks: all of its threads stalled on them \(Words.percent(share)) of the time"))
    }
    return causes
  }
}
