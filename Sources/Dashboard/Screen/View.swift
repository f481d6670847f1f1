/// A screen that a digit key leads to.
package enum ViewID: String, Sendable, Hashable, CaseIterable {
  case jobs, cores, memory, gpus, log
}

/// What a view is called, where it is and how it is drawn.
struct View: Sendable {
  let id: ViewID
  let name: String
  let key: Unicode.Scalar
  /// Rows that stand below the jobs so that the columns add up to the box.
  let totals: [JobRow]
  /// The selected job is explained below the table.
  let hasPanel: Bool
  /// Rows that the panel has on a screen too low for a whole one.
  var leastPanel = 0
  /// How the bottom bar calls it; nil is its name in small letters.
  var word: String?
  let draw: @Sendable (inout Frame, Context) -> Void
}

/// All views, in the order of their keys.
enum ViewTable {
  static let views: [View] = [.jobs, .cores, .memory, .gpus, .log]

  static subscript(id: ViewID) -> View { views.first { $0.id == id } ?? .jobs }
}

/// A row of a table of jobs.
enum JobRow: Sendable, Hashable {
  /// A position in the moment's jobs.
  case job(Int)
  case other
  /// Memory that no cgroup is charged with.
  case uncharged
  case free
}
