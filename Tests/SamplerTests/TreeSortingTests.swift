import Host
import Model
import Testing

@testable import Sampler

/// Which processes are one command.
@Suite struct TreeSortingTests {
  private let lab = LooseLab()

  /// An interactive bash on a terminal below sshd, as ssh leaves it.
  private func login() {
    lab.change(FakeProcess(10, "sshd"))
    lab.change(FakeProcess(20, "bash", parent: 10)) {
      $0.terminal = 34816
      $0.arguments = ["-bash"]
    }
  }

  private func add(
    _ pid: Int32, _ name: String = "python3", parent: Int32, group: Int32? = nil,
    session: Int32 = 20, _ change: (inout FakeProcess) -> Void = { _ in }
  ) {
    var process = FakeProcess(pid, name, parent: parent)
    process.group = group
    process.session = session
    process.start = 1000 + UInt64(pid)
    change(&process)
    lab.change(process)
  }

  /// Commands by the pid of their root, with their processes.
  private var commands: [Int32: [Int32]] {
    var found: [Int32: [Int32]] = [:]
    let candidates = lab.loose.candidates()
    for candidate in candidates.all.values {
      found[lab.loose.slots[Int(candidate.root)].pid] =
        candidates.slots(of: candidate).map { lab.loose.slots[Int($0)].pid }.sorted()
    }
    return found
  }

  private func learn(_ pid: Int32, _ arguments: [String]) {
    if let target = lab.loose.process(pid)?.target { lab.loose.learn(target, arguments: arguments) }
  }

  @Test func aCommandWithItsWorkersIsOneAmongOthers() {
    login()
    add(100, parent: 20)
    for worker in Int32(101)...103 { add(worker, parent: 100, group: 100) }
    add(200, "vim", parent: 20)
    lab.sample()
    #expect(commands == [100: [100, 101, 102, 103], 200: [200]])
  }

  @Test func aPipelineIsOneCommandLedByItsFirstProgram() {
    login()
    add(101, "tee", parent: 20, group: 100)
    add(100, parent: 20)
    lab.sample()
    #expect(commands == [100: [100, 101]])
  }

  @Test func twoBackgroundJobsOfOneShellAreTwo() {
    login()
    add(100, parent: 20)
    add(200, parent: 20)
    lab.sample()
    #expect(Set(commands.keys) == [100, 200])
  }

  @Test func ranksWithSessionsOfTheirOwnBelongToTheirLauncher() {
    login()
    add(100, "torchrun", parent: 20)
    for rank in Int32(101)...104 { add(rank, parent: 100, session: rank) }
    add(201, parent: 101, session: 101)
    lab.sample()
    #expect(commands == [100: [100, 101, 102, 103, 104, 201]])
  }

  @Test func aScriptIsOneCommandWithEverythingItStarts() {
    login()
    add(100, "bash", parent: 20)
    add(101, parent: 100, group: 100)
    lab.sample()
    learn(100, ["bash", "run.sh"])
    #expect(commands == [100: [100, 101]])
  }

  @Test func belowAnInteractiveShellInAShellCommandsAreTheirOwn() {
    login()
    add(100, "bash", parent: 20)
    add(101, parent: 100)
    lab.sample()
    learn(100, ["bash"])
    #expect(Set(commands.keys) == [101])
  }

  @Test func aShellsForkIsPartOfWhatWasTyped() {
    login()
    // (cd x; python a.py) &
    add(100, "bash", parent: 20) { $0.hasExecuted = false }
    add(101, parent: 100, group: 100)
    lab.sample()
    learn(100, ["-bash"])
    #expect(commands == [100: [100, 101]])
    let candidates = lab.loose.candidates()
    let eponym = candidates[100].map { lab.loose.eponym(of: $0, in: candidates).pid }
    #expect(eponym == 101)
  }

  @Test func aForkThatBeginsAProgramIsSortedAnew() {
    login()
    add(100, "bash", parent: 20) { $0.hasExecuted = false }
    lab.sample()
    lab.change(100) {
      $0.hasExecuted = true
      $0.arguments = ["bash"]
    }
    lab.sample()
    #expect(lab.loose.process(100)?.role == .shell)
  }

  @Test func orphansOfOneCommandStayTogether() {
    // nohup and the end of the shell: init is the parent, the process group stays.
    add(100, parent: 1)
    add(101, parent: 100, group: 100)
    add(102, parent: 1, group: 100)
    add(200, parent: 1)
    lab.sample()
    #expect(commands == [100: [100, 101, 102], 200: [200]])
  }

  @Test func theEldestLeadsWhereTheGroupsLeaderIsGone() {
    add(102, parent: 1, group: 100)
    add(101, parent: 1, group: 100)
    lab.sample()
    #expect(commands == [101: [101, 102]])
  }

  @Test func everyNotebookKernelIsItsOwn() {
    lab.change(FakeProcess(50, "jupyter-lab"))
    add(100, parent: 50, session: 100)
    add(101, parent: 100, group: 100, session: 100)
    add(200, parent: 50, group: 100, session: 100)
    lab.sample()
    learn(100, ["python", "-m", "ipykernel_launcher", "-f", "a.json"])
    learn(200, ["python", "-m", "ipykernel_launcher", "-f", "b.json"])
    #expect(commands == [100: [100, 101], 200: [200]])
  }

