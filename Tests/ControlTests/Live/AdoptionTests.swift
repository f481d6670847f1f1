import CLinux
import Glibc
import Model
import Testing

@testable import Control

/// Real trees on this machine's real hierarchies.
@Suite(.serialized, .enabled(if: Loadline.isPossible && PythonTree.isPossible))
struct AdoptionTests {
  private let system = LaunchSystem.current()

  private func adopt(_ tree: PythonTree, _ name: String) -> AdoptionOutcome {
    Adoption.adopt(
      AdoptionRequest(target: tree.target, name: RunName(name)), in: system, progress: { _ in })
  }

  /// The processes that are in the job's group of every hierarchy.
  private func inside(_ name: String) -> Set<Int32> {
    let sets = Loadline.directories(name).map(AdoptionHome.processes)
    return sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
  }

  private static let quiet = """
    for n in range(3):
        if os.fork() == 0:
            if n == 2: os.setsid()
            if os.fork() == 0:
                time.sleep(60)
            time.sleep(60)
    print("ready", flush=True)
    time.sleep(60)
    """

  @Test func everyProcessIsInEveryHierarchyAndTheJobIsKnown() throws {
    let name = Loadline.name("adopt")
    let tree = try #require(PythonTree(Self.quiet))
    #expect(Loadline.eventually { tree.processes.count == 7 })
    let outcome = adopt(tree, name)
    #expect(outcome.report.moved == 7)
    #expect(outcome.report.left == [])
    #expect(inside(name) == Set(tree.processes))
    for controller in ["cpu", "cpuacct", "cpuset", "memory", "pids", "freezer"] {
      #expect(access("\(Loadline.mount(controller))/loadline/\(name)", F_OK) == 0)
    }
    let directory = "\(Loadline.mount("cpuacct"))/loadline/\(name)"
    let record = try #require(RunRecords.onGroup(directory))
    #expect(record.name.text == name)
    #expect(record.pid == tree.identity.pid)
    let status = try #require(Files.status(directory))
    #expect(outcome.report.stage == .done(.cgroup(inode: UInt64(status.st_ino))))
    #expect(Loadline.awaitReaper(of: name) != nil)
  }

