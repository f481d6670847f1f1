import Glibc
import TerminalHarness
import Testing

@Suite(
  "A GPU driver that hangs", .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct GPUsInTmuxTests {
  @Test("keys, screens and the end do not wait for it", arguments: ["nvmlInit_v2", "*"])
  func hang(function: String) throws {
    var template = Array("/tmp/loadline-test-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    let library = folder + "/libnvidia-ml.so.1"
    let scenario = folder + "/scenario"
    defer {
      unlink(library)
      unlink(scenario)
      rmdir(folder)
    }
    let source = "\(#filePath.split(separator: "/Tests/")[0])/Tests/StandInNVML/standin.c"
    let built = try #require(
      Command.run([
        "cc", "-std=gnu11", "-O1", "-shared", "-fPIC", "-fvisibility=hidden", "-pthread",
        "-Wl,-soname,libnvidia-ml.so.1", "-o", library, source,
      ]))
    try #require(built.status == 0, "\(built.output)")
    let stream = try #require(fopen(scenario, "w"))
    fputs("devices 1\nhang \(function) 30000 locked\n", stream)
    fclose(stream)
    let tmux = Tmux(
      columns: 100, rows: 30,
      environment: [
        "TERM": "tmux-256color", "LOADLINE": builtProgram("loadline"),
        "XDG_CONFIG_HOME": "/nonexistent", "LD_LIBRARY_PATH": folder, "STANDIN_NVML": scenario,
      ])
    tmux.type("$LOADLINE --interval 0.2; echo status=$?")
    #expect(tmux.shows("CORES"))
    #expect(tmux.shows("other"))
    tmux.keys("3")
    #expect(tmux.shows("uncharged"))
    tmux.keys("q")
    #expect(tmux.shows("status=0"), "\(tmux.screen())")
  }
}
