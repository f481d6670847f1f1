extension View {
  /// All jobs against what they were granted, and what the selected one is and does.
  static let jobs = View(
    id: .jobs, name: "Jobs", key: "1", totals: [.other, .free], hasPanel: true
  ) { frame, context in
    frame.drawJobTable(JobColumns.all(context), totals: [.other, .free], context)
    frame.drawJobPanel(context)
  }
}

/// The columns of the jobs' table, from left to right.
enum JobColumns {
  static func all(_ context: Context) -> [Column<JobRow>] {
    let gpus = context.hasGPUs ? [gpu] : []
    return [name, owner, cores, memory] + gpus + [read, written, state]
  }

  /// Cells of a gauge's bar: fewer where GPUs want a column of a narrow screen.
  static func bar(_ context: Context) -> Int { context.hasGPUs && context.width < 100 ? 8 : 13 }
}
