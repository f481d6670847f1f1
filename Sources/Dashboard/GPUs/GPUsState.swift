package import Model

/// The devices of the GPU view in the order of their driver's tools, and the one that is selected.
///
/// The selection is a device, never a row.
package struct GPUsState: Sendable {
  /// Positions in the moment's devices: all, or those of jobs that the filter leaves.
  package private(set) var rows: [Int] = []
  package private(set) var selected: GPUID?
  package private(set) var selectedRow: Int?
  package internal(set) var scroll = Scroll()
  /// Nobody has chosen yet: the first device is selected, whichever that is.
  private var isUnchosen = true

  /// Finds the selected device again.
  mutating func take(_ moment: Moment, filter: JobFilter) {
    rows = Self.rows(of: moment, filter)
    let row = isUnchosen ? 0 : rows.firstIndex { moment.gpus[$0].id == selected }
    select(row: row ?? selectedRow ?? 0, of: moment, chosen: !isUnchosen)
  }

  mutating func select(row: Int, of moment: Moment, chosen: Bool = true) {
    isUnchosen = !chosen
    guard !rows.isEmpty else {
      selectedRow = nil
      return
    }
    let row = min(max(0, row), rows.count - 1)
    selectedRow = row
    selected = moment.gpus[rows[row]].id
  }

  private static func rows(of moment: Moment, _ filter: JobFilter) -> [Int] {
    let devices = moment.gpus
    guard !filter.isEmpty else { return Array(devices.indices) }
    let jobs = Set(moment.jobs.lazy.filter { filter.accepts($0) }.map(\.id))
    var kept = Set(devices.lazy.filter { $0.holders.contains { jobs.contains($0.job) } }.map(\.id))
    // An instance says nothing without the device that it is a part of.
    kept.formUnion(devices.filter { kept.contains($0.id) }.compactMap(\.reading.identity.parent))
    return devices.indices.filter { kept.contains(devices[$0].id) }
  }
}
