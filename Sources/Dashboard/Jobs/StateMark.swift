import Drawing
import Model

/// How the states of a job are told: a letter, a word, and a sentence with its numbers.
extension JobState {
  /// The letter on its row; with the word it tells the state without colour.
  var mark: String {
    switch self {
    case .throttled: "T"
    case .nearMemoryLimit: "!"
    case .reclaiming: "R"
    case .ioStalled: "D"
    case .idle: "z"
    }
  }

  /// The word on its row.
  package var word: String {
    switch self {
    case .throttled: "throttled"
    case .nearMemoryLimit: "near limit"
    case .reclaiming: "reclaiming"
    case .ioStalled: "IO stalled"
    case .idle: "idle"
    }
  }

  func style(_ look: Look) -> Style {
    switch self {
    case .throttled: look.throttled
    case .nearMemoryLimit: look.bad
    case .reclaiming, .ioStalled: look.warn
    case .idle: look.dim
    }
  }

  /// What goes on, in one sentence.
  func sentence(_ job: JobMoment, _ context: Context) -> String {
    let unknown = context.look.unknown
    switch self {
    case .throttled:
      var text = "throttled: its quota"
      if let grant = job.grant.cores.amount {
        text +=
          " of \(Format.limit(grant.value)) \(grant.value == 1 ? "core" : "cores")"
      }
      text += " ran out in \(job.cpu.throttled.map { Format.percent($0) } ?? unknown) of periods"
      if let demand = job.cpu.demand {
        text +=
          "; wants \(job.cpu.demandIsEstimate ? "about " : "")\(Format.decimal(demand.value, places: 1))"
      }
      return text + "."
    case .nearMemoryLimit:
      guard let used = job.memory.used, let limit = job.grant.memoryLine.amount, limit.count > 0
      else { return "near its memory limit." }
      let share = Share(Double(used.count) / Double(limit.count))
      return
        "near its memory limit: \(Format.bytes(used)) cannot be reclaimed, \(Format.percent(share)) of the \(Format.bytes(limit)) granted."
    case .reclaiming:
      return
        "reclaiming: some of its tasks stood still for memory \(time(job.pressure.memorySome, unknown))."
    case .ioStalled:
      return "IO stalled: all of its tasks waited for IO \(time(job.pressure.ioFull, unknown))."
    case .idle:
      return "idle: next to no CPU used and no data moved for 10 seconds."
    }
  }

  private func time(_ share: Share?, _ unknown: String) -> String {
    "\(share.map { Format.percent($0) } ?? unknown) of the time"
  }
}
