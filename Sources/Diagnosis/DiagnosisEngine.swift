package import Model

/// Moments in, findings out.
///
/// It reads no file and no clock: the same moments give the same findings, live or replayed. Its
/// windows are its own, fed by the moments; what a job needs of it is let go of when the job is gone.
package struct DiagnosisEngine {
  let settings: RuleSettings
  let rules: [any Rule]
  let timings: [Timing]
  private let isFact: [Bool]
  private let isMutedByPhases: [Bool]
  private let box = BoxView()
  private var boxDiagnosis: BoxDiagnosis
  /// Seconds of which the most memory is one point of the forecast.
  private let forecast: Double
  private var records: [JobID: JobRecord] = [:]
  private var order: [JobRecord] = []
  private var devices: [GPUID: DevicePast] = [:]
  private var number: UInt64 = 0
  private var first = 0

  /// A finding's words are made anew after so many seconds, of so many findings a moment.
  private static let renewAfter = 10.0
  private static let renewals = 20

  package init(_ settings: RuleSettings = RuleSettings()) {
    self.settings = settings
    let types = AllRules.types.filter { !settings.muted.contains($0.id) }
    rules = types.map { $0.init(settings.thresholds(of: $0.id)) }
    timings = types.map { type in
      Timing(settings.thresholds(of: type.id), smoothing: type.smoothing, scale: settings.scale)
    }
    isFact = types.map { $0.isFact }
    isMutedByPhases = types.map { $0.isMutedByPhases }
    boxDiagnosis = BoxDiagnosis(settings)
    forecast = settings.thresholds(of: .oomForecast)["minute"]
  }

  /// Adds what is found to the moment, which is the one that follows the last.
  ///
  /// The words of the job that is `opened` are made anew each time, those of others about every ten
  /// seconds.
  package mutating func diagnose(_ moment: inout Moment, opened: JobID? = nil) {
    number &+= 1
    find(moment)
    box.time = moment.time
    box.seconds = moment.interval ?? 0
    box.box = moment.box
    box.jobs = moment.jobs
    box.otherUsed = moment.other.used?.value ?? 0
    follow(moment)
    var renewals = Self.renewals
    // Each moment begins where the last may have run out of renewals.
    first = order.isEmpty ? 0 : (first + Self.renewals) % order.count
    for step in order.indices {
      let position = (first + step) % order.count
      diagnose(box.jobs[position], order[position], moment.interval, opened, &renewals)
    }
    boxDiagnosis.take(moment)
    // Before the jobs are written to: nobody else is to hold them then.
    box.jobs = []
    for position in order.indices {
      moment.jobs[position].findings = order[position].findings
      moment.jobs[position].notEvaluated = order[position].notEvaluated
    }
    moment.findings = boxDiagnosis.findings
  }

  /// Brings the records into the order of the moment's jobs; forgets those that are gone.
  private mutating func find(_ moment: Moment) {
    let isSame =
      order.count == moment.jobs.count
      && !zip(order, moment.jobs).contains { $0.id != $1.id }
    if !isSame {
      order.removeAll(keepingCapacity: true)
      for job in moment.jobs {
        let record =
          records[job.id]
          ?? JobRecord(job, at: moment.time, rules: rules.count, forecast, settings.scale)
        records[job.id] = record
        order.append(record)
      }
    }
    for (position, record) in order.enumerated() {
      record.seenIn = number
      record.position = position
    }
    if records.count > order.count { records = records.filter { $0.value.seenIn == number } }
  }

  /// What has become of the devices, and whose they are.
  private mutating func follow(_ moment: Moment) {
    box.devices.removeAll(keepingCapacity: true)
    for record in order { record.uses.removeAll(keepingCapacity: true) }
    guard !moment.gpus.isEmpty else { return devices.removeAll() }
    for (position, device) in moment.gpus.enumerated() {
      box.devices.append(devices[device.id, default: DevicePast()].take(device))
      for holder in device.holders {
        guard let record = records[holder.job], record.seenIn == number else { continue }
        record.take(
          holder, of: device, at: position, moment.time, moment.jobs[record.position].job)
      }
    }
    if devices.count > moment.gpus.count {
      let present = Set(moment.gpus.map(\.id))
      devices = devices.filter { present.contains($0.key) }
    }
  }

  private func diagnose(
    _ job: JobMoment, _ record: JobRecord, _ interval: Double?, _ opened: JobID?,
    _ renewals: inout Int
  ) {
    guard let interval else {
      for index in record.tracks.indices { record.tracks[index].interrupt() }
      return
    }
    let isWarm = isWarm(job, record)
    let isMuted = job.evidence?.phase?.isMuting ?? false
    record.past.take(job, at: box.time, over: interval, isWarm: isWarm, isMuted: isMuted)
    let view = JobView(job: job, past: record.past, box: box, uses: record.uses)
    if box.box.numaNodes > 1 {
      record.past.placement.take(view.coreSet, view.gpus, box.box.topology)
    }
    var hasChanged = false
    var isMissing = false
    for index in rules.indices {
      let before = record.tracks[index].missing
      if (isWarm || isFact[index]) && !(isMuted && isMutedByPhases[index]) {
        if record.tracks[index].take(
          rules[index].measure(view), at: box.time, over: interval, timings[index])
        {
          hasChanged = true
        }
      } else if record.tracks[index].clear() {
        hasChanged = true
      }
      if record.tracks[index].missing != before { isMissing = true }
    }
    if isMissing { noteMissing(record) }
    if hasChanged { rebuild(record, view) }
    renew(record, view, isOpened: opened == record.id, &renewals)
  }

  /// Whether the job is through with starting: old enough, and past its first step where it counts them.
  private func isWarm(_ job: JobMoment, _ record: JobRecord) -> Bool {
    let began = min(started(job) ?? record.past.firstSeen, record.past.firstSeen)
    guard box.time.seconds(since: began) > settings.warmUp * settings.scale else { return false }
    if let progress = job.evidence?.progress { return progress.step != nil }
    return true
  }

  /// When it began, as far as that is told. A command tree's identity has it in hundredths of a second
  /// after boot; where the box was suspended since then, it is earlier than that.
  private func started(_ job: JobMoment) -> Instant? {
    if let started = job.evidence?.started { return started }
    guard case .tree(_, let ticks) = job.id else { return nil }
    return Instant(nanoseconds: ticks.multipliedReportingOverflow(by: 10_000_000).partialValue)
  }

  private func noteMissing(_ record: JobRecord) {
    record.notEvaluated.removeAll(keepingCapacity: true)
    for index in rules.indices {
      guard let missing = record.tracks[index].missing else { continue }
      record.notEvaluated.append(NotEvaluated(type(of: rules[index]).id, missing))
    }
  }

  /// Findings as the tracks have them now; words only for those that are new or of another level.
  private func rebuild(_ record: JobRecord, _ view: JobView) {
    var findings: [Finding] = []
    for index in rules.indices {
      let track = record.tracks[index]
      guard let level = track.level else { continue }
      let rule = rules[index]
      let account = rule.describe(view, since: track.since)
      var finding = Finding(
        job: record.id, rule: type(of: rule).id, level: account.isNote ? .note : level,
        since: account.since ?? track.since, asOf: box.time, account: account.account)
      finding.certainty = track.certainty
      finding.ruledOut = RuledOutCauses.of(finding.rule, view, record, self)
      findings.append(finding)
    }
    Precedence.order(&findings)
    record.findings = findings
  }

  /// Makes words and numbers anew where they have grown old.
  private func renew(
    _ record: JobRecord, _ view: JobView, isOpened: Bool, _ renewals: inout Int
  ) {
    guard !record.findings.isEmpty else { return }
    var hasRoleChanged = false
    for position in record.findings.indices {
      let age = box.time.seconds(since: record.findings[position].asOf)
      guard isOpened ? age > 0 : age >= Self.renewAfter && renewals > 0 else { continue }
      renewals -= 1
      let id = record.findings[position].rule
      guard let index = rules.firstIndex(where: { type(of: $0).id == id }),
        let level = record.tracks[index].level
      else { continue }
      let account = rules[index].describe(view, since: record.tracks[index].since)
      record.findings[position].update(account.account, asOf: box.time)
      if let since = account.since { record.findings[position].since = since }
      record.findings[position].ruledOut = RuledOutCauses.of(id, view, record, self)
      let wanted = account.isNote ? .note : level
      if record.findings[position].level != wanted {
        record.findings[position].level = wanted
        hasRoleChanged = true
      }
    }
    if hasRoleChanged { Precedence.order(&record.findings) }
  }
}
