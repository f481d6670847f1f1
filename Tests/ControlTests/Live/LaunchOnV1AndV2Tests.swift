import CLinux
import Glibc
import Model
import Testing

@testable import Control

/// The built program on this machine's real hierarchies, whichever they are.
@Suite(.serialized, .enabled(if: Loadline.isPossible)) struct LaunchOnV1AndV2Tests {
  @Test(arguments: [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)])
  func theStatusIsTheCommandsOwn(script: String, status: Int32) {
    let outcome = RunningProgram.loadline(
      "--name", Loadline.name("status"), "--", "sh", "-c", script)
    #expect(outcome == RunningProgram.Outcome(status: status, output: "", errors: ""))
  }

  @Test func nothingHoldsThePipeOnceTheCommandIsOver() {
    let name = Loadline.name("pipe")
    // The end of `cat` needs every writer to be gone, while the job's group still holds a process.
    let outcome = RunningProgram([
      "sh", "-c",
      "\(Loadline.program) run --name \(name) -- sh -c 'sleep 30 >/dev/null 2>&1 & echo $!' | cat",
    ]).outcome()
    #expect(outcome.status == 0)
    #expect(!Loadline.isGone(name))
    let sleeper = pid_t(outcome.output.prefix { $0 != "\n" })
    if let sleeper { kill(sleeper, SIGKILL) }
    #expect(Loadline.eventually { Loadline.isGone(name) })
  }

  @Test func theCommandHasWhatTheCallerHad() throws {
    let script =
      "umask; pwd; ulimit -n; grep -E 'Sig(Blk|Ign|Pnd)|Shd|allowed_list' /proc/self/status; ls -l /proc/self/fd | wc -l; echo ${LOADLINE_JOB-none}"
    let plain = RunningProgram([
      "sh", "-c",
      "taskset -cp 0 $$ >/dev/null 2>&1; umask 027; cd /usr; ulimit -n 333; trap '' QUIT HUP; \(script)",
    ])
    .outcome()
    let name = Loadline.name("same")
    let inside = RunningProgram([
      "sh", "-c",
      "taskset -cp 0 $$ >/dev/null 2>&1; umask 027; cd /usr; ulimit -n 333; trap '' QUIT HUP; exec \(Loadline.program) run --name \(name) -- sh -c \"$0\"",
      script,
    ]).outcome()
    #expect(inside.status == 0)
    #expect(inside.output == plain.output.replacing("none", with: name))
    #expect(inside.errors == "")
  }

  @Test func theInterruptKeyReachesTheCommand() {
    let name = Loadline.name("keys")
    let job = RunningProgram(onTerminal: [
      Loadline.program, "run", "--name", name, "--", "sh", "-c",
      "trap 'echo interrupted; exit 5' INT; echo ready; while :; do sleep 0.01; done",
    ])
    #expect(job.says("ready"))
    job.type("\u{3}")
    #expect(job.says("interrupted"))
    #expect(job.wait() == 5)
    #expect(Loadline.eventually { Loadline.isGone(name) })
  }

  @Test func aShellCanStopAndContinueIt() {
    let name = Loadline.name("stop")
    let shell = RunningProgram(onTerminal: ["bash", "--norc", "--noprofile", "-i"])
    shell.type(
      "PS1=; \(Loadline.program) run --name \(name) -- sh -c 'echo run''ning; read x; echo got-$x'\n"
    )
    #expect(shell.says("running"))
    shell.type("\u{1A}")
    #expect(shell.says("Stopped"))
    shell.type("fg\n")
    shell.type("line\n")
    #expect(shell.says("got-line"))
    shell.type("exit\n")
    #expect(shell.wait() == 0)
    #expect(Loadline.eventually { Loadline.isGone(name) })
  }

  @Test func theReaperHasNothingOfTheCallers() throws {
    let name = Loadline.name("reaper")
    let job = RunningProgram(onTerminal: [
      Loadline.program, "run", "--name", name, "--", "sh", "-c", "echo ready; read x",
    ])
    #expect(job.says("ready"))
    let reaper = try #require(Loadline.awaitReaper(of: name))
    let files = Files.names(in: "/proc/\(reaper)/fd").compactMap { Int32($0) }
    #expect(files.count <= 5)
    for descriptor: Int32 in 0...2 {
      let target = Files.status("/proc/\(reaper)/fd/\(descriptor)")
      #expect(target != nil)
      var null = stat()
      var held = stat()
      stat("/dev/null", &null)
      stat("/proc/\(reaper)/fd/\(descriptor)", &held)
      #expect(held.st_rdev == null.st_rdev)
    }
    #expect(getsid(reaper) != getsid(job.pid))
    let cgroups = Loadline.text("/proc/\(reaper)/cgroup") ?? ""
    #expect(!cgroups.contains(name))
    job.type("\n")
    #expect(job.wait() == 0)
    #expect(Loadline.eventually { Loadline.isGone(name) })
    #expect(Loadline.eventually { Loadline.reaper(of: name) == nil })
  }

  @Test func groupsTheJobMadeGoWithIt() {
    let name = Loadline.name("children")
    let cpu = "\(Loadline.mount("cpu"))/loadline/\(name)"
    let outcome = RunningProgram.loadline(
      "--name", name, "--", "mkdir", "-p", "\(cpu)/a/b", "\(cpu)/.c")
    #expect(outcome.status == 0)
    #expect(Loadline.eventually { Loadline.isGone(name) })
  }

  @Test func whatAKilledReaperLeavesIsSweptByTheNextStart() throws {
    let name = Loadline.name("killed")
    let job = RunningProgram([
      Loadline.program, "run", "--name", name, "--cpus", "0", "--", "sh", "-c",
      "echo ready; exec sleep 30",
    ])
    #expect(job.says("ready"))
    kill(try #require(Loadline.awaitReaper(of: name)), SIGKILL)
    kill(job.pid, SIGKILL)
    #expect(job.wait() == 137)
    #expect(!Loadline.isGone(name))
    #expect(RunningProgram.loadline("--name", Loadline.name("next"), "--", "true").status == 0)
    #expect(Loadline.isGone(name))
  }

  @Test func aTakenNameIsRefusedAndTheJobGoesOn() {
    let name = Loadline.name("taken")
    let job = RunningProgram(onTerminal: [
      Loadline.program, "run", "--name", name, "--", "sh", "-c", "echo ready; read x; exit 4",
    ])
    #expect(job.says("ready"))
    let second = RunningProgram.loadline("--name", name, "--", "true")
    #expect(second.status == 3)
    #expect(
      second.errors
        == "loadline run: a job named \(name) is already running; choose another --name, or end it first.\n"
    )
    job.type("\n")
    #expect(job.wait() == 4)
    #expect(Loadline.eventually { Loadline.isGone(name) })
  }

  @Test func withoutANameTheCommandsIsTakenAndNumbered() {
    let tree = TemporaryTree()
    let command = Loadline.name("auto")
    tree.write("#!/bin/sh\necho $LOADLINE_JOB\nread x\n", to: command, mode: 0o755)
    let words = [Loadline.program, "run", "--", "\(tree.path)/\(command)"]
    let jobs = [RunningProgram(onTerminal: words), RunningProgram(onTerminal: words)]
    #expect(jobs[0].says(command))
    #expect(jobs[1].says(command))
    #expect(
      Set(jobs.map { String($0.text.prefix { !$0.isNewline }) }) == [command, "\(command)-2"])
    for job in jobs {
      job.type("\n")
      _ = job.wait()
    }
    #expect(Loadline.eventually { Loadline.isGone(command) && Loadline.isGone("\(command)-2") })
  }

  @Test func ofManyStartsWithOneNameExactlyOneWins() {
    let name = Loadline.name("race")
    let tree = TemporaryTree()
    let jobs = (0..<8).map { _ in
      RunningProgram([
        Loadline.program, "run", "--name", name, "--", "sh", "-c",
        "while [ ! -e \(tree.path)/end ]; do sleep 0.05; done",
      ])
    }
    // The winner holds the name until all others have tried.
    #expect(Loadline.eventually { jobs.count { Loadline.hasEnded($0.pid) } == 7 })
    tree.write("", to: "end")
    let statuses = jobs.map { $0.outcome().status }
    #expect(statuses.sorted() == [0, 3, 3, 3, 3, 3, 3, 3])
    #expect(Loadline.eventually { Loadline.isGone(name) })
  }

  @Test(arguments: [
    ["--cores", "0.5", "--", "nonexistent-command"], ["--memory", "1PiB", "--", "true"],
    ["--cpus", "4000", "--", "true"], ["--cores", "0.5", "--", "/etc/passwd"],
  ])
  func whatIsRefusedLeavesNothingBehind(arguments: [String]) {
    let name = Loadline.name("refused")
    let outcome = RunningProgram([Loadline.program, "run", "--name", name] + arguments).outcome()
    #expect([3, 126, 127].contains(outcome.status))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(Loadline.isGone(name))
    #expect(Loadline.reaper(of: name) == nil)
  }

  @Test func aCommandThatCannotBeExecutedLeavesNothingBehind() {
    let tree = TemporaryTree()
    tree.write("no interpreter\n", to: "script", mode: 0o755)
    let name = Loadline.name("enoexec")
    let outcome = RunningProgram.loadline(
      "--name", name, "--cores", "1", "--", "\(tree.path)/script")
    #expect(outcome.status == 126)
    #expect(Loadline.isGone(name))
  }

  @Test func argumentsThatAreNotTextReachTheCommandAsTheyAre() {
    let outcome = RunningProgram([
      "sh", "-c",
      "\(Loadline.program) run --name \(Loadline.name("bytes")) -- printf %s \"$(printf 'a\\377b')\" | od -An -tx1",
    ]).outcome()
    #expect(outcome.output == " 61 ff 62\n")
  }
}
