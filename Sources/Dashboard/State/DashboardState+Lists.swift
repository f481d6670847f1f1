import Drawing
import Model

extension DashboardState {
  /// What the list on the screen can be sorted by.
  var sortKeys: [SortKey] {
    if opened != nil { return SortKey.ofProcesses }
    return moment?.gpus.isEmpty ?? true ? SortKey.ofJobs.filter { $0 != .gpu } : SortKey.ofJobs
  }

  /// What it is sorted by.
  var sort: (key: SortKey, isInverted: Bool) {
    if let opened { return (opened.sort.key, opened.sort.isInverted) }
    return (jobs.sort.key, jobs.sort.isInverted)
  }

  mutating func sort(by key: SortKey, isInverted: Bool = false) {
    guard sortKeys.contains(key) else {
      if key == .gpu, opened == nil { say("no GPU to sort by") }
      return
    }
    if opened != nil {
      opened?.sort = ProcessSort(key: key, isInverted: isInverted)
    } else {
      jobs.sort = JobSort(key: key, isInverted: isInverted)
    }
    if let moment { show(moment) }
    revealSelection()
  }

  /// Selects the row that `target` makes of the selected one and brings it onto the screen.
  mutating func moveSelection(_ target: (Int) -> Int) {
    guard let moment else { return }
    if let opened, opened.showsFindings {
      self.opened?.findingScroll.top = target(opened.findingScroll.top)
      settle()
      return
    }
    if let opened {
      self.opened?.select(row: target(opened.selectedRow ?? 0), of: moment)
    } else {
      jobs.select(row: target(jobs.selectedRow ?? 0), of: moment)
    }
    revealSelection()
  }

  mutating func select(_ id: JobID) {
    guard let moment, let row = jobs.rows.firstIndex(where: { moment.jobs[$0].id == id }) else {
      return
    }
    moveSelection { _ in row }
  }

  mutating func scroll(by rows: Int) {
    if let opened {
      if opened.showsFindings {
        self.opened?.findingScroll.top += rows
      } else {
        self.opened?.scroll.top += rows
      }
    } else {
      jobs.scroll.top += rows
    }
    settle()
  }

  /// Keeps the findings' scroll position within their lines.
  mutating func settleFindings(_ layout: Layout) {
    guard let opened, opened.showsFindings, let moment,
      let job = moment.jobs.first(where: { $0.id == opened.id })
    else { return }
    let lines = FindingLines(
      job: job, moment: moment, clockOffset: settings.clockOffset, glyphs: .blocks)
    self.opened?.findingScroll.clamp(
      count: lines.lines(width: layout.findings.width - 5).count, page: layout.findings.height)
  }

  mutating func setFilter(_ text: String) {
    jobs.filter = JobFilter(text)
    if let moment { show(moment) }
    revealSelection()
  }

  private mutating func revealSelection() {
    let layout = layout
    if let row = opened?.selectedRow {
      opened?.scroll.reveal(row, page: layout.processRows)
    } else {
      jobs.scroll.reveal(jobs.selectedRow, page: layout.listRows(of: jobs.rows.count))
    }
    settle()
  }
}
