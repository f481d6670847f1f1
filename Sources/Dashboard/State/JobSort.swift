import Model

/// What a table of jobs or processes can be sorted by.
package enum SortKey: String, Sendable, Hashable, CaseIterable {
  case cores, memory, gpu, io, user, name, state, pid, command

  /// The keys of the jobs' table, in the order in which they are offered.
  package static let ofJobs: [SortKey] = [.cores, .memory, .gpu, .io, .user, .name, .state]
  /// The keys of the processes' table.
  package static let ofProcesses: [SortKey] = [.cores, .memory, .io, .user, .state, .pid, .command]

  /// Names and numbers of things run upwards, amounts downwards.
  var isAscending: Bool {
    switch self {
    case .cores, .memory, .gpu, .io: false
    case .user, .name, .state, .pid, .command: true
    }
  }
}

/// The order of the jobs: steady, so that a row does not jump because a value trembled.
package struct JobSort: Sendable, Equatable {
  package var key = SortKey.cores
  package var isInverted = false

  /// Sorts positions in `jobs`; ties go by name, then by identity.
  func order(_ rows: inout [Int], of jobs: [JobMoment]) {
    let ascending = key.isAscending != isInverted
    let ranks = jobs.map { rank(of: $0) }
    rows.sort { a, b in
      if ranks[a] != ranks[b] { return (ranks[a] < ranks[b]) == ascending }
      let (first, second) = (jobs[a].job, jobs[b].job)
      if key == .user, first.owner != second.owner {
        return (first.owner < second.owner) == ascending
      }
      if first.name != second.name {
        return (first.name < second.name) == (key == .name ? ascending : true)
      }
      return first.id.description < second.id.description
    }
  }

  private func rank(of job: JobMoment) -> Double {
    switch key {
    case .cores: Self.steady(job.history.cores, now: job.cpu.used?.value, step: 0.1)
    case .memory:
      Self.steady(
        job.history.memory, now: job.memory.used.map { Double($0.count) }, step: 16 * 1_048_576)
    case .io:
      Self.steady(
        job.history.io, now: job.io.read.map { $0.perSecond + (job.io.written?.perSecond ?? 0) },
        step: 1e6)
    // How many it has: how busy they are changes too fast for an order.
    case .gpu: Double(job.gpus?.held.count ?? 0)
    case .state: urgency(of: job)
    case .user, .name, .pid, .command: 0
    }
  }

  /// Red, amber, then states, most pressing first, then the rest.
  private func urgency(of job: JobMoment) -> Double {
    switch job.findings.map(\.level).max() {
    case .red: -2
    case .amber: -1
    case .note, nil: Double(job.states.first.flatMap(Self.urgency) ?? JobState.allCases.count)
    }
  }

  private static func urgency(_ state: JobState) -> Int? { JobState.allCases.firstIndex(of: state) }

  /// The mean of the last ten known values in steps of `step`; unknown is below everything.
  private static func steady(_ history: [Float], now: Double?, step: Double) -> Double {
    var sum = 0.0
    var count = 0.0
    for value in history.suffix(10) where value.isFinite {
      sum += Double(value)
      count += 1
    }
    guard let value = count > 0 ? sum / count : now, value.isFinite else { return -1 }
    return (value / step).rounded()
  }
}
