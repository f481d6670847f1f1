import Glibc

/// Which processes belong to a command tree, found again and again while it goes on forking.
///
/// A process belongs to it by its parent link; by a process group with a member; by a session whose
/// leader was a member; or because the kernel said that a member forked it. Never: what is above the
/// tree (the shell it was typed in, tmux, sshd), this program and what is above that, and whatever
/// shares only a process group with one of those. Once a member, a process stays one.
struct TreeMembers {
  let proc: String
  /// Every member seen so far, the departed included: pid and start, 0 where only its birth is known.
  private(set) var known: [Int32: UInt64] = [:]
  /// What is above the tree.
  private var excluded: Set<ProcessIdentity> = []
  private var excludedGroups: Set<Int32> = []
  /// The users that its processes run as: others' are not drawn in by a process group.
  private var owners: Set<UInt32> = []
  /// Only processes of the same cgroups are drawn in by a process group, where this is not nil.
  private let memberships: Set<String>?

  /// - Parameters:
  ///   - seeds: the processes known to be of the tree: its root, or all that a cgroup held.
  ///   - sharesCgroups: a process group reaches no further than the seeds' cgroups.
  init(of seeds: [ProcessIdentity], proc: String, sharesCgroups: Bool) {
    self.proc = proc
    for seed in seeds { known[seed.pid] = seed.start }
    var memberships: Set<String> = []
    for seed in seeds {
      if let owner = ProcessTable.owner(of: seed.pid, proc: proc) { owners.insert(owner) }
      if sharesCgroups, let text = Files.text("\(proc)/\(seed.pid)/cgroup") {
        memberships.insert(text)
      }
    }
    self.memberships = sharesCgroups ? memberships : nil
    exclude(above: getpid(), andItself: true)
    for seed in seeds { exclude(above: seed.pid, andItself: false) }
  }

  private mutating func exclude(above pid: Int32, andItself: Bool) {
    var next = pid
    var steps = 0
    while next > 0, steps < 512, let entry = ProcessTable.entry(of: next, proc: proc) {
      let isMember = known[entry.pid] == entry.start
      if !isMember, andItself || entry.pid != pid {
        // What is above has been looked at already.
        if !excluded.insert(entry.identity).inserted { return }
        excludedGroups.insert(entry.group)
      }
      next = entry.parent
      steps += 1
    }
  }

  /// Whether this program, or something above it, is the process.
  func isAbove(_ identity: ProcessIdentity) -> Bool { excluded.contains(identity) }

  /// The living members, parents before children.
  /// - Parameter forks: parent and child of each fork that the kernel told of, in order.
  mutating func scan(forks: [(parent: Int32, child: Int32)] = []) -> [ProcessEntry] {
    for fork in forks where known[fork.parent] != nil && known[fork.child] == nil {
      known[fork.child] = 0
    }
    let table = ProcessTable.read(proc: proc).filter { !$0.isKernelThread }
      .sorted { ($0.start, $0.pid) < ($1.start, $1.pid) }
    let remembered = remembered(in: table)
    var members: [Int32: ProcessEntry] = [:]
    // A parent that was found by its process group brings its children in the next round.
    while true {
      let before = members.count
      let groups = Set(members.values.map(\.group)).union(remembered)
        .subtracting(excludedGroups)
      for entry in table
      where members[entry.pid] == nil && isMember(entry, members, groups, remembered) {
        members[entry.pid] = entry
        known[entry.pid] = entry.start
      }
      if members.count == before { break }
    }
    return table.filter { members[$0.pid] != nil && !$0.isZombie }
  }

  /// The numbers of members that still stand for them: those of process groups and sessions that a
  /// member led outlive it, and are not given to a new process before the last of it is gone.
  private func remembered(in table: [ProcessEntry]) -> Set<Int32> {
    var remembered = Set(known.keys)
    for entry in table {
      if let start = known[entry.pid], start != 0, start != entry.start {
        remembered.remove(entry.pid)
      }
    }
    return remembered
  }

  private func isMember(
    _ entry: ProcessEntry, _ members: [Int32: ProcessEntry], _ groups: Set<Int32>,
    _ remembered: Set<Int32>
  ) -> Bool {
    if excluded.contains(entry.identity) { return false }
    if let start = known[entry.pid], start == entry.start { return true }
    if members[entry.parent] != nil { return true }
    if known[entry.pid] == 0 { return !isAnchor(entry) }
    // A leader that has gone is remembered; one that is not of the tree makes nothing its own.
    let isInSession = remembered.contains(entry.session) && !excludedGroups.contains(entry.group)
    guard groups.contains(entry.group) || isInSession else { return false }
    guard let owner = ProcessTable.owner(of: entry.pid, proc: proc),
      owners.isEmpty || owners.contains(owner), !isAnchor(entry)
    else { return false }
    guard let memberships else { return true }
    return Files.text("\(proc)/\(entry.pid)/cgroup").map(memberships.contains) ?? false
  }

  /// Programs that go on for others than the one who started them.
  private func isAnchor(_ entry: ProcessEntry) -> Bool {
    Self.isAnchor(ProcessTable.name(of: entry.pid, proc: proc))
  }

  static func isAnchor(_ name: String) -> Bool {
    let names: Set = [
      "systemd", "init", "(sd-pam)", "sshd", "sshd-session", "dropbear", "login", "agetty",
      "mosh-server", "cron", "crond", "atd", "tmux: server", "screen", "SCREEN", "zellij", "dtach",
      "abduco", "dbus-daemon", "dbus-broker", "gpg-agent", "ssh-agent", "supervisord", "conmon",
      "containerd-shim", "dockerd", "containerd", "jupyter-lab", "jupyter-noteboo",
      "jupyter-server", "jupyterhub", "code-server", "slurmstepd", "loadline-reaper",
    ]
    return names.contains(name)
  }
}
