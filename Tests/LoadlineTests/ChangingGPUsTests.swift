import Glibc
import TerminalHarness
import Testing

/// `loadline set gpu:0 power=…` and what takes it back, on a stand-in for NVIDIA's library that keeps
/// limits from one program to the next, with a journal of its own.
@Suite(
  "Setting what a GPU may draw",
  .enabled(if: ownJournalIsPossible, "needs root, and a journal of its own"), .serialized)
struct ChangingGPUsTests {
  /// Runs a script with `$L` the program, `$S` the scenario and `$LOG` the calls of the driver; `limit`
  /// prints what was set last on device 0.
  private func story(_ scenario: String, _ script: String) throws -> String {
    let source = "\(#filePath.split(separator: "/Tests/")[0])/Tests/StandInNVML/standin.c"
    let whole = """
      mount -t tmpfs t /var/lib
      L='\(builtProgram("loadline"))'; S=/var/lib/libnvidia-ml.so.1.scenario; LOG=/var/lib/calls
      cc -std=gnu11 -O1 -shared -fPIC -fvisibility=hidden -pthread -Wl,-soname,libnvidia-ml.so.1 \\
        -o /var/lib/libnvidia-ml.so.1 '\(source)'
      printf 'devices 2\\nkeep\\nlog /var/lib/calls\\nset 0 limit 612345\\n\(scenario)' > $S
      export LD_LIBRARY_PATH=/var/lib
      limit() { echo "limit=$(grep '^set 0 limit' $S | tail -1 | cut -d' ' -f4)"; }
      status() { echo "status=$?"; }
      \(script)
      """
    return try #require(Command.run(["unshare", "--mount", "sh", "-c", whole])).output
  }

  @Test("a limit is set and verified, and undo restores it exactly")
  func setAndUndo() throws {
    let output = try story(
      "",
      """
      $L set gpu:0 power=300W; status; limit
      $L log
      $L undo; status; limit
      """)
    #expect(output.contains("GPU 0: power 612.3 W → 300 W  verified: 300 W"), "\(output)")
    #expect(output.contains("nvidia-smi -i GPU-000000a0-"), "\(output)")
    #expect(output.contains("limit=300000"), "\(output)")
    #expect(output.hasSuffix("status=0\nlimit=612345\n"), "\(output)")
  }

  @Test("a dry run says who would set it and what it draws, and sets nothing")
  func dryRun() throws {
    let output = try story(
      "set 0 power 590000\\n",
      """
      $L set gpu:GPU-000000a0 power=-12.345 --dry-run; status
      grep nvmlDeviceSetPower $LOG || echo nothing-set
      """)
    #expect(output.contains("power 612.3 W → 600 W"), "\(output)")
    #expect(output.contains("draws 590 W of it now"), "\(output)")
    #expect(output.contains("-pl 600\n"), "\(output)")
    #expect(output.contains("nothing-set"), "\(output)")
  }

  @Test(
    "what cannot be is refused with the reason, and nothing is set",
    arguments: [
      ("set gpu:0 power=900W", 3, "GPU 0 takes a limit from 200 W to 700 W."),
      ("set gpu:0 cores=3", 3, "A GPU has no cores to set, only power."),
      ("set gpu:0 power=lots", 2, "power: expected a power such as \"300W\""),
      ("set gpu:0 power=-700W", 2, "700 W less would leave nothing"),
      ("set gpu:7 power=300W", 2, "there is no GPU \"7\"; there are: gpu:0 (NVIDIA H100"),
      ("set gpu:MIG-1 power=300W", 3, "A part of a GPU has no power limit of its own"),
      ("set nobody power=300W", 3, "A power limit is a GPU's, not a job's"),
      ("freeze gpu:0", 3, "gpu:0 is a device, not a job"),
      ("signal gpu:0", 3, "gpu:0 is a device, not a job"),
      ("adopt gpu:0", 3, "gpu:0 is a device, not a job"),
      ("move --from gpu:0 --to gpu:1 cores=1", 3, "gpu:0 is a device, not a job"),
      ("move --from gpu:0 --to gpu:1 power=50W", 2, "power cannot be handed over"),
    ])
  func refused(command: String, status: Int, words: String) throws {
    let output = try story(
      "",
      """
      $L \(command); status
      grep nvmlDeviceSetPower $LOG || echo nothing-set
      """)
    #expect(output.contains(words), "\(output)")
    #expect(output.contains("status=\(status)"), "\(output)")
    #expect(output.contains("nothing-set"), "\(output)")
  }

  @Test(
    "what the driver refuses or does not keep is taken back with status 4",
    arguments: [
      ("code nvmlDeviceSetPowerManagementLimit NO_PERMISSION", "it takes root"),
      ("set 0 ignores 1", "The driver took 300 W and 612.3 W is in force."),
    ])
  func takenBack(line: String, words: String) throws {
    let output = try story(line + "\\n", "$L set gpu:0 power=300W; status; limit")
    #expect(output.contains(words), "\(output)")
    #expect(output.contains("status=4\nlimit=612345"), "\(output)")
  }

  @Test("where the configuration has GPUs off no driver is asked")
  func off() throws {
    let output = try story(
      "",
      """
      printf '[gpu]\\nsource = "off"\\n' > /var/lib/off.toml
      $L set gpu:0 power=300W --config /var/lib/off.toml; status
      ls $LOG 2> /dev/null || echo not-asked
      """)
    #expect(output.contains("The configuration has GPUs off"), "\(output)")
    #expect(output.contains("status=3\nnot-asked"), "\(output)")
  }

  @Test("what a program that was killed in between has set is taken back by its number")
  func killed() throws {
    let output = try story(
      "hang nvmlDeviceSetPowerManagementLimit 60000\\n",
      """
      $L set gpu:0 power=300W > /dev/null 2>&1 & setting=$!
      while ! grep -q nvmlDeviceSetPower $LOG; do sleep 0.05; done
      kill -9 $setting; wait
      grep -v hang $S > /var/lib/s; cat /var/lib/s > $S; echo 'set 0 limit 300000' >> $S
      $L undo; status
      $L undo $($L log --json | grep -o '"id":"[^"]*' | head -1 | cut -d'"' -f4); status; limit
      """)
    #expect(output.contains("left unfinished by a process that died"), "\(output)")
    #expect(output.hasSuffix("status=0\nlimit=612345\n"), "\(output)")
  }
}
