import Model

/// Finds the job that a word on the command line means.
nonisolated enum JobSelection {
  /// - Parameter word: a name, `OWNER:NAME` where several users have one of that name, or the id that
  ///   `snapshot --json` prints.
  static func job(_ word: String, in moment: Moment) throws(CommandRefusal) -> JobMoment {
    let found = jobs(word, in: moment)
    guard let job = found.first else {
      let names = moment.jobs.map(\.job.name.string).sorted()
      guard !names.isEmpty else {
        throw .wrong("there is no job \"\(SafeText(word))\": nothing on this box is a job now.")
      }
      let known = names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
      throw .wrong(
        "there is no job \"\(SafeText(word))\"; there are: \(known). loadline snapshot lists them.")
    }
    guard found.count == 1 else {
      let names = found.map { "\($0.job.owner.string):\($0.job.name.string)" }.sorted()
      throw .wrong(
        "\"\(SafeText(word))\" is the name of \(found.count) jobs; say which: "
          + names.joined(separator: ", ") + ".")
    }
    return job
  }
}

nonisolated extension JobSelection {
  /// The jobs that a word may mean.
  static func jobs(_ word: String, in moment: Moment) -> [JobMoment] {
    moment.jobs.filter { job in
      let name = job.job.name.string
      return name == word || job.id.description == word
        || "\(job.job.owner.string):\(name)" == word
    }
  }

  /// Whether there are words and each means one job that is a cgroup, and what that uses and holds is
  /// known: nothing more is found out about it by looking longer.
  static func areKnown(_ words: [String], in moment: Moment) -> Bool {
    !words.isEmpty
      && words.allSatisfy { word in
        let found = jobs(word, in: moment)
        guard let job = found.first, found.count == 1 else { return false }
        return job.job.cgroup != nil && job.cpu.used != nil && job.memory.used != nil
      }
  }
}

/// Why a command changed nothing, and the status it ends with.
nonisolated struct CommandRefusal: Error {
  var sentence: String
  var status: ControlStatus

  /// What was asked for cannot be understood.
  static func wrong(_ sentence: String) -> CommandRefusal {
    CommandRefusal(sentence: sentence, status: .usage)
  }

  /// What was asked for cannot be, now or ever.
  static func refused(_ sentence: String) -> CommandRefusal {
    CommandRefusal(sentence: sentence, status: .refused)
  }
}

/// Exit status of the commands that change the box; documented in docs/control.md.
nonisolated enum ControlStatus: Int32 {
  case applied = 0
  case error = 1
  case usage = 2
  case refused = 3
  case rolledBack = 4

  init(_ outcome: TransactionReport.Outcome) {
    switch outcome {
    case .applied: self = .applied
    case .refused: self = .refused
    case .rolledBack: self = .rolledBack
    case .stuck, .running: self = .error
    }
  }
}
