import Drawing
import Model

/// One line of what is known about a job: a label and the numbers that belong to it.
struct Fact {
  var label: String
  var style: Style
  var segments: [Segment]
}

/// What is known about a job, dearest first; unset and unreadable things are left out.
struct JobFacts {
  let job: JobMoment
  let context: Context

  var all: [Fact] { [cores, gpus, memory, io, pressure, what].filter { !$0.segments.isEmpty } }

  private var look: Look { context.look }

  private var cores: Fact {
    let (cpu, grant, scale) = (job.cpu, job.grant, context.cores)
    var segments = [number(cpu.used?.value, scale, "used", look.strong)]
    if let demand = cpu.demand {
      segments.append(
        number(demand.value, scale, "wanted", look.text, isEstimate: cpu.demandIsEstimate))
    }
    switch grant.cores {
    case .at(let cores): segments.append(Segment(Format.limit(cores.value), "granted", look.text))
    case .unlimited: segments.append(Segment("", "no quota", look.text))
    }
    if let budget = job.job.budget.cores, budget != grant.cores.amount {
      segments.append(Segment(Format.limit(budget.value), "budget", look.text))
    }
    // A state says the same in a sentence.
    if let throttled = cpu.throttled, !job.states.contains(.throttled) {
      segments.append(
        Segment(
          Format.percent(throttled), "of periods throttled",
          throttled.value >= 0.05 ? look.throttled : look.text, width: 5))
    }
    if let cpus = grant.cpus { segments.append(Segment("CPUs", cpus.description, look.dim)) }
    if let weight = grant.weight { segments.append(Segment("weight", "\(weight)", look.dim)) }
    return Fact(label: "cores", style: look.cpu, segments: segments)
  }

  var memory: Fact {
    let (memory, grant, scale) = (job.memory, job.grant, context.memory)
    var segments = [
      number(
        memory.used.map { scale.value($0) }, scale, "GiB used", look.strong,
        isEstimate: memory.isEstimate)
    ]
    if let max = grant.memory.amount {
      segments.append(Segment(Format.limit(scale.value(max)), "granted", look.text))
    }
    if let high = grant.memoryHigh.amount {
      segments.append(Segment(Format.limit(scale.value(high)), "high", look.text))
    }
    if grant.memoryLine.amount == nil { segments.append(Segment("", "no limit", look.text)) }
    if let budget = job.job.budget.memory, budget != grant.memory.amount {
      segments.append(Segment(Format.limit(scale.value(budget)), "budget", look.text))
    }
    for (bytes, word) in [
      (memory.anonymous, "anonymous"), (memory.shared, "shared"), (memory.kernel, "kernel"),
      (memory.file, "page cache"), (memory.peak, "peak"),
    ] {
      guard let bytes else { continue }
      segments.append(number(scale.value(bytes), scale, word, look.text))
    }
    if let kills = memory.oomKills {
      segments.append(Segment("\(kills)", "OOM kills", kills > 0 ? look.bad.bold : look.text))
    }
    if let age = memory.age, age >= 2 {
      segments.append(Segment(Format.age(age), "ago", look.dim))
    }
    return Fact(label: "memory", style: look.memory, segments: segments)
  }

  private var io: Fact {
    func flow(_ rate: ByteRate?, _ word: String, _ limit: Limit<ByteRate>) -> Segment {
      var text = word
      if let limit = limit.amount { text += " of \(Format.longRate(limit, unknown: "")) granted" }
      return Segment(
        Format.longRate(rate, unknown: look.unknown), text, look.text, width: 8)
    }
    return Fact(
      label: "IO", style: look.io,
      segments: [
        flow(job.io.read, "read", job.grant.read), flow(job.io.written, "written", job.grant.write),
      ])
  }

  private var pressure: Fact {
    let psi = job.pressure
    var segments: [Segment] = []
    for (some, full, word) in [
      (psi.cpuSome, psi.cpuFull, "cores"), (psi.memorySome, psi.memoryFull, "memory"),
      (psi.ioSome, psi.ioFull, "IO"),
    ] {
      guard let some else { continue }
      var text = Format.percent(some)
      if let full { text += " /" + padded(Format.percent(full), to: 6) }
      segments.append(
        Segment(
          text, "for \(word)", some.value >= 0.1 ? look.warn : look.text,
          width: full == nil ? 5 : 13))
    }
    if !segments.isEmpty { segments.append(Segment("", "of time some / all tasks", look.dim)) }
    return Fact(label: "stalled", style: look.dim, segments: segments)
  }

  private var what: Fact {
    var segments = [Segment(job.job.source.rawValue, "", look.text)]
    if let place = job.job.place { segments.append(Segment(place, "", look.text)) }
    if let processes = job.processes {
      segments.append(Segment("\(processes)", processes == 1 ? "process" : "processes", look.text))
    }
    if let threads = job.threads {
      segments.append(Segment("\(threads)", threads == 1 ? "thread" : "threads", look.text))
    }
    for tag in job.job.tags.sorted(by: { $0.key < $1.key }) {
      segments.append(Segment("\(SafeText(tag.key))=\(tag.value)", "", look.dim))
    }
    return Fact(label: "what", style: look.dim, segments: segments)
  }

  private func number(
    _ value: Double?, _ scale: Scale, _ word: String, _ style: Style, isEstimate: Bool = false
  ) -> Segment {
    let text = value.map { scale.used($0, unknown: look.unknown) } ?? look.unknown
    let mark = isEstimate && value != nil ? "~" : ""
    return Segment(mark + text, word, style, width: scale.usedWidth + (isEstimate ? 1 : 0))
  }
}

extension Job {
  /// Where it is: its cgroup, or the pid of its root process.
  var place: String? {
    if let cgroup { return SafeText(cgroup).string }
    if case .tree(let pid, _) = id { return "pid \(pid)" }
    return nil
  }
}
