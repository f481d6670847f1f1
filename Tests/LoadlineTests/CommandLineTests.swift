import Glibc
import TerminalHarness
import Testing

@Suite("The command line")
struct CommandLineTests {
  private let loadline = builtProgram("loadline")

  private func run(_ arguments: String...) throws -> Command {
    try #require(Command.run([loadline] + arguments))
  }

  /// The path of a new file with this content; whoever asks for it removes it.
  private func temporaryFile(_ text: String) throws -> String {
    var template = Array("/tmp/loadline-test-XXXXXX".utf8CString)
    let file = mkstemp(&template)
    try #require(file >= 0)
    defer { close(file) }
    try #require(write(file, text, text.utf8.count) == text.utf8.count)
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test(
    "what is wrong is said in a line or two, with status 2",
    arguments: [
      ["--interval", "0.1"], ["--interval", "x"], ["--color", "pink"],
      ["snapshot", "--count", "-1"], ["findings", "--for", "1"], ["findings", "--fail-on", "x"],
      ["nonsense"], ["run"],
    ])
  func usage(arguments: [String]) throws {
    let result = try #require(Command.run([loadline] + arguments))
    #expect(result.status == 2, "\(result.output)")
    #expect(!result.output.isEmpty)
  }

  @Test(
    "a mistake is named together with what to do about it",
    arguments: [
      (
        ["run", "sleep", "1"],
        "after --, so that its options are its own: loadline run [<options>] -- sleep 1"
      ),
      (["run", "--cores", "1e308", "--", "true"], "--cores: expected a number of cores"),
      (["run", "--cores", "1e308", "--", "true"], "a number with an exponent"),
      (["run", "--cores", "-1", "--", "true"], "found a negative number"),
      (["run", "--memory", "1e9GiB", "--", "true"], "a number with an exponent"),
      (["run", "--cpus", "0-99999999999", "--", "true"], "found a number beyond 65535"),
      (
        ["run", "--weight", "999999999999999999999", "--", "true"], "1 to 10000, found a larger one"
      ),
      (["run", "--weight", "10001", "--", "true"], "1 to 10000, found a larger one"),
      (["run", "--corse", "2", "--", "true"], "Did you mean '--cores'?"),
      (["snapshot", "--count", "-1"], "--count takes 0 or more"),
      (["snapshot", "--gpu", "on"], "--gpu takes auto, off, simulated, or the path of a .toml"),
      (["config", "chekc"], "config takes one of: check, example."),
      (["snapsot"], "Did you mean 'snapshot'?"),
      (["nonsense"], "There are: dashboard, run, snapshot, findings, set, move, undo"),
      (["--interval", "99"], "Usage: loadline [--read-only]"),
    ])
  func mistakes(arguments: [String], sentence: String) throws {
    let result = try #require(Command.run([loadline] + arguments))
    #expect(result.status == 2)
    #expect(result.output.contains(sentence), "\(result.output)")
  }

  @Test("without a terminal the dashboard says so")
  func noTerminal() throws {
    let result = try run()
    #expect(result.status != 0)
    #expect(result.output.contains("terminal"), "\(result.output)")
  }

  @Test("a mistake in the configuration is named with its line and never quoted")
  func configuration() throws {
    let path = try temporaryFile("interval = 1\ntheme = 7 # hunter2\n")
    defer { unlink(path) }
    let result = try run("config", "check", path)
    #expect(result.status == 1)
    #expect(result.output.hasPrefix("\(path):2: theme"), "\(result.output)")
    #expect(!result.output.contains("hunter2"))
  }

  @Test("a snapshot knows the jobs and budgets of the configuration")
  func snapshotConfiguration() throws {
    let mark = "loadline-test-\(getpid())-declared"
    let path = try temporaryFile(
      """
      [[job]]
      name = "declared"
      match.command = "\(mark)"
      budget.cores = 1.5

      """)
    defer { unlink(path) }
    // Left alone by the shell that started it, it is a command of its own and not a part of ours.
    let script = """
      (setsid sh -c 'echo $$ > \(path).pid; while :; do sleep 0.2; done' \(mark) &)
      '\(loadline)' snapshot --json --interval 0.3 --config \(path)
      kill $(cat \(path).pid); rm \(path).pid
      """
    let result = try #require(Command.run(["sh", "-c", script]))
    #expect(result.output.contains("\"name\":\"declared\""))
    #expect(result.output.contains("\"budget_cores\":1.5"))
  }

  @Test("the example configuration has no mistakes")
  func example() throws {
    let path = try temporaryFile(try run("config", "example").output)
    defer { unlink(path) }
    let result = try run("config", "check", path)
    #expect(result.status == 0, "\(result.output)")
  }

  @Test("doctor ends well and says something of every subject")
  func doctor() throws {
    let result = try run("doctor")
    #expect(result.status == 0)
    for subject in ["cgroups", "pressure", "kernel", "open files"] {
      #expect(result.output.contains(subject), "\(subject)")
    }
  }

  @Test("snapshot prints one line of JSON a sample")
  func snapshot() throws {
    let result = try run("snapshot", "--json", "--interval", "0.2", "--count", "2")
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasPrefix(#"{"version":1,"time":"#) && $0.hasSuffix("}") })
  }

  @Test("findings of a short look are one object, and nothing found is no failure")
  func findings() throws {
    let result = try run("findings", "--for", "2", "--json", "--fail-on", "amber", "--gpu", "off")
    #expect(result.status == 0 || result.output.contains("\"level\""), "\(result.output)")
    #expect(result.output.hasPrefix("{\"version\":1,"), "\(result.output)")
    #expect(result.output.contains("\"looked_for_s\":2,\"findings\":["))
  }

  @Test("every option of every command is in the man page")
  func manPage() throws {
    let page = try #require(
      Command.run(["cat", "\(#filePath.split(separator: "/Tests/")[0])/docs/loadline.1"])
    ).output
    for command in [
      "dashboard", "run", "snapshot", "findings", "set", "move", "undo", "log", "freeze", "thaw",
      "signal",
      "adopt",
      "config", "doctor", "demo",
    ] {
      let help = try run("help", command).output
      for word in help.split(whereSeparator: { " ,\n[]=".contains($0) })
      where word.hasPrefix("--") && (word.last?.isLetter ?? false) {
        #expect(page.contains("Fl -\(word.dropFirst(2))"), "\(command) \(word)")
      }
    }
  }
}
