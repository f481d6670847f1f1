import Model
import Testing

@testable import Sampler

/// What the operator's declarations claim.
@Suite struct DeclarationTests {
  private let box = FakeBox()

  init() {
    box.writeBox()
    box.mount(["2"])
    box.group("/")
    box.group("/user.slice/session-1.scope", processes: [10, 100, 200], anonymous: nil)
    box.write(FakeProcess(10, "sshd"))
    for (pid, script) in [(Int32(100), "train.py"), (200, "eval.py")] {
      var process = FakeProcess(pid, parent: 10)
      process.arguments = ["python3", script, "--lr", "1"]
      process.user = 1000
      process.start = 1000 + UInt64(pid)
      box.write(process)
    }
    box.group("/system.slice/a.service", processes: [300])
    box.write(FakeProcess(300))
  }

  private func declaration(_ match: JobMatch, name: String? = nil) -> JobDeclaration {
    JobDeclaration(name: name.map { SafeText($0) }, match: match, budget: Budget(cores: Cores(1)))
  }

  @Test func aCommandIsClaimedHoweverLittleItUses() {
    let sampler = box.sampler([declaration(JobMatch(command: "train\\.py.*--lr"))])
    let job = sampler.sample(untilJob: "train.py")
    #expect(job?.job.source == .config)
    #expect(job?.job.budget.cores == Cores(1))
    #expect(sampler.sample().names == ["train.py"])
  }

  @Test func severalCommandsOfOneDeclarationAreSeveralJobs() {
    let sampler = box.sampler([declaration(JobMatch(command: "python3"), name: "mine")])
    let sample = sampler.sample { $0.jobs.count == 2 }
    #expect(sample.names == ["mine", "mine#2"])
    // Oldest first.
    #expect(
      sample.jobs.first { $0.job.name.string == "mine" }?.job.id == .tree(pid: 100, start: 1100))
  }

  @Test func aForkIsClaimedByWhatItBecomes() {
    var process = FakeProcess(400, "bash", parent: 10)
    process.hasExecuted = false
    process.arguments = ["-bash"]
    box.write(process)
    box.group("/user.slice/session-1.scope", processes: [10, 400], anonymous: nil)
    let sampler = box.sampler([declaration(JobMatch(command: "fit\\.py"))])
    for _ in 0..<3 { _ = sampler.sample() }
    process.name = "python3"
    process.hasExecuted = true
    process.arguments = ["python3", "fit.py"]
    box.write(process)
    #expect(sampler.sample(untilJob: "fit.py") != nil)
  }

  @Test func argumentsThatAreNotInPlaceYetAreWaitedFor() {
    var process = FakeProcess(400, parent: 10)
    box.write(process)
    box.group("/user.slice/session-1.scope", processes: [10, 400], anonymous: nil)
    let sampler = box.sampler([declaration(JobMatch(command: "fit\\.py"))])
    _ = sampler.sample()
    process.arguments = ["python3", "fit.py"]
    box.write(process)
    #expect(sampler.sample(untilJob: "fit.py") != nil)
  }

  @Test func aUserAloneClaimsCommandsAndNoWholeSession() {
    let sampler = box.sampler([declaration(JobMatch(user: "alice"))])
    let sample = sampler.sample { $0.jobs.count == 2 }
    #expect(sample.names == ["eval.py", "train.py"])
  }

  @Test func aUnitIsClaimedByItsName() {
    let sampler = box.sampler([declaration(JobMatch(unit: "a*.service"), name: "service")])
    #expect(sampler.sample().names == ["service"])
  }

  @Test func aSessionIsClaimedByItsPath() {
    let sampler = box.sampler([declaration(JobMatch(cgroup: "/user.slice/session-*.scope"))])
    #expect(sampler.sample().names == ["session-1.scope"])
  }

  @Test func everyCriterionMustHold() {
    let sampler = box.sampler([
      declaration(JobMatch(user: "bob", command: "train")),
      declaration(JobMatch(cgroup: "/none", unit: "a.service")), declaration(JobMatch()),
    ])
    for _ in 0..<5 { _ = sampler.sample() }
    #expect(sampler.sample().names == [])
  }

  @Test func aNameThatIsAwaitedIsNotReplacedByTheProcesses() {
    // A busy command and a declaration that needs command lines, both asked for at once.
    var busy = FakeProcess(400, parent: 10)
    busy.arguments = ["python3", "busy.py"]
    busy.own = FakeProcess.now
    box.write(busy)
    box.group("/user.slice/session-1.scope", processes: [10, 400], anonymous: nil)
    let sampler = box.sampler([declaration(JobMatch(command: "nothing"))])
    let sample = sampler.sample { !$0.jobs.isEmpty }
    #expect(sample.names == ["busy.py"])
  }

  @Test func anExpressionThatIsNoneClaimsNothing() {
    let sampler = box.sampler([declaration(JobMatch(command: "(["))])
    for _ in 0..<5 { _ = sampler.sample() }
    #expect(sampler.sample().names == [])
  }
}
