import Model

/// What is remembered between two sortings of loose processes into commands.
struct TreeAssessment {
  /// Arguments of processes, empty where they could not be had.
  var arguments: [ProcessFiles.Target: [String]] = [:]
  /// Processes whose arguments were asked for to match them against declarations, and what they ran
  /// then.
  var asked: [ProcessFiles.Target: LooseProcess.Program] = [:]
  /// Users of processes, where declarations ask for them.
  var owners: [ProcessFiles.Target: SafeText] = [:]
  var notebooks: [ProcessFiles.Target: String] = [:]
  /// Commands that are to become jobs, and since when their names are awaited.
  var awaiting: [ProcessFiles.Target: Instant] = [:]
  /// Commands of a gibibyte resident or more whose proportional size was asked for, and when.
  var weighed: [ProcessFiles.Target: Instant] = [:]
  var heavy: Set<ProcessFiles.Target> = []
  /// First processes of containers, whose jobs are named from them.
  var containers: [ProcessFiles.Target: JobID] = [:]
  /// Roots of `loadline run` jobs without a cgroup of their own.
  var records: [ProcessFiles.Target: RunRecord] = [:]
  /// The trees' keys of jobs that are command trees, for giving back their names when they end.
  var named: [JobID: Int32] = [:]
  var wantsSorting = true
  private var samples = 0
  /// The part of all processes that was looked at since they were last sorted.
  private var looked = 0.0
  private var hasNew = false

  /// Takes in that a sample looked at this part of the processes, and whether some were new; says
  /// whether they are to be sorted. `pass` is how many samples a pass takes.
  mutating func isDue(part: Double, hasNew: Bool, pass: Double) -> Bool {
    samples += 1
    looked += part
    self.hasNew = self.hasNew || hasNew
    let isPassed = looked > 0.999 || (self.hasNew && Double(samples) >= pass)
    guard isPassed || wantsSorting || !awaiting.isEmpty else { return false }
    (samples, looked, self.hasNew, wantsSorting) = (0, 0, false, false)
    return true
  }

  /// Forgets what is about processes that are gone.
  mutating func prune(_ isAlive: (ProcessFiles.Target) -> Bool) {
    arguments = arguments.filter { isAlive($0.key) }
    owners = owners.filter { isAlive($0.key) }
    asked = asked.filter { isAlive($0.key) }
    notebooks = notebooks.filter { isAlive($0.key) }
    weighed = weighed.filter { isAlive($0.key) }
    heavy = heavy.filter { isAlive($0) }
  }
}
