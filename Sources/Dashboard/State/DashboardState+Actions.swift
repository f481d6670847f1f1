import Model
import Planner

extension DashboardState {
  /// Carries out an action: the whole behaviour of the dashboard.
  package mutating func apply(_ action: Action) -> [Effect] {
    if action.changesJobs, settings.isReadOnly {
      mode = .browsing
      explain(
        "This dashboard is read-only: --read-only or the configuration says so. Start it without to change jobs."
      )
      return []
    }
    if let effects = applyInField(action) ?? applyInLog(action) ?? applyInCores(action)
      ?? applyInGPUs(action)
    {
      return effects
    }
    switch action {
    case .move(let rows): moveSelection { $0 + rows }
    case .page(let halves):
      let page = opened == nil ? layout.listRows(of: jobs.rows.count) : layout.processRows
      moveSelection { $0 + halves * max(1, page / 2) }
    case .first: moveSelection { _ in 0 }
    case .last: moveSelection { _ in Int.max }
    case .scroll(let rows): scroll(by: rows)
    case .select(let id): select(id)
    case .selectProcess(let pid, let start):
      guard let row = opened?.row(pid: pid, start: start, of: moment) else { break }
      moveSelection { _ in row }
    case .open:
      guard let moment, let row = jobs.selectedRow, jobs.rows.indices.contains(row) else { break }
      return open(moment.jobs[jobs.rows[row]].id)
    case .openJob(let id):
      select(id)
      return open(id)
    case .back: return back()
    case .findings:
      opened?.showsFindings.toggle()
      settle()
    case .view(let id): return show(view: id)
    case .nextView(let step):
      let views = ViewTable.views.map(\.id)
      guard let index = views.firstIndex(of: view) else { break }
      return show(view: views[(index + step + views.count) % views.count])
    case .filter: if opened == nil { mode = .filtering }
    case .palette: mode = .palette(Search())
    case .help: mode = .help(Search())
    case .sortPicker: mode = .picking(sortKeys.firstIndex(of: sort.key) ?? 0)
    case .sort(let key): sort(by: key)
    case .nextSort(let step):
      let index = sortKeys.firstIndex(of: sort.key) ?? 0
      sort(by: sortKeys[(index + step + sortKeys.count) % sortKeys.count])
    case .invertSort: sort(by: sort.key, isInverted: !sort.isInverted)
    case .follow:
      jobs.isFollowing.toggle()
      say(jobs.isFollowing ? "following the job" : "no longer following")
      if let moment { show(moment) }
    case .hold: toggleHold()
    case .copyName: return copy(\.name.string)
    case .copyPlace: return copy(\.place)
    case .interval(let seconds):
      settings.interval = seconds
      return [.setInterval(seconds)]
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .quit: return quit()
    case .edit(let knob): return edit(knob)
    case .give: return give()
    case .dropJob:
      if let id = jobs.selected { change { $0.drop(id) } }
    case .dropDraft: dropDraft()
    case .preview: return openPreview()
    case .undo: return openUndo(of: nil)
    case .redo: return openRedo()
    case .undoAll: askUndoAll()
    case .adopt: askAdopt()
    case .signal: askSignal()
    case .freeze(let isFrozen): return freeze(isFrozen)
    case .step, .nextKnob, .force, .recover, .seat, .seatAt, .dragSeat, .toggleSeat, .seatRange,
      .giveSeats, .freeSeats, .selectEntry, .openEntry, .selectGPU:
      break
    case .type, .eraseCharacter, .eraseWord, .eraseAll, .accept, .choose, .dismiss: break
    }
    return []
  }

  /// One thing is left with each press: the opened job, the filter, the draft, the held display.
  private mutating func back() -> [Effect] {
    if opened != nil {
      opened = nil
      settle()
      return [.open(nil)]
    }
    if !jobs.filter.isEmpty {
      setFilter("")
    } else if let draft {
      if draft.draft.isEmpty { self.draft = nil } else { askDropDraft() }
    } else if held != nil {
      toggleHold()
    }
    return []
  }

  mutating func open(_ id: JobID) -> [Effect] {
    guard let moment, let job = moment.jobs.first(where: { $0.id == id }) else { return [] }
    opened = OpenedJobState(job.job)
    opened?.take(moment)
    settle()
    return [.open(id)]
  }

  mutating func show(view id: ViewID) -> [Effect] {
    view = id
    var effects: [Effect] = opened == nil ? [] : [.open(nil)]
    opened = nil
    mode = .browsing
    if id == .log { effects.append(.control(.readJournal(limit: LogState.length))) }
    if let moment { show(moment) }
    revealGPU()
    jobs.scroll.reveal(jobs.selectedRow, page: layout.listRows(of: jobs.rows.count))
    return effects
  }

  mutating func toggleHold() {
    if held == nil {
      held = live
    } else {
      held = nil
      if let live { show(live) }
    }
  }

  private mutating func copy(_ text: (Job) -> String?) -> [Effect] {
    let id = opened?.id ?? jobs.selected
    guard let job = moment?.jobs.first(where: { $0.id == id })?.job, let text = text(job) else {
      return []
    }
    say("copied \(text)")
    return [.copy(text)]
  }
}
