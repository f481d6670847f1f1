import Drawing
import Model
import Planner

extension DashboardState {
  /// The seats as the screen has them.
  var seatMap: SeatMap? {
    guard let moment else { return nil }
    let area = layout.seats.map
    return SeatMap(moment.box.seating, in: Size(columns: area.width, rows: area.height))
  }

  func seatHolders(drafted: Bool = true) -> SeatHolders? {
    moment.map { SeatHolders($0, draft: drafted ? draft?.draft : nil, controls: controls) }
  }

  /// The selected seats, the open range included.
  var selectedSeats: CPUSet {
    guard let anchor = cores.anchor, let cursor = cores.cursor, let map = seatMap else {
      return cores.selected
    }
    return cores.selected.union(map.range(anchor, cursor))
  }

  mutating func takeSeats() {
    guard let moment, let holders = seatHolders() else { return }
    cores.take(holders.holders.map(\.job.id), moment.box)
    settleSeats()
  }

  mutating func applyInCores(_ action: Action) -> [Effect]? {
    guard view == .cores, opened == nil, mode == .browsing else { return nil }
    switch action {
    case .seat(let right, let down):
      cores.cursor = seatMap?.neighbour(of: cores.cursor, right: right, down: down)
    case .first: cores.cursor = seatMap?.seats.first?.cpu
    case .last: cores.cursor = seatMap?.seats.last?.cpu
    case .seatAt(let cpu):
      cores.cursor = cpu
      cores.selected = CPUSet([cpu])
      cores.anchor = nil
    case .dragSeat(let cpu):
      // The press before put the cursor where the range begins.
      guard let start = cores.anchor ?? cores.cursor else { break }
      cores.anchor = start
      cores.selected = CPUSet()
      cores.cursor = cpu
    case .toggleSeat:
      guard let cpu = cores.cursor else { break }
      cores.selected = selectedSeats
      if cores.anchor == nil { cores.selected = cores.selected.toggling(cpu) }
      cores.anchor = nil
    case .seatRange:
      if cores.anchor == nil {
        cores.anchor = cores.cursor
      } else {
        cores.selected = selectedSeats
        cores.anchor = nil
      }
    case .giveSeats: askTaker()
    case .freeSeats: return freeSeats()
    case .back:
      if cores.anchor != nil {
        cores.anchor = nil
      } else if !cores.selected.isEmpty {
        cores.selected = CPUSet()
      } else {
        return nil
      }
    case .scroll(let rows):
      cores.scroll.top += rows
      clampSeats()
      return []
    default: return nil
    }
    settleSeats()
    return []
  }

  /// The selected seats, or the one at the cursor.
  private var chosenSeats: CPUSet {
    let selected = selectedSeats
    return selected.isEmpty ? CPUSet(cores.cursor.map { [$0] } ?? []) : selected
  }

  private mutating func askTaker() {
    guard mayDraft(), let moment, let holders = seatHolders() else { return }
    let cpus = chosenSeats
    let rows = jobs.rows.filter { moment.jobs.indices.contains($0) }
    guard !cpus.isEmpty, !rows.isEmpty else {
      say(rows.isEmpty ? "no job to give it to" : "no seat is selected")
      return
    }
    let takers = rows.map { moment.jobs[$0] }
    ask(
      .give(cpus, takers.map(\.id)), cpus.count == 1 ? "give CPU \(cpus)" : "give CPUs \(cpus)",
      ["To which job? Whoever has them for itself loses them."],
      takers.map { job in
        guard let has = holders.cpus(of: job.id) else { return "\(job.job.name)  no core set" }
        return "\(job.job.name)  \(has)"
      })
  }

  /// Drafts the core sets with these seats in the taker's; who had one for itself loses it.
  mutating func give(_ cpus: CPUSet, to id: JobID) -> [Effect] {
    guard mayDraft(), let taker = job(id), let holders = seatHolders() else { return [] }
    var losses: [(JobMoment, CPUSet)] = []
    for (index, holder) in holders.holders.enumerated() where holder.job.id != id {
      let own = CPUSet(
        holder.cpus.intersection(cpus).numbers.filter { holders.holders(of: $0) == [index] })
      if !own.isEmpty { losses.append((holder.job, holder.cpus.subtracting(own))) }
    }
    guard let effects = draftSets(losses) else { return [] }
    set(.cpus((holders.cpus(of: id) ?? CPUSet()).union(cpus)), of: taker)
    endEditing()
    cores.selected = CPUSet()
    cores.anchor = nil
    takeSeats()
    return effects
  }

  private mutating func freeSeats() -> [Effect] {
    guard mayDraft(), let holders = seatHolders() else { return [] }
    let cpus = chosenSeats
    let losses = holders.holders.compactMap { holder -> (JobMoment, CPUSet)? in
      holder.cpus.intersection(cpus).isEmpty ? nil : (holder.job, holder.cpus.subtracting(cpus))
    }
    guard !losses.isEmpty else {
      say("no job's core set has these seats")
      return []
    }
    guard let effects = draftSets(losses) else { return [] }
    endEditing()
    takeSeats()
    return effects
  }

  /// Opens a draft with these core sets; nil, with a word about it, where one would be empty.
  private mutating func draftSets(_ sets: [(JobMoment, CPUSet)]) -> [Effect]? {
    if let (job, _) = sets.first(where: { $0.1.isEmpty }) {
      explain("\(job.job.name) would have no CPU left: leave it one, or give it others first.")
      return nil
    }
    let effects = openDraft()
    for (job, cpus) in sets { set(.cpus(cpus), of: job) }
    return effects
  }

  /// Keeps the cursor's seat on the screen.
  private mutating func settleSeats() {
    guard let map = seatMap, let seat = map.seat(cores.cursor) else { return }
    let page = layout.seats.map.height
    // The title above the first row of seats comes along.
    let top = map.titles.contains { $0.y == seat.rect.y - 1 } ? seat.rect.y - 1 : seat.rect.y
    cores.scroll.reveal(seat.rect.endY - 1, page: page)
    cores.scroll.reveal(top, page: page)
    clampSeats()
  }

  private mutating func clampSeats() {
    guard let map = seatMap else { return }
    cores.scroll.clamp(count: map.height, page: layout.seats.map.height)
  }
}

extension CPUSet {
  fileprivate func toggling(_ cpu: Int) -> CPUSet {
    let one = CPUSet([cpu])
    return contains(cpu) ? subtracting(one) : union(one)
  }
}
