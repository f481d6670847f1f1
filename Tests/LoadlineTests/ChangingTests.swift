import Glibc
import TerminalHarness
import Testing

/// Root may make groups, and a mount namespace in which the journal is not the box's own.
let ownJournalIsPossible: Bool = {
  guard geteuid() == 0 else { return false }
  let script = "mount -t tmpfs t /var/lib && '\(builtProgram("loadline"))' run --cores 0.5 -- true"
  let tried = Command.run(["unshare", "--mount", "sh", "-c", script])
  return tried?.status == 0 && tried?.output.isEmpty == true
}()

/// The commands that change running jobs, on real jobs, with a journal of their own.
@Suite(
  "Changing jobs from the command line",
  .enabled(if: ownJournalIsPossible, "needs root, and cgroups it may make"), .serialized)
struct ChangingTests {
  /// Runs a script with two jobs, `$A` with 0.3 cores and `$B` with 0.6 cores and 200 MiB, and `$L` the
  /// program; `limits` prints every limit of both as the kernel has it.
  private func story(_ script: String) throws -> String {
    let id = "\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let whole = """
      mount -t tmpfs t /var/lib
      L='\(builtProgram("loadline"))'; A=lltest-a-\(id); B=lltest-b-\(id)
      $L run --name $A --cores 0.3 -- sleep 60 & first=$!
      $L run --name $B --cores 0.6 --memory 200MiB -- sleep 60 & second=$!
      limits() {
        for name in $A $B; do
          for file in cpu.cfs_quota_us cpu.max cpu.shares cpu.weight cpuset.cpus \\
            memory.limit_in_bytes memory.max memory.high memory.memsw.limit_in_bytes pids.max; do
            for path in /sys/fs/cgroup/loadline/$name/$file /sys/fs/cgroup/*/loadline/$name/$file; do
              [ -e $path ] && echo "$path $(cat $path)"
            done
          done
        done
      }
      status() { echo "status=$?"; }
      for try in $(seq 200); do
        [ "$($L snapshot --json --interval 0.2 | grep -o 'lltest-[ab]-\(id)' | sort -u | wc -l)" = 2 ] && break
      done
      \(script)
      kill $first $second; wait
      """
    return try #require(Command.run(["unshare", "--mount", "sh", "-c", whole])).output
  }

  @Test("a change is made, and undo leaves every limit byte for byte as before")
  func setAndUndo() throws {
    let output = try story(
      """
      limits > /var/lib/before
      $L set $A cores=0.2 weight=200 cpus=0; status
      limits > /var/lib/between
      cmp -s /var/lib/before /var/lib/between && echo nothing-changed
      $L undo; status
      limits > /var/lib/after
      diff /var/lib/before /var/lib/after && echo as-before
      """)
    #expect(output.contains("verified: 0.2 cores"), "\(output)")
    #expect(!output.contains("nothing-changed"))
    #expect(output.contains("as-before"), "\(output)")
    #expect(output.components(of: "status=0") == 2, "\(output)")
  }

  @Test("what somebody else has changed since is left, said with status 1, and taken back by force")
  func undoLeavesWhatOthersSet() throws {
    let output = try story(
      """
      limits > /var/lib/before
      $L set $A cores=0.2 pids=77 > /dev/null
      for path in /sys/fs/cgroup/pids/loadline/$A/pids.max /sys/fs/cgroup/loadline/$A/pids.max; do
        [ -e $path ] && echo 55 > $path
      done
      $L undo; status
      $L undo $($L log --count 2 --json | tail -1 | grep -o '"id":"[^"]*' | cut -d'"' -f4) --force; status
      limits | diff /var/lib/before - && echo as-before
      """)
    #expect(output.contains("it is 55, and loadline wrote 77"), "\(output)")
    #expect(output.contains("Not all of it was taken back"), "\(output)")
    #expect(output.contains("status=1"), "\(output)")
    #expect(output.contains("status=0"), "\(output)")
    #expect(output.contains("as-before"), "\(output)")
  }

  @Test("what one job gives the other gets, and both are taken back together")
  func moveAndUndo() throws {
    let output = try story(
      """
      limits > /var/lib/before
      $L move --from $B --to $A cores=0.2; status
      $L snapshot --json | grep -o '"grant_cores":[0-9.]*' | sort
      $L undo; status
      limits | diff /var/lib/before - && echo as-before
      """)
    #expect(output.contains("\"grant_cores\":0.4"), "\(output)")
    #expect(output.contains("\"grant_cores\":0.5"), "\(output)")
    #expect(output.contains("as-before"), "\(output)")
    #expect(output.components(of: "status=0") == 2, "\(output)")
  }

  @Test("a job that starts while it is looked for is found")
  func justStarted() throws {
    let output = try story(
      """
      (sleep 1.8; exec $L run --name $A-late -- sleep 60) & late=$!
      $L set $A-late weight=50; status
      kill $late
      """)
    #expect(output.contains("verified: 50"), "\(output)")
    #expect(output.contains("status=0"), "\(output)")
  }

  @Test("a job that is a cgroup is changed at once, and it is known that it is held back")
  func quick() throws {
    let output = try story(
      """
      $L run --name $A-busy --cores 0.1 -- sh -c 'while :; do :; done & while :; do :; done' & busy=$!
      sleep 1
      # Less each time: that fits a box on which other tests have been granted all there is.
      for try in 1 2 3; do
        begin=$(date +%s%N)
        $L set $A-busy cores=0.0$((10 - try)) > /dev/null 2> /var/lib/said; status
        echo "took=$((($(date +%s%N) - begin) / 1000000))"
        cat /var/lib/said
      done
      kill $busy; cat /sys/fs/cgroup/cpu/loadline/$A-busy/cgroup.procs \
        /sys/fs/cgroup/loadline/$A-busy/cgroup.procs 2> /dev/null | xargs -r kill -9
      """)
    #expect(output.components(of: "status=0") == 3, "\(output)")
    let times = output.split(separator: "\n").compactMap { line in
      line.hasPrefix("took=") ? Int(line.dropFirst(5)) : nil
    }
    // Of an ordinary program 250 ms; other tests run beside it.
    #expect(times.min() ?? 9999 < 600, "\(output)")
    let wanted = output.split(separator: "It wants ").dropFirst().compactMap {
      Double($0.prefix { $0.isNumber || $0 == "." })
    }
    #expect(wanted.contains { $0 > 0.3 }, "\(output)")
  }

  @Test("a dry run says what would be written and writes nothing")
  func dryRun() throws {
    let output = try story(
      """
      limits > /var/lib/before
      $L set $A cores=0.2 --dry-run; status
      limits | diff /var/lib/before - && echo as-before
      $L log
      """)
    #expect(output.contains("echo "), "\(output)")
    #expect(output.contains("as-before"), "\(output)")
    #expect(output.contains("The journal is empty."), "\(output)")
  }

  @Test(
    "what cannot be is refused with the reason, and nothing is written",
    arguments: [
      ("set $A cores=99999", 3, "The box has"),
      ("set $A cores=0", 3, "The least that can be granted is 0.01 cores"),
      ("set $A cores=-1x", 2, "cores: expected a number of cores"),
      ("set $A corse=1", 2, "did you mean \"cores\"?"),
      ("set $A cores=1 cores=2", 2, "cores is given twice"),
      ("set nobody cores=1", 2, "there is no job \"nobody\""),
      ("set nobody cores=1", 2, "loadline snapshot lists them"),
      ("set $A nice=5", 3, "weight"),
      ("set $A cpus=4000", 3, "CPU"),
      ("set $A cores=-1", 2, "would leave nothing"),
      ("set $B memory=-1", 2, "an amount is not negative"),
      ("set $A cores=1,5", 2, "found a comma; write 1.5."),
      ("undo ''", 2, "The id of the transaction is missing"),
      ("set $A pids=4194305", 3, "at most 4194304 tasks"),
      ("move --from $A --to $A cores=0.1", 2, "the same job"),
      ("move --from $A --to $B weight=5", 2, "cannot be handed over"),
      ("undo nonsense", 3, "no transaction"),
      ("undo", 3, "nothing to undo"),
    ])
  func refused(command: String, status: Int, words: String) throws {
    let output = try story(
      """
      limits > /var/lib/before
      $L \(command); status
      limits | diff /var/lib/before - && echo as-before
      """)
    #expect(output.contains("status=\(status)"), "\(output)")
    #expect(output.contains(words), "\(output)")
    #expect(output.contains("as-before"), "\(output)")
  }

  @Test("all CPUs are those of the group above, and undo brings the core set back")
  func allCPUs() throws {
    let output = try story(
      """
      $L set $A cpus=0 > /dev/null
      limits > /var/lib/before
      $L set $A cpus=all; status
      $L undo; status
      limits | diff /var/lib/before - && echo as-before
      """)
    #expect(output.components(of: "status=0") == 2, "\(output)")
    #expect(output.contains("as-before"), "\(output)")
  }

  @Test("what only the write would find out is refused before it, with the reason once")
  func reasonOnce() throws {
    let output = try story(
      """
      for group in /sys/fs/cgroup/cpu/loadline/$A /sys/fs/cgroup/loadline/$A; do
        [ -e $group/cpu.cfs_period_us ] && echo 50000 > $group/cpu.cfs_period_us
        [ -e $group/cpu.max ] && echo "30000 50000" > $group/cpu.max
      done
      $L set $A cores=0.01; status
      """)
    #expect(output.components(of: "The kernel grants at least 0.02 cores here") == 1, "\(output)")
    #expect(output.contains("status=3"), "\(output)")
  }

  @Test("an adoption that is killed with -9 is recovered: all is where it was, no group is left")
  func killedAdoption() throws {
    let output = try story(
      """
      python3 -c '
      import os, time
      for n in range(400):
          if os.fork() == 0:
              time.sleep(60)
      open("/var/lib/ready", "w")
      time.sleep(60)' & tree=$!
      while [ ! -e /var/lib/ready ]; do sleep 0.05; done
      tree="$tree $(cat /proc/$tree/task/$tree/children)"
      members() { for pid in $tree; do echo "$pid $(cat /proc/$pid/cgroup)"; done; }
      moved() { cat /sys/fs/cgroup/*/loadline/$A-x/cgroup.procs \
        /sys/fs/cgroup/loadline/$A-x/cgroup.procs 2> /dev/null | wc -l; }
      members > /var/lib/before
      $L adopt ${tree%% *} --name $A-x > /dev/null 2>&1 & adopting=$!
      while [ $(moved) -lt 100 ]; do :; done
      kill -9 $adopting
      members > /var/lib/between
      cmp -s /var/lib/before /var/lib/between && echo nothing-moved
      $L log --count 1
      $L undo; status
      $L undo $($L log --count 1 --json | grep -o '"id":"[^"]*' | cut -d'"' -f4); status
      members | diff /var/lib/before - > /dev/null && echo as-before
      left() { ls -d /sys/fs/cgroup/*/loadline/$A-x /sys/fs/cgroup/loadline/$A-x 2> /dev/null; }
      left || echo none-left
      kill $tree
      """)
    #expect(output.contains("adopt  unfinished"), "\(output)")
    #expect(output.contains("recovering it moves them back"), "\(output)")
    #expect(output.contains("left unfinished by a process that died"), "\(output)")
    #expect(output.contains("status=0"), "\(output)")
    #expect(output.contains("as-before"), "\(output)")
    #expect(output.contains("none-left"), "\(output)")
    #expect(!output.contains("nothing-moved"), "\(output)")
  }

  @Test("an adoption that was taken back is not made again by taking that back")
  func adoptionIsNotRedone() throws {
    let output = try story(
      """
      sleep 60 & job=$!
      $L adopt $job --name $A-x > /dev/null
      $L undo > /dev/null
      $L log > /var/lib/before
      $L undo $($L log --count 1 --json | grep -o '"id":"[^"]*' | cut -d'"' -f4); status
      $L log | diff /var/lib/before - && echo log-as-before
      kill $job
      """)
    #expect(output.contains("status=3"), "\(output)")
    #expect(output.contains("adopt them again"), "\(output)")
    #expect(output.contains("log-as-before"), "\(output)")
  }

  @Test("who may signal none of a job's processes is refused, and nothing is written")
  func signalOfAnother() throws {
    let output = try story(
      """
      cp $L /var/lib/l && install -d -o 65534 /var/lib/nobody
      HOME=/var/lib/nobody setpriv --reuid 65534 --regid 65534 --clear-groups \
        /var/lib/l signal $A TERM; status
      find /var/lib/nobody -type f | grep . || echo nothing-written
      """)
    #expect(output.contains("status=3"), "\(output)")
    #expect(output.contains("only root or their owner"), "\(output)")
    #expect(output.contains("nothing-written"), "\(output)")
  }

  @Test("a frozen job stands still until it is thawed")
  func freezeAndThaw() throws {
    let output = try story(
      """
      $L freeze $A; status
      $L freeze $A
      $L thaw $A --json; status
      """)
    #expect(output.contains("frozen running → frozen"), "\(output)")
    #expect(output.contains("it is so already"), "\(output)")
    #expect(output.contains("\"state\":\"verified\",\"actual\":\"no\""), "\(output)")
  }
}

extension String {
  /// How often `text` occurs in it.
  fileprivate func components(of text: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
