import Drawing
import Model

extension View {
  /// What was changed, by whom, and how it ended.
  static let log = View(
    id: .log, name: "Log", key: "6", totals: [], hasPanel: false
  ) { frame, context in
  }
}

extension DashboardState {
  mutating func applyInLog(_ action: Action) -> [Effect]? { nil }
}
