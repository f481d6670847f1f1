import Model
import Planner

extension DashboardState {
  /// Begins to give from the selected job: cores where it has a limit of them, else memory.
  mutating func give() -> [Effect] {
    guard mayDraft(), let giver = chosenJob else { return [] }
    let wanted: [Knob] = view == .memory ? [.memory, .cores] : [.cores, .memory]
    guard let knob = wanted.first(where: { amount($0, of: giver) != nil }) else {
      explain(
        "\(giver.job.name) has no limit of cores or memory to give from: e sets one.")
      return []
    }
    guard let taker = takers(of: knob, from: giver.id).first else {
      explain("No other job has a limit of \(knob.word) that could grow.")
      return []
    }
    let before = draft
    let effects = openDraft()
    begin(
      Giving(
        giver: giver.id, taker: taker, knob: knob, amount: step(knob), before: before))
    return effects
  }

  mutating func applyInGiving(_ action: Action, _ giving: Giving) -> [Effect]? {
    var giving = giving
    switch action {
    case .step(let steps):
      let amount = giving.amount + Double(steps) * step(giving.knob)
      if amount > 0 { giving.amount = amount }
      begin(giving)
    case .move(let rows):
      let takers = takers(of: giving.knob, from: giving.giver)
      guard let index = takers.firstIndex(of: giving.taker) else { break }
      giving.taker = takers[wrapped(index + rows, count: takers.count)]
      begin(giving)
    case .nextKnob:
      let other: Knob = giving.knob == .cores ? .memory : .cores
      let takers = takers(of: other, from: giving.giver)
      draft?.draft = giving.before?.draft ?? Draft()
      guard let giver = job(giving.giver), amount(other, of: giver) != nil,
        let taker = takers.contains(giving.taker) ? giving.taker : takers.first
      else {
        begin(giving)
        break
      }
      giving.knob = other
      giving.taker = taker
      giving.amount = step(other)
      begin(giving)
    case .accept:
      mode = .browsing
      select(giving.giver)
      change { _ in }
    case .dismiss:
      mode = .browsing
      draft = giving.before
      select(giving.giver)
    case .redraw, .suspend, .quit: return nil
    default: break
    }
    return []
  }

  /// Draws up the draft with this gift in it; more than the giver has left is not given.
  private mutating func begin(_ giving: Giving) {
    var giving = giving
    draft?.draft = giving.before?.draft ?? Draft()
    guard let giver = job(giving.giver), let taker = job(giving.taker),
      let had = amount(giving.knob, of: giver), let got = amount(giving.knob, of: taker)
    else { return }
    let step = step(giving.knob)
    while giving.amount >= had, giving.amount > step { giving.amount -= step }
    // The last bit stays with the giver: a limit of nothing is none that a job could run under.
    if giving.amount >= had { giving.amount = had / 2 }
    set(Self.value(giving.knob, had - giving.amount), of: giver)
    set(Self.value(giving.knob, got + giving.amount), of: taker)
    select(taker.id)
    mode = .giving(giving)
  }

  /// The jobs with a limit that can grow, in the order of the list.
  private func takers(of knob: Knob, from giver: JobID) -> [JobID] {
    guard let live else { return [] }
    return jobs.rows.compactMap { row in
      guard live.jobs.indices.contains(row) else { return nil }
      let job = live.jobs[row]
      return job.id != giver && amount(knob, of: job) != nil ? job.id : nil
    }
  }

  /// A job's limit in cores or bytes, as drafted; nil where it has none.
  private func amount(_ knob: Knob, of job: JobMoment) -> Double? {
    switch value(knob, of: job) {
    case .cores(.at(let cores)): cores.value
    case .memory(.at(let bytes)): Double(bytes.count)
    default: nil
    }
  }

  private func step(_ knob: Knob) -> Double {
    guard let box = live?.box else { return 1 }
    return knob == .cores
      ? Steps<Cores>.coreStep(of: box) : Double(Steps<Bytes>.memoryStep(of: box))
  }

  private static func value(_ knob: Knob, _ amount: Double) -> KnobValue {
    knob == .cores ? .cores(.at(Cores(amount))) : .memory(.at(Bytes(Int64(amount))))
  }
}
