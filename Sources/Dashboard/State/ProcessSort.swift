import Model

/// The order of an opened job's processes.
package struct ProcessSort: Sendable, Equatable {
  package var key = SortKey.cores
  package var isInverted = false

  /// Sorts positions in `processes`; ties go by pid.
  func order(_ rows: inout [Int], of processes: [ProcessMoment]) {
    switch key {
    case .cores, .memory, .gpu, .io, .pid, .name:
      sort(&rows, by: processes.map { amount(of: $0) }, of: processes)
    case .user: sort(&rows, by: processes.map(\.reading.user), of: processes)
    case .state: sort(&rows, by: processes.map { String($0.reading.state) }, of: processes)
    case .command: sort(&rows, by: processes.map(\.reading.shownCommand), of: processes)
    }
  }

  private func sort<Rank: Comparable>(
    _ rows: inout [Int], by ranks: [Rank], of processes: [ProcessMoment]
  ) {
    let ascending = key.isAscending != isInverted
    let pids = processes.map(\.reading.pid)
    rows.sort { a, b in
      ranks[a] == ranks[b] ? pids[a] < pids[b] : (ranks[a] < ranks[b]) == ascending
    }
  }

  /// Unknown is below everything.
  ///
  /// Cores are compared in tenths, so that workers that do the same
  /// keep their rows.
  private func amount(of process: ProcessMoment) -> Double {
    switch key {
    case .cores:
      let tenths = ((process.used?.value ?? -1) * 10).rounded()
      return tenths.isFinite ? tenths : -10
    case .memory: return Double(process.reading.resident?.count ?? -1)
    case .io:
      guard process.io.read != nil || process.io.written != nil else { return -1 }
      let flow = (process.io.read?.perSecond ?? 0) + (process.io.written?.perSecond ?? 0)
      return flow.isFinite ? flow : -1
    default: return Double(process.reading.pid)
    }
  }
}

extension ProcessReading {
  /// The command line, or the name while that was not read.
  var shownCommand: SafeText { command ?? name }
}
