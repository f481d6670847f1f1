import Glibc
import Model
import Testing

@testable import Sampler

/// Command trees of real processes: which are one job, and what they are called.
@Suite(
  .serialized,
  .enabled(if: Live.hasPrograms, "needs bash and python3, and a /dev/ptmx for terminals"))
struct LiveTreeTests {
  /// Jobs whose command lines have the mark, once `condition` holds for them.
  private func jobs(
    _ sampler: Sampler, until condition: ([JobReading]) -> Bool
  ) -> [JobReading] {
    func ours(_ sample: Sample) -> [JobReading] {
      sample.jobs.filter { $0.job.source == .config }
    }
    return ours(sampler.sample { condition(ours($0)) })
  }

  /// Whether these are the jobs, by name, with so many processes.
  private static func are(_ jobs: [JobReading], _ expected: [String: Int]) -> Bool {
    jobs.count == expected.count
      && jobs.allSatisfy { expected[$0.job.name.string] == $0.processes }
  }

  @Test func aTrainingWithItsWorkersIsOneJobAmongTheShellsCommands() throws {
    let scripts = Scripts("workers")
    let shell = try #require(LiveShell())
    shell.type("sleep 1000 &")
    shell.type("python3 \(scripts.path("train.py")) 3 \(scripts.mark)")
    let jobs = jobs(scripts.sampler()) { Self.are($0, ["train.py": 4]) }
    #expect(Self.are(jobs, ["train.py": 4]))
    #expect(jobs.first?.threads == 4)
  }

  @Test func aPipelineIsOneJob() throws {
    let scripts = Scripts("pipeline")
    let shell = try #require(LiveShell())
    shell.type("python3 \(scripts.path("train.py")) 0 \(scripts.mark) | cat | cat")
    let jobs = jobs(scripts.sampler()) { Self.are($0, ["train.py": 3]) }
    #expect(Self.are(jobs, ["train.py": 3]))
  }

  @Test func twoBackgroundJobsAreTwo() throws {
    let scripts = Scripts("background")
    let shell = try #require(LiveShell())
    for _ in 0..<2 { shell.type("python3 \(scripts.path("train.py")) 1 \(scripts.mark) &") }
    let jobs = jobs(scripts.sampler()) { Self.are($0, ["train.py": 2, "train.py#2": 2]) }
    #expect(Self.are(jobs, ["train.py": 2, "train.py#2": 2]))
  }

  @Test func anOrphanOfItsShellIsTheSameJob() throws {
    let scripts = Scripts("orphan")
    let shell = try #require(LiveShell())
    shell.type("nohup python3 \(scripts.path("train.py")) 0 \(scripts.mark) orphan >/dev/null &")
    let sampler = scripts.sampler()
    let before = try #require(jobs(sampler) { Self.are($0, ["train.py": 1]) }.first)
    shell.type("exit")
    shell.type("exit")
    let after = jobs(sampler) {
      !shell.process.isRunning("bash") && Self.are($0, ["train.py": 1])
    }
    #expect(!shell.process.isRunning("bash"))
    #expect(after.map(\.job.id) == [before.job.id])
    #expect(Self.are(after, ["train.py": 1]))
  }

  @Test func ranksInSessionsOfTheirOwnBelongToTheirLauncher() throws {
    let scripts = Scripts("ranks")
    let shell = try #require(LiveShell())
    shell.type(
      "python3 \(scripts.path("torchrun")) \(scripts.path("train.py")) \(scripts.mark)")
    let jobs = jobs(scripts.sampler()) { Self.are($0, ["torchrun train.py": 3]) }
    #expect(Self.are(jobs, ["torchrun train.py": 3]))
  }

  @Test func aScriptIsOneJob() throws {
    let scripts = Scripts("script")
    let shell = try #require(LiveShell())
    shell.type("bash \(scripts.path("run.sh")) \(scripts.mark)")
    let jobs = jobs(scripts.sampler()) { Self.are($0, ["run.sh": 3]) }
    #expect(Self.are(jobs, ["run.sh": 3]))
  }

  @Test func aLineForAShellIsCalledByWhatItRuns() throws {
    let scripts = Scripts("line")
    let shell = try #require(LiveShell())
    shell.type("sh -c 'cd /; python3 \(scripts.path("train.py")) 0 \(scripts.mark); true'")
    let jobs = jobs(scripts.sampler()) { Self.are($0, ["train.py": 2]) }
    #expect(Self.are(jobs, ["train.py": 2]))
  }

  @Test func aShellsForkIsPartOfWhatWasTyped() throws {
    let scripts = Scripts("fork")
    let shell = try #require(LiveShell())
    shell.type("(cd /; python3 \(scripts.path("train.py")) 0 \(scripts.mark); true) &")
    let jobs = jobs(scripts.sampler()) { Self.are($0, ["train.py": 2]) }
    #expect(Self.are(jobs, ["train.py": 2]))
  }

  @Test func aNotebookKernelIsCalledByItsNotebook() throws {
    let scripts = Scripts("kernel")
    let shell = try #require(LiveShell())
    shell.type(
      "JPY_SESSION_NAME=/home/alice/fit.ipynb python3 \(scripts.path("ipykernel_launcher.py"))"
        + " -f kernel-1.json \(scripts.mark)")
    let jobs = jobs(scripts.sampler()) { Self.are($0, ["kernel: fit.ipynb": 1]) }
    #expect(Self.are(jobs, ["kernel: fit.ipynb": 1]))
  }

  @Test(.enabled(if: Live.hasTmux, "needs tmux"))
  func panesOfTmuxAreShellsOfTheirOwn() throws {
    let scripts = Scripts("tmux")
    let socket = scripts.path("tmux.socket")
    func tmux(_ arguments: String...) {
      LiveProcess(["tmux", "-S", socket, "-f", "/dev/null"] + arguments)?.wait()
    }
    tmux("new-session", "-d", "bash --norc --noprofile")
    // The scripts' directory holds the socket: it has to be there to the end.
    defer { withExtendedLifetime(scripts) { tmux("kill-server") } }
    tmux("split-window", "-d", "bash --norc --noprofile")
    for pane in ["0", "1"] {
      let line = "python3 \(scripts.path("train.py")) 1 \(scripts.mark)"
      tmux("send-keys", "-t", ":.\(pane)", line, "Enter")
    }
    let jobs = jobs(scripts.sampler()) { Self.are($0, ["train.py": 2, "train.py#2": 2]) }
    #expect(Self.are(jobs, ["train.py": 2, "train.py#2": 2]))
  }

  @Test func aJobEndsWithItsRoot() throws {
    let scripts = Scripts("end")
    let shell = try #require(LiveShell())
    shell.type("python3 \(scripts.path("train.py")) 2 \(scripts.mark)")
    let sampler = scripts.sampler()
    #expect(jobs(sampler) { Self.are($0, ["train.py": 3]) }.count == 1)
    shell.process.end()
    #expect(jobs(sampler) { $0.isEmpty }.isEmpty)
  }
}

/// What live tests need.
enum Live {
  static var hasPrograms: Bool {
    access("/dev/ptmx", R_OK | W_OK) == 0 && works(["bash", "-c", "true"])
      && works(["python3", "-c", "pass"])
  }

  static var hasTmux: Bool { works(["tmux", "-V"]) }

  private static func works(_ arguments: [String]) -> Bool {
    guard let process = LiveProcess(arguments) else { return false }
    return process.wait() == 0
  }
}
