package import Model

/// The job that is open on the screen: the order of its processes and the selected one.
package struct OpenedJobState {
  package let id: JobID
  /// The job's name, for the case that it ends while it is open.
  package let name: SafeText
  /// Positions in the moment's processes, sorted; nil until they were read.
  package internal(set) var rows: [Int]?
  package internal(set) var sort = ProcessSort()
  package internal(set) var scroll = Scroll()
  /// Findings with all their numbers stand in the place of the processes.
  package internal(set) var showsFindings = false
  package internal(set) var findingScroll = Scroll()
  package internal(set) var selectedRow: Int?
  private var selected: ProcessID?
  /// Nobody has chosen yet: the first row is selected, whichever process that is.
  private var isUnchosen = true

  init(_ job: Job) {
    id = job.id
    name = job.name
  }

  /// A pid alone may be another process a moment later.
  private struct ProcessID: Equatable {
    var pid: Int32
    var start: UInt64
  }

  mutating func take(_ moment: Moment) {
    guard let opened = moment.opened, opened.id == id else {
      rows = nil
      return
    }
    var rows = Array(opened.processes.indices)
    sort.order(&rows, of: opened.processes)
    self.rows = rows
    if isUnchosen {
      select(row: 0, of: moment)
      isUnchosen = true
      return
    }
    let row = rows.firstIndex { identity(opened.processes[$0]) == selected }
    if let row {
      selectedRow = row
    } else {
      select(row: selectedRow ?? 0, of: moment)
    }
  }

  mutating func select(row: Int, of moment: Moment) {
    isUnchosen = false
    guard let rows, !rows.isEmpty, let opened = moment.opened else {
      selectedRow = nil
      return
    }
    let row = min(max(0, row), rows.count - 1)
    guard opened.processes.indices.contains(rows[row]) else { return }
    selectedRow = row
    selected = identity(opened.processes[rows[row]])
  }

  /// The row of a process; nil when it is gone.
  func row(pid: Int32, start: UInt64, of moment: Moment?) -> Int? {
    guard let processes = moment?.opened?.processes else { return nil }
    return rows?.firstIndex {
      processes.indices.contains($0)
        && identity(processes[$0]) == ProcessID(pid: pid, start: start)
    }
  }

  mutating func settle(page: Int) {
    scroll.clamp(count: rows?.count ?? 0, page: page)
  }

  private func identity(_ process: ProcessMoment) -> ProcessID {
    ProcessID(pid: process.reading.pid, start: process.reading.start)
  }
}
