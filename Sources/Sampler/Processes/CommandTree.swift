import Model

/// One command that somebody started, with everything below it, once it is a job.
///
/// An object, because it is read and changed in place some ten times a sample.
final class CommandTree {
  /// Tells it from the other trees; a younger one has a higher number.
  let number: Int32
  let root: ProcessFiles.Target
  /// What its processes have in common above their first command: the process group of the topmost
  /// processes, or minus the pid of a Jupyter kernel.
  let key: Int32
  var job: Job
  /// When its root began.
  let started: Instant
  /// The process by whose arguments it is called; nil where it has a name of another origin.
  var eponym: ProcessFiles.Target?
  /// When it became a job.
  var since = Instant(nanoseconds: 0)
  /// Slots of its processes, parents before children; zombies that nobody has waited for among them.
  var members: [Int32] = []
  /// Time of a member that went may be owed to another's counter of waited-for children.
  var hasOwed = false
  /// Nanoseconds used by all of its processes since it became a job, the departed included.
  var usage: UInt64 = 0
  var io = IOReading()
  var memory: Inspector.TreeMemory?
  /// The members' resident pages when ``memory`` was read, when it was last asked for, and now.
  var residentAtReading: UInt64 = 0
  var residentAtAsking: UInt64 = 0
  var resident: UInt64 = 0
  var memoryAskedAt: Instant?
  var memoryEverySeconds = Sampler.memoryEverySeconds.least
  /// Where nobody may read the proportional size: what follows from resident and shared pages.
  var estimate: Bytes?
  /// Its living processes and their threads.
  var processes = 0
  var threads = 0
  /// When its members were last looked at.
  var readAt = Instant(nanoseconds: 0)
  var peak = Bytes.zero
  /// As read last.
  var grant: Grant?

  init(number: Int32, root: ProcessFiles.Target, key: Int32, job: Job) {
    self.number = number
    self.root = root
    started = Instant(ticksAfterBoot: root.start)
    self.key = key
    self.job = job
  }

  var id: JobID { .tree(pid: root.pid, start: root.start) }
}
