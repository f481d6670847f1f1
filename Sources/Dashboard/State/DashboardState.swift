package import Drawing
package import Model

/// Everything the dashboard remembers between two inputs, and the moments it shows.
///
/// It changes by ``resize(to:)``, ``receive(_:)`` and ``handle(_:on:)`` only; drawing reads it.
package struct DashboardState {
  package var settings: DashboardSettings
  package internal(set) var size = Size(columns: 80, rows: 24)
  /// The newest moment; nil until the first.
  package internal(set) var live: Moment?
  /// The moment at which the display is held.
  package internal(set) var held: Moment?
  package internal(set) var view = ViewID.jobs
  package internal(set) var mode = Mode.browsing
  package internal(set) var jobs = JobList()
  /// The opened job and its processes.
  package internal(set) var opened: OpenedJobState?
  package internal(set) var tour: Tour?
  /// What can be set on which job, as far as it was asked for.
  package internal(set) var controls: [JobID: JobControl] = [:]
  /// Of which jobs that was asked since the last answer: each costs a command where systemd owns it.
  var inspecting: Set<JobID> = []
  package internal(set) var draft: DraftState?
  package internal(set) var preview: Preview?
  /// The newest transaction; it may have ended.
  package internal(set) var progress: Progress?
  package internal(set) var adoption: AdoptionReport?
  /// The newest first; nil until it was read.
  package internal(set) var journal: [JournalEntry]?
  package internal(set) var drift: [Drift] = []
  package internal(set) var cores = CoresState()
  package internal(set) var gpus = GPUsState()
  package internal(set) var log = LogState()
  /// What the last input did, where the screen does not show it by itself.
  package internal(set) var message: Message?

  package init(settings: DashboardSettings = DashboardSettings(), tour: Tour? = nil) {
    self.settings = settings
    self.tour = tour
  }

  /// What the screen shows: the held moment, else the newest.
  package var moment: Moment? { held ?? live }

  /// What the loop has to ask for when it begins: whether something was left unfinished.
  package func start() -> [Effect] { [.control(.readJournal(limit: LogState.length))] }

  /// Takes the size the screen has now; call it before every drawing.
  package mutating func resize(to size: Size) {
    guard size != self.size else { return }
    self.size = size
    jobs.scroll.reveal(jobs.selectedRow, page: layout.listRows(of: jobs.rows.count))
    settle()
    revealGPU()
  }

  /// Takes a new moment; while the display is held it only waits behind it.
  package mutating func receive(_ moment: Moment) {
    live = moment
    if let message, moment.time.seconds(since: message.since) > message.seconds {
      self.message = nil
    }
    keepDraft(with: moment)
    guard held == nil else { return }
    show(moment)
  }

  /// Brings lists and selections into line with the moment that is shown from now on.
  mutating func show(_ moment: Moment) {
    jobs.take(moment)
    if jobs.isFollowing {
      jobs.scroll.reveal(jobs.selectedRow, page: layout.listRows(of: jobs.rows.count))
    }
    opened?.take(moment)
    takeSeats()
    gpus.take(moment, filter: jobs.filter)
    settle()
  }

  mutating func say(_ text: String) {
    message = Message(text: text, since: now)
  }

  /// Says a whole sentence, or several, and leaves it long enough to be read.
  mutating func explain(_ text: String) {
    message = Message(text: text, since: now, seconds: 20)
  }

  /// The time of the newest moment.
  var now: Instant { live?.time ?? Instant(nanoseconds: 0) }

  /// Keeps scroll positions within their lists.
  mutating func settle() {
    let layout = layout
    jobs.scroll.clamp(count: jobs.rows.count, page: layout.listRows(of: jobs.rows.count))
    opened?.settle(page: layout.processRows)
    settleFindings(layout)
    gpus.scroll.clamp(count: gpus.rows.count, page: layout.gpuRows(of: gpus.rows.count))
  }
}

/// What the command line and the configuration decide.
package struct DashboardSettings: Sendable, Equatable {
  /// Seconds between two moments, as asked for.
  package var interval: Double
  package var isReadOnly: Bool
  /// Seconds that the local time is ahead of UTC; the loop keeps it up to date.
  package var clockOffset: Int

  package init(interval: Double = 1, isReadOnly: Bool = false, clockOffset: Int = 0) {
    self.interval = interval
    self.isReadOnly = isReadOnly
    self.clockOffset = clockOffset
  }
}

/// Words that go after a few seconds.
package struct Message: Sendable, Equatable {
  package var text: String
  /// The newest moment when it was said.
  package var since: Instant
  package var seconds = 3.0
}

/// What keys mean at present.
package enum Mode: Sendable, Equatable {
  /// A list or an opened job is on the screen and every key is a command.
  case browsing
  /// Typing changes the filter.
  case filtering
  case palette(Search)
  case help(Search)
  /// A sort key is being chosen, by its position.
  case picking(Int)
  case editing(Editor)
  case giving(Giving)
  /// ``DashboardState/preview`` takes the whole screen.
  case previewing
  case asking(Question)
  /// ``DashboardState/adoption`` is shown.
  case adopting
}

/// Typed text and the position in what it finds.
package struct Search: Sendable, Equatable {
  package var text = ""
  package var index = 0

  package init(text: String = "", index: Int = 0) {
    self.text = text
    self.index = index
  }
}
