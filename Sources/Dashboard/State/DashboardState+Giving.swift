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
    // A job with little gives half of it at first.
    let most = (amount(knob, of: giver) ?? 0) / 2
    begin(
      Giving(
        giver: giver.id, taker: taker, knob: knob, amount: min(step(knob), most), before: before))
    // Nothing could be given.
    if mode == .browsing { draft = before }
    return effects
  }

  mutating func applyInGiving(_ action: Action, _ giving: Giving) -> [Effect]? {
    var giving = giving
    switch action {
    case .step(let steps):
      let step = step(giving.knob)
      // From an odd amount to the next whole step.
      let count = giving.amount / step
      let next = steps > 0 ? (count + 1e-9).rounded(.down) + 1 : (count - 1e-9).rounded(.up) - 1
      if next > 0 {
        giving.amount = next * step
        begin(giving)
      }
    case .move(let rows):
      let takers = takers(of: giving.knob, from: giving.giver)
      guard let index = takers.firstIndex(of: giving.taker) else { break }
      giving.taker = takers[wrapped(index + rows, count: takers.count)]
      begin(giving)
    case .nextKnob:
      let other: Knob = giving.knob == .cores ? .memory : .cores
      let takers = takers(of: other, from: giving.giver)
      guard let giver = job(giving.giver), let had = amount(other, of: giver),
        let taker = takers.contains(giving.taker) ? giving.taker : takers.first
      else {
        explain("There is no limit of \(other.word) to give from, or none that could grow.")
        break
      }
      giving.knob = other
      giving.taker = taker
      giving.amount = min(step(other), had / 2)
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

  /// Draws up the draft with this gift in it; where that cannot be, says why and leaves all as it was.
  private mutating func begin(_ giving: Giving) {
    guard var draft, let giver = job(giving.giver), let taker = job(giving.taker) else { return }
    draft.draft = giving.before?.draft ?? Draft()
    do throws(ChangeFailure) {
      try draft.draft.give(
        giving.gift, from: Target(giver.job), control(of: giver, knob: giving.knob),
        to: Target(taker.job), control(of: taker, knob: giving.knob))
    } catch {
      explain(error.sentence)
      return
    }
    self.draft = draft
    select(taker.id)
    mode = .giving(giving)
  }

  /// What can be set on a job, as far as it is known: its limit as it is shown.
  private func control(of job: JobMoment, knob: Knob) -> JobControl {
    var control =
      controls[job.id] ?? JobControl(target: Target(job.job), backend: .cgroup2, knobs: [:])
    control.knobs[knob] = .settable(job.present(knob, controls[job.id]))
    return control
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

  /// What is given at first, and with each step: about a hundredth of the box's memory.
  private func step(_ knob: Knob) -> Double {
    guard let box = live?.box else { return 1 }
    if knob == .cores { return box.cores.value < 16 ? 0.5 : 1 }
    var step = 64.0 * 1_048_576
    while step * 200 <= Double(box.memory.count) { step *= 2 }
    return step
  }
}

extension Giving {
  fileprivate var gift: Gift {
    knob == .cores ? .cores(Cores(amount)) : .memory(Bytes(Int64(amount)))
  }
}
