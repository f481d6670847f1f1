import CLinux
import Glibc
import Model

/// Bringing every process of a tree into its new home while it goes on forking.
struct AdoptionMove {
  let root: ProcessIdentity
  let owner: UInt32
  var home: AdoptionHome
  /// The path of the group that the job was in, in the hierarchy that jobs are found by.
  let origin: String
  let system: LaunchSystem
  private let accounting: AccountingGroup
  private(set) var report: AdoptionReport
  private var members: TreeMembers
  private let events: ForkEvents?
  private var moved: Set<ProcessIdentity> = []
  private var hasRecorded = false
  private var leftAlone: [Int32: AdoptionReport.ProcessLeft] = [:]
  /// Clock ticks after boot when it began.
  private let began: UInt64

  /// For how long a tree is followed, in seconds.
  private static let patience = 20.0

  init(
    _ root: ProcessIdentity, owner: UInt32, into home: AdoptionHome, from origin: String,
    target: Target, in system: LaunchSystem, _ events: ForkEvents?
  ) {
    self.root = root
    self.owner = owner
    self.home = home
    self.origin = origin
    self.system = system
    accounting = AccountingGroup(system)
    self.events = events
    members = TreeMembers(of: [root], proc: system.proc, sharesCgroups: false)
    report = AdoptionReport(target: target, stage: .moving)
    began = Self.ticksSinceBoot
  }

  /// Counts a process that was moved before.
  mutating func count(_ process: ProcessEntry) { moved.insert(process.identity) }

  /// Moves until two looks in a row find nobody outside. Throws at the first process that may not be
  /// moved.
  ///
  /// - Parameter record: called before the first process is moved, and before one that comes from
  ///   elsewhere than those before it.
  mutating func run(
    _ progress: (AdoptionReport) -> Void,
    record: (AdoptionHome) throws(ChangeFailure) -> Void = { _ in }
  ) throws(ChangeFailure) {
    let end = Deadline(seconds: Self.patience)
    var quietLooks = 0
    while quietLooks < 2 {
      let outside = outsiders()
      if outside.isEmpty {
        quietLooks += 1
        // What was forked in the moment before its parent was moved appears by now.
        usleep(2000)
        continue
      }
      quietLooks = 0
      if end.hasPassed {
        for process in outside {
          leave(process, "it appeared faster than processes could be moved")
        }
        break
      }
      var isNews = !hasRecorded
      for process in outside where home.note(process) { isNews = true }
      if isNews {
        try record(home)
        hasRecorded = true
      }
      try move(outside)
      report.moved = moved.count
      progress(report)
    }
    noteOrphans()
    report.moved = moved.count
    report.left = leftAlone.values.sorted { $0.pid < $1.pid }
    if events?.hasLost ?? false {
      report.notes.append("The kernel's news of forks came faster than they could be read.")
    }
  }

  /// Members that are not in all of the groups, without those that are left alone.
  private mutating func outsiders() -> [ProcessEntry] {
    let living = members.scan(forks: events?.read() ?? [])
    let inside = home.processes()
    var outside: [ProcessEntry] = []
    for process in living where !inside.contains(process.pid) && leftAlone[process.pid] == nil {
      // It may have ended, or have been born inside, since the groups were read.
      let now = ProcessTable.entry(of: process.pid, proc: system.proc)
      guard let now, now.start == process.start, !now.isZombie, !home.holds(process.pid) else {
        continue
      }
      if let path = otherGroup(of: process) {
        leave(process, "it is in a cgroup of its own, \(path)")
      } else {
        outside.append(process)
      }
    }
    return outside
  }

  private mutating func leave(_ process: ProcessEntry, _ reason: String) {
    leftAlone[process.pid] = AdoptionReport.ProcessLeft(
      pid: process.pid, name: SafeText(ProcessTable.name(of: process.pid, proc: system.proc)),
      reason: reason)
  }

  /// The group of a process that is neither where the job was nor where it goes: it was given a group
  /// by somebody, with limits of its own.
  private func otherGroup(of process: ProcessEntry) -> String? {
    let path = accounting.path(of: process.pid)
    guard let path, path != origin, !isHome(path) else { return nil }
    return path
  }

  private func isHome(_ path: String) -> Bool {
    home.groups.contains { $0.directory.hasSuffix(path) }
  }

  private mutating func move(_ processes: [ProcessEntry]) throws(ChangeFailure) {
    if let attach = home.attach {
      try attach(processes.map(\.pid))
      moved.formUnion(processes.map(\.identity))
      return
    }
    for process in processes {
      let now = ProcessTable.entry(of: process.pid, proc: system.proc)
      guard now?.start == process.start else { continue }
      do throws(AdoptionHome.Refusal) {
        try home.move(process.pid)
        moved.insert(process.identity)
      } catch {
        if error.error.code == ESRCH { continue }
        let name = SafeText(ProcessTable.name(of: process.pid, proc: system.proc))
        throw ChangeFailure(
          .failed,
          "process \(process.pid) (\(name)) cannot be moved into \(error.group): \(error.error.words).",
          errno: error.error.code)
      }
    }
  }

  /// Counts and names what appeared meanwhile and can be nobody's for certain.
  private mutating func noteOrphans() {
    guard events == nil || events?.hasLost ?? false else { return }
    let inside = home.processes()
    for process in ProcessTable.read(proc: system.proc)
    where process.start >= began && !inside.contains(process.pid) && !process.isZombie
      && leftAlone[process.pid] == nil && !members.isAbove(process.identity)
    {
      let parent = ProcessTable.name(of: process.parent, proc: system.proc)
      guard process.parent == 1 || parent == "systemd",
        ProcessTable.owner(of: process.pid, proc: system.proc) == owner,
        accounting.path(of: process.pid) == origin
      else { continue }
      leave(process, "it appeared meanwhile and its parent was gone before it could be asked for")
    }
  }

  private static var ticksSinceBoot: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    let perSecond = UInt64(sysconf(Int32(_SC_CLK_TCK)))
    return UInt64(time.tv_sec) * perSecond + UInt64(time.tv_nsec) * perSecond / 1_000_000_000
  }
}

/// The hierarchy that jobs are found by: v2, or on v1 the one that counts CPU time.
struct AccountingGroup {
  let hierarchy: CgroupLayout.Hierarchy?
  private let proc: String

  init(_ system: LaunchSystem) {
    let layout = system.layout
    proc = system.proc
    hierarchy =
      layout.version == .v2
      ? layout.unified : layout.hierarchy(of: "cpuacct") ?? layout.unified
  }

  /// The path of the group that a process is in.
  func path(of pid: Int32) -> String? {
    guard let hierarchy, let text = Files.text("\(proc)/\(pid)/cgroup") else { return nil }
    return CgroupMembership(parsing: text).path(in: hierarchy)
  }

  /// What a group is called in every other part of the program.
  func id(of path: String) -> JobID? {
    hierarchy?.directory(of: path).flatMap(Files.status).map {
      .cgroup(inode: UInt64($0.st_ino))
    }
  }
}