  @Test func undoMovesEveryProcessBackAndRemovesTheGroups() throws {
    let name = Loadline.name("adopt-undo")
    let tree = try #require(PythonTree(Self.quiet))
    #expect(Loadline.eventually { tree.processes.count == 7 })
    let before = try #require(Files.text("/proc/\(tree.identity.pid)/cgroup"))
    let undo = try #require(adopt(tree, name).undo)
    #expect(Files.text("/proc/\(tree.identity.pid)/cgroup") != before)
    let kept = try #require(AdoptionUndo(text: undo.text))
    let report = Adoption.giveBack(kept, target: tree.target, in: system)
    #expect(report.moved == 7)
    #expect(report.left == [])
    for pid in tree.processes { #expect(Files.text("/proc/\(pid)/cgroup") == before) }
    #expect(Loadline.isGone(name))
  }

  @Test func theReaperRemovesItsGroupsWhenItHasEnded() throws {
    let name = Loadline.name("adopt-end")
    do {
      let tree = try #require(PythonTree(Self.quiet))
      #expect(adopt(tree, name).undo != nil)
    }
    #expect(Loadline.eventually { Loadline.isGone(name) && Loadline.reaper(of: name) == nil })
  }

  /// 200 forks a second, each of a child that forks another one and is gone.
  private static func storm(_ inSession: String) -> String {
    """
    print("ready", flush=True)
    while True:
        if os.fork() == 0:
            \(inSession)
            if os.fork() == 0:
                time.sleep(1)
                os._exit(0)
            os._exit(0)
        os.wait()
        time.sleep(0.005)
    """
  }

  @Test(arguments: ["pass", "os.setsid()"])
  func aStormOfForksWhoseParentsAreGoneIsWhollyInside(inSession: String) throws {
    let hasNews = ForkEvents() != nil
    let name = Loadline.name("adopt-storm")
    let tree = try #require(PythonTree(Self.storm(inSession)))
    usleep(300_000)
    let outcome = adopt(tree, name)
    #expect(outcome.undo != nil)
    // What was there before it began, in sessions of its own, is nobody's any more: it ends within a
    // second, and nothing like it appears again.
    if inSession != "pass" { usleep(1_200_000) }
    for _ in 0..<5 {
      let all = Set(tree.processes)
      let outside = all.subtracting(inside(name)).filter {
        // It may have been forked after the groups were read.
        Files.text("/proc/\($0)/cgroup").map { !$0.contains(name) } ?? false
      }
      #expect(outside == [])
      usleep(10_000)
    }
    if hasNews { #expect(outcome.report.left == []) }
  }

  @Test func aRefusalHalfWayPutsEverythingBack() throws {
    let tree = try #require(PythonTree(Self.quiet))
    #expect(Loadline.eventually { tree.processes.count == 7 })
    let before = try #require(Files.text("/proc/\(tree.identity.pid)/cgroup"))
    let name = "loadline-test-\(getpid())-half"
    // A v1 cpuset without CPUs takes no process.
    let directories = ["cpu", "cpuset"].map { "\(Loadline.mount($0))/\(name)" }
    for directory in directories { mkdir(directory, 0o755) }
    defer { for directory in directories { rmdir(directory) } }
    let home = AdoptionHome(
      ["cpu", "cpuset"].map { controller in
        AdoptionUndo.Group(
          directory: "\(Loadline.mount(controller))/\(name)", inode: 0,
          origin: Loadline.mount(controller))
      }, in: system)
    var move = AdoptionMove(
      tree.identity, owner: 0, into: home, from: "/", target: tree.target, in: system, nil)
    let failure = #expect(throws: ChangeFailure.self) { try move.run { _ in } }
    #expect(failure?.errno == ENOSPC)
    #expect(move.home.giveBack() == [])
    for pid in tree.processes { #expect(Files.text("/proc/\(pid)/cgroup") == before) }
  }

  @Test func whatCanBeNobodysForCertainIsCountedAndNamed() throws {
    let tree = try #require(PythonTree(Self.storm("os.setsid()")))
    let directory = "\(Loadline.mount("cpu"))/loadline-test-\(getpid())-orphans"
    mkdir(directory, 0o755)
    defer { rmdir(directory) }
    let home = AdoptionHome(
      [AdoptionUndo.Group(directory: directory, inode: 0, origin: Loadline.mount("cpu"))],
      in: system)
    let origin = try #require(AccountingGroup(system).path(of: tree.identity.pid))
    // Without the kernel's news of forks, as an ordinary user has it.
    var move = AdoptionMove(
      tree.identity, owner: geteuid(), into: home, from: origin, target: tree.target, in: system,
      nil)
    usleep(200_000)
    try move.run { _ in }
    defer { _ = move.home.giveBack() }
    let left = move.report.left
    #expect(left.count >= 5)
    #expect(left.allSatisfy { $0.reason.contains("its parent was gone") })
    #expect(left.contains { $0.name.string.hasPrefix("python3") })
  }

  @Test func undoMovesNothingWhereAWayBackIsGone() throws {
    let name = Loadline.name("adopt-gone")
    let tree = try #require(PythonTree("print('ready', flush=True)\ntime.sleep(60)"))
    var undo = try #require(adopt(tree, name).undo)
    undo.groups[undo.groups.count - 1].origin = "/sys/fs/cgroup/nonexistent"
    let report = Adoption.giveBack(undo, target: tree.target, in: system)
    guard case .refused(let failure) = report.stage else {
      Issue.record("moved half of the way back")
      return
    }
    #expect(failure.sentence.contains("is gone"))
    #expect(inside(name) == [tree.identity.pid])
  }

  @Test func aGroupThatCannotBeRemovedIsNotSaidToBeGone() throws {
    let name = Loadline.name("adopt-below")
    let tree = try #require(PythonTree("print('ready', flush=True)\ntime.sleep(60)"))
    let undo = try #require(adopt(tree, name).undo)
    // The job made a group of its own below the one that it was given.
    let below = "\(Loadline.mount("cpu"))/loadline/\(name)/below"
    mkdir(below, 0o755)
    try Files.write("\(tree.identity.pid)", to: below + "/cgroup.procs")
    let report = Adoption.giveBack(undo, target: tree.target, in: system)
    guard case .refused(let failure) = report.stage else {
      Issue.record("said to be gone")
      return
    }
    #expect(failure.sentence.contains("/loadline/\(name) cannot be removed"))
  }

  @Test func threadsKeepTheCPUsTheyChose() throws {
    let name = Loadline.name("adopt-pinned")
    let tree = try #require(
      PythonTree(
        "os.sched_setaffinity(0, [1])\nprint('ready', flush=True)\ntime.sleep(60)"))
    #expect(adopt(tree, name).undo != nil)
    #expect(try ThreadAttribute.affinity.value(ofThread: tree.identity.pid) == "1")
  }

  @Test func aTakenNameIsRefusedAndNothingMoves() throws {
    let name = Loadline.name("adopt-taken")
    let first = try #require(PythonTree("print('ready', flush=True)\ntime.sleep(60)"))
    let second = try #require(PythonTree("print('ready', flush=True)\ntime.sleep(60)"))
    #expect(adopt(first, name).undo != nil)
    let before = Files.text("/proc/\(second.identity.pid)/cgroup")
    guard case .refused(let failure) = adopt(second, name).report.stage else {
      Issue.record("two jobs have one name")
      return
    }
    #expect(failure.kind == .notNow)
    #expect(Files.text("/proc/\(second.identity.pid)/cgroup") == before)
  }

  @Test func whatRunsThisProgramIsRefused() throws {
    let pid = getpid()
    let start = try #require(Processes.start(pid: pid, proc: "/proc"))
    let target = Target(
      id: .tree(pid: pid, start: start), name: SafeText("self"), owner: SafeText("root"),
      source: .process)
    #expect(throws: ChangeFailure.self) {
      try Adoption.consequences(of: AdoptionRequest(target: target), in: system)
    }
  }

  @Test func whatItMeansIsSaidBefore() throws {
    let tree = try #require(PythonTree("print('ready', flush=True)\ntime.sleep(60)"))
    let notes = try Adoption.consequences(of: AdoptionRequest(target: tree.target), in: system)
    #expect(notes.contains { $0.contains("Memory that the job has been charged for") })
    #expect(notes.contains { $0.contains("Undo moves its processes back") })
    #expect(notes.contains { $0.contains("where it is now, stop holding for it") })
  }

  @Test func ofAScopeItIsSaidWhichSliceItGoesTo() {
    let said = PreparedAdoption.whatStopsHolding(
      "/user.slice/user-0.slice/session-3.scope",
      .systemScope(SystemdTools(systemctl: "/bin/systemctl")))
    #expect(
      said.contains("a systemd scope in system.slice: the limits of /user.slice/user-0.slice"))
    #expect(said.contains("those of system.slice hold instead"))
  }
}
