import Glibc
import TerminalHarness
import Testing

/// The whole story on a real screen with real jobs: a person finds the job that is held back, moves
/// cores to it, sees it recover, and takes it back.
@Suite(
  "Moving cores on the screen", .enabled(if: Tmux.isAvailable, "tmux is not installed"),
  .enabled(if: ownJournalIsPossible, "needs root, and cgroups it may make"))
struct MovingCoresInTmuxTests {
  @Test("a throttled job is given cores, recovers, and is as before after undo")
  func story() throws {
    let mark = "llmove-\(getpid())"
    let tmux = Tmux(
      columns: 120, rows: 30,
      environment: [
        "TERM": "tmux-256color", "LOADLINE": builtProgram("loadline"),
        "XDG_CONFIG_HOME": "/nonexistent",
      ])
    tmux.type("$LOADLINE run --name \(mark)-a --cores 0.2 -- sh -c 'while :; do :; done' &")
    tmux.type("$LOADLINE run --name \(mark)-b --cores 1.2 -- sleep 300 &")
    tmux.type(
      "unshare --mount sh -c 'mount -t tmpfs t /var/lib; exec $LOADLINE --interval 0.2'; echo left=$?"
    )
    #expect(tmux.shows("CORES"))
    tmux.keys("/", mark, "Enter", "N")
    #expect(tmux.shows("T throttled"), "\(tmux.screen())")
    #expect(tmux.shows("\(mark)-b"))
    let before = limits(mark)

    // The donor is the last row, the job that is held back the first.
    tmux.keys("G", "a")
    #expect(tmux.shows("DRAFT"))
    tmux.keys("0", ".", "2", "Enter", "g", "a", "1", ".", "2", "Enter", "p")
    #expect(tmux.shows("DRAFT preview"), "\(tmux.screen())")
    #expect(tmux.shows("/\(mark)-a/cpu."), "\(tmux.screen())")
    tmux.keys("Enter")
    #expect(tmux.shows("Applied"), "\(tmux.screen())")
    #expect(limits(mark) != before)
    tmux.keys("Enter")
    #expect(
      eventually { tmux.screen().contains("\(mark)-a") && !tmux.screen().contains("T throttled") })

    tmux.keys("z")
    #expect(tmux.shows("UNDO preview"), "\(tmux.screen())")
    tmux.keys("Enter")
    #expect(tmux.shows("Taken back"), "\(tmux.screen())")
    #expect(limits(mark) == before)
    tmux.keys("Enter")
    #expect(tmux.shows("T throttled"), "\(tmux.screen())")
    tmux.keys("q")
    #expect(tmux.shows("left=0"), "\(tmux.screen())")
    tmux.type("kill %1 %2; wait; echo all-ended")
    #expect(tmux.shows("all-ended"))
  }

  /// Every limit of the story's jobs as the kernel has it, by path.
  private func limits(_ mark: String) -> [String: String] {
    let find = """
      for file in cpu.cfs_quota_us cpu.max cpu.shares cpu.weight cpuset.cpus memory.limit_in_bytes \
        memory.max memory.high pids.max; do
        for path in /sys/fs/cgroup/loadline/\(mark)-*/$file /sys/fs/cgroup/*/loadline/\(mark)-*/$file; do
          [ -e $path ] && echo "$path=$(cat $path)"
        done
      done
      """
    var found: [String: String] = [:]
    for line in (Command.run(["sh", "-c", find])?.output ?? "").split(separator: "\n") {
      let sides = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if sides.count == 2 { found[String(sides[0])] = String(sides[1]) }
    }
    return found
  }
}
