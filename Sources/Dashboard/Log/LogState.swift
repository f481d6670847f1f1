package import Model

/// The entry that is selected in the log, and the one that is open.
package struct LogState: Sendable {
  package internal(set) var opened: TransactionID?
  /// How many entries are read.
  static let length = 500
  mutating func take(_ entries: [JournalEntry]) {}
}
