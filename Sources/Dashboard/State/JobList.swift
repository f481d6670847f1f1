package import Model

/// The jobs in the order of the table, and the one that is selected.
///
/// The selection is a job, never a row: a job keeps it wherever sorting puts it.
package struct JobList {
  /// Positions in the moment's jobs, filtered and sorted.
  package internal(set) var rows: [Int] = []
  package internal(set) var sort = JobSort()
  package internal(set) var filter = JobFilter()
  package internal(set) var selected: JobID?
  /// Nobody has chosen yet: the first row is selected, whichever job that is.
  private var isUnchosen = true
  package internal(set) var isFollowing = false
  package internal(set) var scroll = Scroll()
  /// How many jobs there are, and how many owners they have.
  package internal(set) var count = 0
  package internal(set) var owners = 0
  /// The row of the selected job.
  package internal(set) var selectedRow: Int?

  /// Orders the jobs of a moment and finds the selected one again.
  mutating func take(_ moment: Moment) {
    count = moment.jobs.count
    owners = Set(moment.jobs.lazy.map(\.job.owner)).count
    rows = moment.jobs.indices.filter { filter.accepts(moment.jobs[$0]) }
    sort.order(&rows, of: moment.jobs)
    if isUnchosen {
      select(row: 0, of: moment)
      isUnchosen = true
      return
    }
    let row = rows.firstIndex { moment.jobs[$0].id == selected }
    if row == nil, !isHidden(in: moment) {
      // It ended: the one that took its place on the screen is the nearest to what was looked at.
      isFollowing = false
      select(row: selectedRow ?? 0, of: moment)
    } else {
      selectedRow = row
    }
  }

  /// Selects the job in a row, or the nearest row that exists.
  mutating func select(row: Int, of moment: Moment) {
    isUnchosen = false
    guard !rows.isEmpty else {
      selectedRow = nil
      return
    }
    let row = min(max(0, row), rows.count - 1)
    selectedRow = row
    selected = moment.jobs[rows[row]].id
  }

  /// Whether the selected job lives but is left out by the filter.
  private func isHidden(in moment: Moment) -> Bool {
    guard let selected, !filter.isEmpty, rows.isEmpty else { return false }
    return moment.jobs.contains { $0.id == selected }
  }
}
