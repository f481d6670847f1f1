import Glibc
import TerminalHarness
import Testing

/// The built program on a stand-in for NVIDIA's library.
@Suite("GPUs in a snapshot", .serialized)
struct SnapshotOfGPUsTests {
  private let loadline = builtProgram("loadline")
  private let folder: String

  init() throws {
    var template = Array("/tmp/loadline-test-XXXXXX".utf8CString)
    folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    let source = "\(#filePath.split(separator: "/Tests/")[0])/Tests/StandInNVML/standin.c"
    let built = try #require(
      Command.run([
        "cc", "-std=gnu11", "-O1", "-shared", "-fPIC", "-fvisibility=hidden", "-pthread",
        "-Wl,-soname,libnvidia-ml.so.1", "-o", folder + "/libnvidia-ml.so.1", source,
      ]))
    try #require(built.status == 0, "\(built.output)")
  }

  /// Runs the program on a box with these devices, and takes the folder away.
  private func run(_ scenario: String, _ arguments: String...) throws -> Command {
    let file = folder + "/scenario"
    let stream = try #require(fopen(file, "w"))
    fputs(scenario, stream)
    fclose(stream)
    defer {
      unlink(file)
      unlink(folder + "/libnvidia-ml.so.1")
      rmdir(folder)
    }
    var environment = Command.plainEnvironment
    environment["LD_LIBRARY_PATH"] = folder
    environment["STANDIN_NVML"] = file
    return try #require(
      Command.run(
        [loadline, "snapshot", "--interval", "0.5"] + arguments, environment: environment)
    )
  }

  @Test func itHasTheNumbersOfTheDriver() throws {
    let result = try run(
      """
      devices 2
      set 0 util 97
      set 0 power 643000
      set 1 util 0
      process 0 \(getpid()) memory=1048576 sm=60

      """, "--json")
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains(#""gpus_simulated":false,"gpu_problem":null"#))
    #expect(result.output.contains(#""busy":0.97"#))
    #expect(result.output.contains(#""power_w":643,"#))
    #expect(result.output.contains(#""index":1,"#))
    #expect(result.output.contains(#""memory_bytes":1048576"#))
  }

  @Test(arguments: ["nvmlInit_v2", "nvmlDeviceGetPowerUsage"])
  func aDriverThatHangsIsNotWaitedFor(function: String) throws {
    let result = try run("devices 1\nhang \(function) 30000\n", "--json")
    #expect(result.status == 0)
    #expect(result.output.contains(#""gpu_problem":"no answer from the driver","gpus":[]"#))
    // The library lets the program go though a call has not come back.
    #expect(result.output.contains(#""notices":"#))
  }

  @Test func aDeviceThatHangsDoesNotHideThatOthersAnswer() throws {
    let result = try run("devices 2\nset 0 util 42\nhang nvmlDeviceGetPowerUsage 30000 gpu=1\n")
    #expect(result.output.contains("0.42"), "\(result.output)")
    #expect(result.output.contains("GPUs: no answer from the driver"))
  }

  @Test func withoutADriverThereIsNothingToSay() throws {
    var environment = Command.plainEnvironment
    environment["LD_LIBRARY_PATH"] = "/nonexistent"
    let result = try #require(
      Command.run(
        [loadline, "snapshot", "--json", "--interval", "0.2", "--gpu", "off"],
        environment: environment))
    #expect(result.output.contains(#""gpus_simulated":false,"gpu_problem":null,"gpus":[]"#))
    unlink(folder + "/libnvidia-ml.so.1")
    rmdir(folder)
  }

  @Test func aJobHasTheDevicesThatItHoldsAndThoseItWasStartedWith() throws {
    let name = "test-\(getpid())-gpus"
    let script = folder + "/held.toml"
    let stream = try #require(fopen(script, "w"))
    fputs(
      """
      [[device]]
      name = "A"
      memory = "80GiB"
      power_limit = 700
      [[device.segment]]
      seconds = 60
      busy = 0.75
      power = 400
      memory = "10GiB"
      holder = "\(name)"
      [[device]]
      name = "B"
      memory = "80GiB"
      power_limit = 700
      [[device.segment]]
      seconds = 60
      busy = 0
      power = 70

      """, stream)
    fclose(stream)
    defer { unlink(script) }
    let result = try #require(
      Command.run([
        loadline, "run", "--name", name, "--gpus", "1", "--", loadline, "snapshot", "--json",
        "--gpu",
        script,
      ]))
    #expect(result.output.contains(#""name":"\#(name)","reason":"context","processes":1"#))
    #expect(result.output.contains(#""name":"\#(name)","reason":"start","processes":0"#))
    #expect(result.output.contains(#""held":["SIMULATED-0","SIMULATED-1"],"busy":0.75"#))
    unlink(folder + "/libnvidia-ml.so.1")
    rmdir(folder)
  }

  @Test func aScriptIsMarked() throws {
    let result = try run("devices 1\n", "--json", "--gpu", "simulated")
    #expect(result.output.contains(#""gpus_simulated":true"#))
    #expect(result.output.contains("SIMULATED-0"))
    #expect(!result.output.contains("H100"))
  }
}
