import Drawing
import Model

extension View {
  /// Every CPU as a seat, and whose it is.
  static let cores = View(
    id: .cores, name: "Cores", key: "2", totals: [], hasPanel: true, leastPanel: 2
  ) { frame, context in
    frame.drawJobPanel(context)
  }
}

extension DashboardState {
  mutating func applyInCores(_ action: Action) -> [Effect]? { nil }
  mutating func give(_ cpus: CPUSet, to job: JobID) -> [Effect] { [] }
}
