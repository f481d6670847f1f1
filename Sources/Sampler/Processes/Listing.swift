import Model

/// When the loose processes are listed anew.
///
/// Listing thousands is dear: cgroup v1 sorts them each time. As long as nothing was forked there is
/// nobody new among them, and members that end are noticed by themselves.
struct Listing {
  private var forks: UInt64?
  private var groups: Int?
  private var time: Instant?

  /// Those that were moved between groups, and those in no job that ended, are noticed so late.
  static let everySeconds = 5.0

  /// Has the next sample list, whatever has happened.
  mutating func force() { time = nil }

  /// Whether this sample lists: `forks` is the box's counter, `groups` changes with the groups there
  /// are, as they do when a job is given one of its own.
  mutating func isDue(forks: UInt64?, groups: Int, at now: Instant) -> Bool {
    let isLate = time.map { now.seconds(since: $0) >= Self.everySeconds } ?? true
    guard isLate || forks == nil || forks != self.forks || groups != self.groups else {
      return false
    }
    (self.forks, self.groups, time) = (forks, groups, now)
    return true
  }
}
