import Model
import Planner

extension JobMoment {
  /// What a knob is set to now: as the room that changes the box read it, else as the sampler did.
  ///
  /// Nil where neither knows it.
  func present(_ knob: Knob, _ control: JobControl?) -> KnobValue? {
    switch control?.knobs[knob] {
    case .settable(let value?), .fixed(let value?, _): return value
    default: break
    }
    switch knob {
    case .cores:
      // A core set as large as the grant is the grant: then there is no quota, or a wider one.
      if let cpus = grant.cpus, let cores = grant.cores.amount, Double(cpus.count) <= cores.value {
        return .cores(.unlimited)
      }
      return .cores(grant.cores)
    case .cpus: return grant.cpus.map { .cpus($0) }
    case .weight: return grant.weight.map { .weight($0) }
    case .memory: return .memory(grant.memory)
    case .memoryHigh: return .memoryHigh(grant.memoryHigh)
    case .read: return .read(grant.read)
    case .write: return .write(grant.write)
    case .burst, .pids, .frozen, .nice, .ioPriority, .power: return nil
    }
  }
}

extension Knob {
  /// Where stepping begins when nobody knows what the knob is set to.
  var ordinary: KnobValue {
    switch self {
    case .cores: .cores(.unlimited)
    case .cpus: .cpus(CPUSet())
    case .weight: .weight(100)
    case .burst: .burst(0)
    case .memoryHigh: .memoryHigh(.unlimited)
    case .memory: .memory(.unlimited)
    case .read: .read(.unlimited)
    case .write: .write(.unlimited)
    case .pids: .pids(.unlimited)
    case .frozen: .frozen(false)
    case .nice: .nice(0)
    case .ioPriority: .ioPriority(.bestEffort(4))
    case .power: .power(Watts(0))
    }
  }
}

/// What a job would be granted by a draft, where the draft changes it.
struct DraftedGrant {
  /// Nil where the draft leaves it.
  var cores: Limit<Cores>?
  var memory: Limit<Bytes>?

  init(of job: JobMoment, in draft: Draft, control: JobControl?, box: BoxMoment) {
    func value(_ knob: Knob) -> KnobValue? {
      draft[job.id, knob] ?? job.present(knob, control)
    }
    if draft[job.id, .cores] != nil || draft[job.id, .cpus] != nil {
      var limit = Limit<Cores>.unlimited
      if case .cores(let quota) = value(.cores) { limit = quota }
      if case .cpus(let cpus) = value(.cpus), !cpus.isEmpty, cpus.count < box.cpus.count {
        limit = limit.tightened(by: .at(Cores(Double(cpus.count))))
      }
      cores = limit
    }
    if draft[job.id, .memory] != nil || draft[job.id, .memoryHigh] != nil {
      var limit = Limit<Bytes>.unlimited
      if case .memory(let most) = value(.memory) { limit = most }
      if case .memoryHigh(let high) = value(.memoryHigh) { limit = limit.tightened(by: high) }
      memory = limit
    }
  }
}
