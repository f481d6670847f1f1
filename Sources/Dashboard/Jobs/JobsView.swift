extension View {
  /// All jobs against what they were granted, and what the selected one is and does.
  static let jobs = View(
    id: .jobs, name: "Jobs", key: "1", totals: [.other, .free], hasPanel: true
  ) { frame, context in
    frame.drawJobTable(JobColumns.all, totals: [.other, .free], context)
    frame.drawJobPanel(context)
  }
}

/// The columns of the jobs' table, from left to right.
enum JobColumns {
  static let all: [Column<JobRow>] = [name, owner, cores, memory, read, written, state]
}
