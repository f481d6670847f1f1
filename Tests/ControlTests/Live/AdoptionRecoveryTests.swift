import CLinux
import Glibc
import Model
import Testing

@testable import Control

/// An adoption whose process is killed at any step: the next start knows what there is to recover, and
/// recovering leaves every process where it was, or says that all have moved.
@Suite(.serialized, .enabled(if: Loadline.isPossible && PythonTree.isPossible))
struct AdoptionRecoveryTests {
  private let state = TemporaryTree()
  private var system: ControlSystem { .test(state) }

  private static let three = """
    for n in range(2):
        if os.fork() == 0:
            time.sleep(60)
    print("ready", flush=True)
    time.sleep(60)
    """

  /// What an adoption has before it moves anybody, as the program makes it, by a process that is gone.
  private struct Killed {
    let tree: PythonTree
    let name: RunName
    var groups: JobGroups
    let intent: JournalIntent
    let before: [Int32: String]
    let places: [CgroupPlace]

    init(_ word: String, _ control: Control) throws {
      tree = try #require(PythonTree(AdoptionRecoveryTests.three))
      let tree = tree
      #expect(Loadline.eventually { tree.processes.count == 3 })
      name = try #require(RunName(Loadline.name(word)))
      let useful: Set = ["cpu", "cpuacct", "cpuset", "memory", "blkio", "pids", "freezer"]
      places = CgroupPlaces(in: .current()).places.filter {
        $0.interface == .v2 || !$0.controllers.isDisjoint(with: useful)
      }
      groups = JobGroups(name: name, places: places)
      var intent = control.intent(.adopt, changes: [], target: tree.target)
      intent.process.pid = 4_194_305
      self.intent = intent
      before = Killed.memberships(of: tree)
      try control.system.journal?.append([.intent(intent)])
    }

    static func memberships(of tree: PythonTree) -> [Int32: String] {
      var found: [Int32: String] = [:]
      for pid in tree.processes { found[pid] = Files.text("/proc/\(pid)/cgroup") }
      return found
    }

    var isAsBefore: Bool { Killed.memberships(of: tree) == before && Loadline.isGone(name.text) }

    /// What takes it back; without inodes while the groups are only planned.
    func undo(isPlanned: Bool) -> AdoptionUndo {
      let origins = AdoptionHome.directories(
        of: tree.identity.pid, for: groups.directories, LaunchSystem.current().layout,
        proc: "/proc")
      return AdoptionUndo(
        name: name,
        groups: zip(groups.directories, origins).map { directory, origin in
          let inode = Files.status(directory).map { UInt64($0.st_ino) }
          return AdoptionUndo.Group(
            directory: directory, inode: isPlanned ? 0 : inode ?? 0, origin: origin)
        })
    }

    func record(_ undo: AdoptionUndo, _ control: Control) throws {
      try control.system.journal?.append([
        .adoption(JournalAdoption(id: intent.id, undo: undo.text))
      ])
    }

    /// Makes so many single moves of one process into one group, in the program's order.
    func move(_ count: Int) throws {
      let moves = tree.processes.sorted().flatMap { pid in groups.directories.map { (pid, $0) } }
      for (pid, directory) in moves.prefix(count) {
        try Files.write("\(pid)", to: "\(directory)/cgroup.procs")
      }
    }
  }

  /// The last entry of the journal.
  private func last(_ control: Control) throws -> JournalEntry {
    try #require(try control.journal(limit: 1).first)
  }

  @Test func beforeAGroupIsPlannedThereIsNothingToTakeBack() throws {
    let control = Control(system)
    let killed = try Killed("recover-intent", control)
    let entry = try last(control)
    #expect(entry.outcome == .unfinished)
    #expect(entry.notes == ["No process was moved: recovering it has nothing to take back."])
    #expect(control.recover(killed.intent.id).outcome == .rolledBack)
    #expect(killed.isAsBefore)
    #expect(try last(control).outcome == .rolledBack)
  }

  @Test(arguments: [0, 1, 99]) func groupsThatWereOnlyMadeAreRemoved(made: Int) throws {
    let control = Control(system)
    var killed = try Killed("recover-made", control)
    try killed.record(killed.undo(isPlanned: true), control)
    if made > 0 {
      try killed.groups.make(with: [])
      for directory in killed.groups.directories.dropFirst(made) { rmdir(directory) }
    }
    #expect(try last(control).notes.first?.contains("No process was moved") == true)
    #expect(control.recover(killed.intent.id).outcome == .rolledBack)
    #expect(killed.isAsBefore)
  }

  @Test func aGroupThatAnotherJobTookMeanwhileIsLeft() throws {
    let control = Control(system)
    let killed = try Killed("recover-theirs", control)
    try killed.record(killed.undo(isPlanned: true), control)
    let job = RunningProgram([
      Loadline.program, "run", "--name", killed.name.text, "--", "sh", "-c",
      "echo in; exec sleep 60",
    ])
    #expect(job.says("in"))
    #expect(control.recover(killed.intent.id).outcome == .rolledBack)
    #expect(AdoptionHome.processes(in: killed.groups.directories[0]).isEmpty == false)
    #expect(Killed.memberships(of: killed.tree) == killed.before)
    kill(job.pid, SIGKILL)
    _ = job.wait()
    #expect(Loadline.eventually { Loadline.isGone(killed.name.text) })
  }