  @Test func panesOfAMultiplexerAreShellsOfTheirOwn() {
    lab.change(FakeProcess(50, "tmux: server"))
    for pane in [Int32(60), 70] {
      add(pane, "bash", parent: 50, session: pane) { $0.terminal = 34817 }
      add(pane + 1, parent: pane, session: pane)
    }
    lab.sample()
    #expect(Set(commands.keys) == [61, 71])
  }

  @Test func aNotebookServerByItsScriptIsNoCommand() {
    login()
    add(100, "python3", parent: 20)
    add(101, parent: 100, session: 101)
    lab.sample()
    learn(100, ["python3", "/v/bin/jupyter-lab"])
    #expect(Set(commands.keys) == [101])
  }

  @Test func kernelThreadsAndZombiesAreNothing() {
    lab.change(FakeProcess(2, "kthreadd", parent: 0))
    login()
    add(100, parent: 20) { $0.state = "Z" }
    lab.box.write(
      "/proc/2/stat", "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0\n")
    lab.box.write(
      "/proc/7/stat", "7 (rcu_gp) I 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0\n")
    lab.order = [1, 2, 7, 10, 20, 100]
    lab.sample()
    #expect(commands == [:])
  }

  @Test func theSecondProcessOfAContainerIsAProcessLikeOthers() {
    lab.change(FakeProcess(2))
    lab.sample()
    #expect(commands == [2: [2]])
  }

  @Test func aMainThreadThatEndedFirstIsNoZombie() {
    login()
    add(100, parent: 20) {
      $0.state = "Z"
      $0.threads = 4
    }
    lab.sample()
    #expect(commands == [100: [100]])
  }

  @Test func parentsThatFormARingEnd() {
    add(100, parent: 101)
    add(101, parent: 100)
    lab.sample()
    #expect(commands.values.flatMap { $0 }.sorted() == [100, 101])
  }

  @Test func aLongChainEnds() {
    for pid in Int32(100)..<400 { add(pid, parent: pid == 100 ? 1 : pid - 1, group: 100) }
    lab.sample()
    #expect(commands.values.reduce(0) { $0 + $1.count } == 300)
  }

  // MARK: Once a job

  @Test func aJobStaysOneWhileItsRootLives() {
    login()
    add(100, parent: 20)
    lab.sample()
    lab.promote(group: 100)
    for _ in 0..<20 { lab.sample() }
    #expect(lab.loose.trees.count == 1)
    lab.end(100)
    lab.sample()
    #expect(lab.loose.trees.isEmpty)
  }

  @Test func aPipelineOutlivesItsFirstProgram() {
    login()
    add(100, "cat", parent: 20)
    add(101, parent: 20, group: 100)
    lab.sample()
    lab.promote(group: 100)
    lab.end(100)
    lab.sample()
    #expect(lab.tree?.processes == 1)
    lab.end(101)
    lab.sample()
    #expect(lab.loose.trees.isEmpty)
  }

  @Test func aRootThatNobodyWaitsForHasEnded() {
    add(100, parent: 1)
    lab.sample()
    lab.promote(group: 100)
    lab.change(100) { $0.state = "Z" }
    lab.sample()
    #expect(lab.loose.trees.isEmpty)
    lab.sample()
    #expect(commands == [:])
  }

  @Test func whatOutlivesItsRootIsSortedAnew() {
    login()
    add(100, parent: 20)
    add(101, parent: 100, session: 101)
    lab.sample()
    lab.promote(group: 100)
    lab.end(100)
    lab.change(101) { $0.parent = 1 }
    lab.sample()
    #expect(lab.loose.trees.isEmpty)
    #expect(commands == [101: [101]])
  }

  @Test func aProgramStartedFromAShellInsideOfAJobIsAttachedAtTheNextSorting() {
    login()
    add(100, parent: 20)
    add(101, parent: 100, session: 101) { $0.own = 900 }
    lab.sample()
    lab.promote(group: 100)
    add(300, parent: 101, session: 101) { $0.own = 50 }
    lab.sample()
    lab.sort()
    #expect(lab.tree?.processes == 3)
    #expect(lab.usage == 0)
  }

  @Test func nothingIsTakenTwice() {
    login()
    add(100, parent: 20)
    add(101, parent: 100, group: 100)
    lab.sample()
    let candidates = lab.loose.candidates()
    lab.promote(group: 100)
    var buffer = ReadBuffer()
    if let candidate = candidates[100], let job = lab.tree?.job {
      #expect(!lab.loose.promote(candidate, of: candidates, job: job, &buffer))
    }
    #expect(lab.loose.trees.count == 1)
    #expect(lab.tree?.members.count == 2)
  }

  @Test func whatIsNewIsLookedAtAgainTenSecondsLaterHoweverRarelyTheOthersAre() {
    let start = Clock.now
    lab.change(FakeProcess(100, "bash"))
    lab.sample(now: start)
    lab.change(100) { $0.name = "python3" }
    lab.sample(part: 0, now: start.advanced(bySeconds: 9))
    #expect(lab.loose.process(100)?.name == Comm("bash"))
    lab.sample(part: 0, now: start.advanced(bySeconds: 10))
    #expect(lab.loose.process(100)?.name == Comm("python3"))
    lab.change(100) { $0.name = "perl" }
    lab.sample(part: 0, now: start.advanced(bySeconds: 60))
    #expect(lab.loose.process(100)?.name == Comm("python3"), "it is not new any more")
  }
}
