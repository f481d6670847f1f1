import Glibc
import TerminalHarness
import Testing

/// The screen of the built program while the kernel does not come back from a write: every key is
/// answered, and the write has its deadline.
@Suite(
  "Keys while a memory write is blocked", .enabled(if: Tmux.isAvailable, "tmux is not installed"),
  .enabled(if: ownJournalIsPossible, "needs root, and cgroups it may make"))
struct BlockedWriteInTmuxTests {
  /// Starts a job whose memory limit can be read at once and be opened for writing only after 45 s: a
  /// file with a read lease (fcntl(2)) lies over it, in a mount namespace of its own.
  private static let script = """
    trap 'kill $job $lease; wait' EXIT
    trap exit HUP INT TERM
    mount -t tmpfs t /var/lib
    $LOADLINE run --name $JOB --memory 1GiB -- sleep 300 & job=$!
    while :; do
      for file in /sys/fs/cgroup/memory/loadline/$JOB/memory.limit_in_bytes \\
        /sys/fs/cgroup/loadline/$JOB/memory.max; do [ -e $file ] && break 2; done
      sleep 0.05
    done
    while [ "$(cat $file)" != 1073741824 ]; do sleep 0.05; done
    cat $file > /var/lib/limit
    python3 -c '
    import fcntl, os, signal, time
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    file = os.open("/var/lib/limit", os.O_RDONLY)
    fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    os.mkdir("/var/lib/leased")
    time.sleep(300)' & lease=$!
    while [ ! -e /var/lib/leased ]; do sleep 0.05; done
    mount --bind /var/lib/limit $file
    $LOADLINE --interval 0.5
    """

  /// Where the job's group may be.
  private static let groups = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"].map {
    "\($0)/loadline/llblocked-\(getpid())"
  }

  @Test("each is answered meanwhile, and the write is given up at its deadline")
  func everyKeyIsAnswered() {
    let tmux = Tmux(
      columns: 120, rows: 40,
      environment: [
        "TERM": "tmux-256color", "LOADLINE": builtProgram("loadline"), "SCRIPT": Self.script,
        "JOB": "llblocked-\(getpid())", "XDG_CONFIG_HOME": "/nonexistent",
      ])
    tmux.type("unshare --mount sh -c \"$SCRIPT\"; echo left=$?")
    #expect(tmux.shows("CORES"), "\(tmux.screen())")
    tmux.keys("/", "llblocked", "Enter")
    #expect(tmux.shows("▶ llblocked"), "\(tmux.screen())")
    tmux.keys("m")
    #expect(tmux.shows("DRAFT"))
    tmux.keys("0", ".", "5", "Enter", "p")
    // What can be set is known when the writes are.
    #expect(tmux.shows("echo 536870912"), "\(tmux.screen())")
    tmux.keys("Enter")
    #expect(tmux.shows("WRITING"), "\(tmux.screen())")

    for (key, answer) in [
      ("1", "READ/s"), ("?", "search:"), ("Escape", "READ/s"), ("3", "GROWTH/min"), ("6", "WHO"),
      ("p", "Esc abandon"),
    ] {
      tmux.keys(key)
      let isAnswered = eventually(within: .seconds(2)) {
        let screen = tmux.screen()
        return screen.contains(answer) && screen.contains("WRITING")
      }
      #expect(isAnswered, "\(key): \(tmux.screen())")
    }
    #expect(tmux.shows("ROLLED BACK"), "\(tmux.screen())")
    #expect(tmux.shows("The kernel did not take 536870912"), "\(tmux.screen())")
    tmux.keys("Enter", "C-c", "C-c")
    #expect(tmux.shows("left="), "\(tmux.screen())")
    #expect(eventually { Self.groups.allSatisfy { access($0, F_OK) != 0 } })
  }
}
