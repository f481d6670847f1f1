package import Model

/// The entry that is selected in the log, and the one that is open.
package struct LogState: Sendable {
  package internal(set) var selected: TransactionID?
  package internal(set) var selectedRow: Int?
  package internal(set) var scroll = Scroll()
  package internal(set) var opened: TransactionID?
  /// The first line of the opened entry that is on the screen.
  package internal(set) var line = Scroll()
  /// The unfinished entry whose recovery was offered.
  var offered: TransactionID?
  /// Nobody has chosen yet: the newest entry is selected, whichever that is.
  private var isUnchosen = true

  /// How many entries are read.
  static let length = 500

  /// Finds the selected entry again.
  mutating func take(_ entries: [JournalEntry]) {
    if let opened, !entries.contains(where: { $0.id == opened }) { self.opened = nil }
    let row = isUnchosen ? nil : entries.firstIndex { $0.id == selected }
    select(row: row ?? (isUnchosen ? 0 : selectedRow ?? 0), of: entries, chosen: !isUnchosen)
  }

  mutating func select(row: Int, of entries: [JournalEntry], chosen: Bool = true) {
    isUnchosen = !chosen
    guard !entries.isEmpty else {
      selectedRow = nil
      selected = nil
      return
    }
    let row = min(max(0, row), entries.count - 1)
    selectedRow = row
    selected = entries[row].id
  }
}
