import Host
import Model

/// What is kept of a process that is in no job's cgroup, between two looks at it.
struct LooseProcess {
  /// What a process is for the sorting into command trees.
  enum Role: UInt8 {
    case plain
    /// People's commands run below it; it is in no tree.
    case anchor
    /// A shell whose arguments are not known yet: taken for interactive when it leads a session.
    case shell
    /// A Jupyter kernel: a tree of its own wherever it was started.
    case kernel
    case kernelThread
  }

  // What is touched of every member in every sample lies together: slots are cold by then, and each
  // further line of the cache is waited for.

  /// A kept descriptor of its schedstat file, the nanoseconds on a CPU that it said, and for how many
  /// looks in a row it has said the same; -1 for none.
  var ranDescriptor: Int32 = -1
  var threads: Int32
  var ran: UInt64 = 0
  var rests: UInt8 = 0
  /// Whether it has run between the last two looks; nil where only its time can tell.
  var hasRun: Bool?
  /// It has ended and waits to be noticed by its parent.
  var isZombie: Bool
  /// The slot holds no process.
  var isVacant = false
  /// The tick in which it was last listed.
  var seen: UInt32
  /// What ``own``, ``children`` and ``io`` grew by between the last two looks.
  var newOwn: UInt64 = 0
  var newChildren: UInt64 = 0
  var newRead: UInt64 = 0
  var newWritten: UInt64 = 0
  var newCalled: UInt64 = 0
  /// Pages.
  var resident: UInt64
  var readAt: Instant
  /// Cores over the last two looks; over its whole life at the first; nil when too young to tell.
  var cores: Float?
  /// The tree job it belongs to; -1 for none. Once in, always in.
  var tree: Int32 = -1

  let pid: Int32
  let start: UInt64
  var parent: Int32
  var group: Int32
  var session: Int32
  var terminal: Int32
  var name: Comm
  var role: Role
  /// It runs a program of its own; false for a fork that runs on in its parent's.
  var hasExecuted: Bool
  /// Its arguments say more about its role than its name does, and have not been asked for.
  var wantsArguments: Bool
  /// Its own time and that of the children it has waited for, in clock ticks.
  var own: UInt64
  var children: UInt64
  /// Its tree is called by its arguments.
  var isEponym = false
  /// The loose group that listed it.
  var place: Int32
  /// A kept descriptor of its stat file; -1 for none.
  var descriptor: Int32 = -1
  /// The same of its io file, for members of jobs.
  var ioDescriptor: Int32 = -1
  var io = IOReading()
  /// Samples since it last moved data.
  var quietTicks: UInt8 = 0
  /// Time of children that went and that its own counter does not contain yet (clock ticks), and
  /// how many ticks that has been so.
  var owed: UInt64 = 0
  var owedRead: UInt64 = 0
  var owedWritten: UInt64 = 0
  var owedCalled: UInt64 = 0
  var owedTicks: UInt8 = 0

  var target: ProcessFiles.Target { ProcessFiles.Target(pid: pid, start: start) }

  /// What it runs, as far as it can be told apart from what it ran before.
  struct Program: Hashable {
    var name: Comm
    /// False for its parent's.
    var isItsOwn: Bool
  }

  var program: Program { Program(name: name, isItsOwn: hasExecuted) }

  init(_ stat: ProcessStat, readAt: Instant, seen: UInt32, place: Int32, sinceBoot: UInt64) {
    pid = stat.pid
    start = stat.start
    parent = stat.parent
    group = stat.group
    session = stat.session
    terminal = stat.terminal
    name = stat.name
    role = Self.role(stat)
    hasExecuted = stat.hasExecuted
    isZombie = stat.isZombie
    wantsArguments = Self.wantsArguments(stat)
    own = stat.own
    children = stat.children
    resident = stat.resident
    threads = stat.threads
    self.readAt = readAt
    self.seen = seen
    self.place = place
    let age = Double(sinceBoot) / 1e9 - Double(stat.start &* Clock.tick) / 1e9
    if age >= 10 { cores = Float(Double(stat.total &* Clock.tick) / 1e9 / age) }
  }

  /// Takes over a new look. Names and process groups change during a process's life.
  mutating func update(_ stat: ProcessStat, readAt now: Instant) {
    let seconds = now.seconds(since: readAt)
    newRead = 0
    newWritten = 0
    newCalled = 0
    newOwn = stat.own > own ? stat.own - own : 0
    newChildren = stat.children > children ? stat.children - children : 0
    if seconds > 0.05 {
      cores = Float(Double((newOwn &+ newChildren) &* Clock.tick) / 1e9 / seconds)
    }
    parent = stat.parent
    group = stat.group
    session = stat.session
    terminal = stat.terminal
    own = stat.own
    children = stat.children
    resident = stat.resident
    threads = stat.threads
    isZombie = stat.isZombie
    readAt = now
    // A fork that has begun a program of its own is another command, even of the same name.
    if stat.name != name || (stat.hasExecuted && !hasExecuted) {
      name = stat.name
      hasExecuted = stat.hasExecuted
      if role != .kernel { role = Self.role(stat) }
      wantsArguments = Self.wantsArguments(stat) || isEponym
    }
  }

  /// Takes over for how long it has run; whether it has not since the last look, and nothing else is
  /// to be read of it.
  mutating func rests(ran now: UInt64, readAt time: Instant) -> Bool {
    let hasRun = now != ran
    ran = now
    self.hasRun = hasRun
    if hasRun || rests >= Self.mostRests {
      rests = 0
      return false
    }
    rests += 1
    newOwn = 0
    newChildren = 0
    newRead = 0
    newWritten = 0
    newCalled = 0
    if time.seconds(since: readAt) > 0.05 { cores = 0 }
    readAt = time
    return true
  }

  private static let mostRests: UInt8 = 10

  private static func role(_ stat: ProcessStat) -> Role {
    if stat.isKernelThread { return .kernelThread }
    if stat.pid == 1 { return Anchor.isCommand(stat.name) ? .plain : .anchor }
    if Anchor.isAnchor(stat.name) { return .anchor }
    // A shell's fork is a part of what was typed: `(cd x; python a.py) &`.
    if stat.hasExecuted, Anchor.shells.contains(stat.name) { return .shell }
    return .plain
  }

  private static func wantsArguments(_ stat: ProcessStat) -> Bool {
    stat.hasExecuted && !stat.isZombie
      && (Anchor.shells.contains(stat.name) || Anchor.isCommand(stat.name))
  }

  /// Whether commands below it are trees of their own.
  var isAnchor: Bool {
    switch role {
    case .anchor, .kernelThread: true
    // Until its arguments are known: a session's leader on a terminal waits for a person.
    case .shell: session == pid && terminal != 0
    case .plain, .kernel: false
    }
  }
}
