package import Model

/// One press of `+` or `-`.
package enum StepDirection: Sendable, Hashable {
  case more, less
}

extension KnobValue {
  /// The next value of the knob; itself at the end of its range, nil for what has no steps (core sets,
  /// IO priorities) or no limit to start from.
  ///
  /// Cores go by 0.1 up to half a core, by 0.5 up to four, then by whole ones. Memory goes by about
  /// 5 %, in whole 64 MiB, from 20 GiB on in whole GiB. Everything else goes by about 10 %.
  package func stepped(_ direction: StepDirection, in range: ClosedRange<Double>) -> KnobValue? {
    switch self {
    case .nice(let nice): return .nice(min(19, max(-20, nice + (direction == .more ? 1 : -1))))
    case .frozen: return .frozen(direction == .less)
    case .cpus, .ioPriority: return nil
    default: break
    }
    guard let now = quantity else { return nil }
    let unit = unit(at: now, direction)
    // To the next whole unit, so that steps up and down meet the same values.
    let next =
      switch direction {
      case .more: ((now + unit.step) / unit.grain + 1e-9).rounded(.down) * unit.grain
      case .less: ((now - unit.step) / unit.grain - 1e-9).rounded(.up) * unit.grain
      }
    // Somebody may have set it outside the range: a step never goes the other way.
    switch direction {
    case .more: return with(quantity: max(now, min(next, range.upperBound)))
    case .less: return with(quantity: min(now, max(next, range.lowerBound)))
    }
  }

  /// How far a step goes, and what its end is a multiple of.
  private func unit(at now: Double, _ direction: StepDirection) -> (step: Double, grain: Double) {
    func isBelow(_ edge: Double) -> Bool { direction == .more ? now < edge : now <= edge }
    switch self {
    case .cores:
      let step = isBelow(0.5) ? 0.1 : isBelow(4) ? 0.5 : 1
      return (step, step)
    case .memory, .memoryHigh:
      let grain = isBelow(Double(20 << 30)) ? Double(64 << 20) : Double(1 << 30)
      return (max(grain, (now * 0.05 / grain).rounded() * grain), grain)
    case .read, .write:
      let grain = isBelow(100e6) ? 1e6 : 10e6
      return (max(grain, (now * 0.1 / grain).rounded() * grain), grain)
    case .burst: return (0.01, 0.01)
    case .power: return (10, 10)
    default:
      let grain: Double = isBelow(10) ? 1 : isBelow(1000) ? 10 : 100
      return (max(grain, (now * 0.1 / grain).rounded() * grain), grain)
    }
  }
}

extension JobControl {
  /// What a knob is set to now; nil where it cannot be read or there is no such knob here.
  package func value(of knob: Knob) -> KnobValue? {
    switch knobs[knob] {
    case .settable(let value), .fixed(let value, _): value
    case nil: nil
    }
  }
}

extension Draft {
  /// What a knob is, or in this draft is to be. Where it has no limit, or it is not known yet what can
  /// be set, nil or no limit.
  package func value(of knob: Knob, _ job: JobID, _ control: JobControl?) -> KnobValue? {
    self[job, knob] ?? control?.value(of: knob)
  }

  /// Does as a wish says; more and less count from the draft.
  package mutating func apply(
    _ wish: KnobWish, to target: Target, _ control: JobControl
  ) throws(KnobMistake) {
    let value = try wish.value(from: value(of: wish.knob, target.id, control))
    set(value, of: target, from: control.value(of: wish.knob))
  }

  /// One step more or less; false where there is nothing to step.
  ///
  /// A knob without a limit gets one from what the whole box has. Steps end at the declared floor, at
  /// what the job needs to live, and at what the box and the groups above the job allow.
  @discardableResult
  package mutating func step(
    _ knob: Knob, _ direction: StepDirection, of job: JobMoment, on moment: Moment,
    control: JobControl
  ) -> Bool {
    guard let now = value(of: knob, job.id, control) else { return false }
    let range = Self.range(of: knob, for: job, on: moment, control)
    let start: KnobValue
    switch now {
    case .cores(.unlimited): start = .cores(.at(Cores(range.upperBound)))
    case .memory(.unlimited): start = .memory(.at(Bytes(Int64(range.upperBound))))
    case .memoryHigh(.unlimited): start = .memoryHigh(.at(Bytes(Int64(range.upperBound))))
    default: start = now
    }
    // There is nothing beyond no limit.
    if start != now, direction == .more { return false }
    guard let next = start.stepped(direction, in: range), next != now else { return false }
    set(next, of: Target(job.job), from: control.value(of: knob))
    return true
  }

  /// From what a knob may be brought down to, to what it may be brought up to.
  static func range(
    of knob: Knob, for job: JobMoment, on moment: Moment, _ control: JobControl
  ) -> ClosedRange<Double> {
    let floor = job.job.declaration?.floor ?? Floor()
    var (low, high): (Double, Double)
    switch knob {
    case .cores:
      low = max(0.1, floor.cores?.value ?? 0)
      high = moment.box.cores.value
      if let above = control.above.cores.amount { high = min(high, above.value) }
    case .memory, .memoryHigh:
      low = Double(
        max(.mebi(64), floor.memory ?? .zero, job.leastMemory?.roundedUp(to: .mebi(1)) ?? .zero)
          .count)
      high = Double(moment.box.memory.count)
      if let above = control.above.memory.amount { high = min(high, Double(above.count)) }
    case .weight: (low, high) = (1, 10_000)
    case .read, .write: (low, high) = (1e6, 1e12)
    case .pids: (low, high) = (1, Double(Knob.mostTasks))
    case .burst: (low, high) = (0, 1e3)
    case .power:
      let range = control.above.power
      (low, high) = (range?.lowerBound.value ?? 0, range?.upperBound.value ?? 0)
    default: (low, high) = (0, 0)
    }
    return min(low, high)...high
  }
}

extension JobMoment {
  /// The least that its memory limit may be lowered to: what cannot be reclaimed and a tenth of it, for
  /// what is allocated while the limit goes down. Nil where it is not known what it holds.
  package var leastMemory: Bytes? {
    memory.used.map { Bytes($0.count + ($0.count + 9) / 10) }
  }
}