  /// Of three processes: after every single write of the first, between processes, and before the
  /// last write.
  @Test(arguments: Array(0...10) + [-2, -1])
  func killedWhileMovingEveryProcessGoesBack(count: Int) throws {
    let control = Control(system)
    var killed = try Killed("recover-moving", control)
    try killed.groups.make(with: [])
    try killed.record(killed.undo(isPlanned: true), control)
    try killed.record(killed.undo(isPlanned: false), control)
    try killed.move(count < 0 ? 3 * killed.places.count + count : count)
    let entry = try last(control)
    #expect(entry.outcome == .unfinished)
    #expect(entry.notes.first?.contains("removes the group") == true, "\(entry.notes)")
    let sentence = try #require(control.undo().notes.first)
    #expect(sentence.contains("was left unfinished by a process that died"))
    let report = control.recover(killed.intent.id)
    #expect(report.outcome == .rolledBack, "\(report.notes)")
    #expect(killed.isAsBefore)
    #expect(try last(control).outcome == .rolledBack)
    #expect(control.recover(killed.intent.id).outcome == .refused)
  }

  @Test func killedWhenAllHadMovedItIsCompleteAndUndoTakesItBack() throws {
    let control = Control(system)
    var killed = try Killed("recover-all", control)
    try killed.groups.make(with: [])
    try killed.record(killed.undo(isPlanned: false), control)
    try killed.move(.max)
    #expect(try last(control).notes.first?.contains("the adoption is complete") == true)
    let report = control.recover(killed.intent.id)
    #expect(report.outcome == .applied)
    #expect(report.notes.first?.contains("had moved: the adoption is complete") == true)
    #expect(try last(control).outcome == .applied)
    // Its groups are removed when it ends, as of any other job.
    #expect(Loadline.awaitReaper(of: killed.name.text) != nil)
    #expect(Killed.memberships(of: killed.tree) != killed.before)
    #expect(control.undo().outcome == .applied)
    #expect(killed.isAsBefore)
  }

  @Test func anUndoThatWasKilledIsFinished() throws {
    let control = Control(system)
    let tree = try #require(PythonTree(Self.three))
    #expect(Loadline.eventually { tree.processes.count == 3 })
    let before = Killed.memberships(of: tree)
    let name = try #require(RunName(Loadline.name("recover-undo")))
    let report = control.adopt(AdoptionRequest(target: tree.target, name: name))
    #expect(report.moved == 3)
    let adopted = try last(control)
    var intent = control.intent(.undo(of: adopted.id), changes: [], target: tree.target)
    intent.process.pid = 4_194_305
    try control.system.journal?.append([.intent(intent)])
    // One process is back already.
    for hierarchy in LaunchSystem.current().layout.legacy {
      let membership = CgroupMembership(parsing: before[tree.identity.pid] ?? "")
      let origin = membership.path(in: hierarchy).flatMap(hierarchy.directory) ?? ""
      try? Files.write("\(tree.identity.pid)", to: "\(origin)/cgroup.procs")
    }
    #expect(control.recover(intent.id).outcome == .applied)
    #expect(Killed.memberships(of: tree) == before)
    #expect(Loadline.isGone(name.text))
    #expect(try control.journal(limit: 2).map(\.outcome) == [.applied, .undone])
  }

  @Test func undoWithoutANumberTakesBackTheNewestActWhichIsTheAdoption() throws {
    let control = Control(system)
    let tree = try #require(PythonTree(Self.three))
    #expect(Loadline.eventually { tree.processes.count == 3 })
    let job = LiveJob("undo-older")
    let change = job.change(.weight(50), on: control.system)
    #expect(control.apply(Plan(changes: [change])).outcome == .applied)
    let before = Killed.memberships(of: tree)
    let name = try #require(RunName(Loadline.name("undo-newest")))
    #expect(control.adopt(AdoptionRequest(target: tree.target, name: name)).moved == 3)
    #expect(control.undo().outcome == .applied)
    #expect(Killed.memberships(of: tree) == before)
    #expect(job.read("cpu", "cpu.shares") == "512")
    #expect(control.undo().outcome == .applied)
    #expect(job.read("cpu", "cpu.shares") == "1024")
  }

  @Test func aProcessThatCameFromElsewhereGoesBackThere() throws {
    let control = Control(system)
    let tree = try #require(PythonTree(Self.three))
    #expect(Loadline.eventually { tree.processes.count == 3 })
    let other = "\(Loadline.mount("memory"))/loadline-test-\(getpid())-elsewhere"
    mkdir(other, 0o755)
    defer { rmdir(other) }
    let child = try #require(tree.processes.max())
    try Files.write("\(child)", to: "\(other)/cgroup.procs")
    let before = Killed.memberships(of: tree)
    let name = try #require(RunName(Loadline.name("undo-elsewhere")))
    #expect(control.adopt(AdoptionRequest(target: tree.target, name: name)).moved == 3)
    #expect(Control(system).undo().outcome == .applied)
    #expect(Killed.memberships(of: tree) == before)
    for pid in tree.processes where pid == child {
      try Files.write("\(pid)", to: "\(Loadline.mount("memory"))/cgroup.procs")
    }
  }

  @Test func aFailingJournalStopsTheAdoptionBeforeAnythingIsMoved() throws {
    nonisolated(unsafe) var count = 0
    for failing in 1...3 {
      var system = system
      count = 0
      system.sync = { _ in
        count += 1
        return count == failing ? -1 : 0
      }
      let tree = try #require(PythonTree(Self.three))
      #expect(Loadline.eventually { tree.processes.count == 3 })
      let before = Killed.memberships(of: tree)
      let name = try #require(RunName(Loadline.name("unrecorded")))
      let report = Control(system).adopt(AdoptionRequest(target: tree.target, name: name))
      guard case .refused = report.stage else {
        Issue.record("adopted without a record")
        return
      }
      #expect(report.moved == 0)
      #expect(Killed.memberships(of: tree) == before)
      #expect(Loadline.isGone(name.text))
    }
  }
}
