import Configuration
import Testing

/// What people are told about a mistake: line, key, what was expected and what kind was found.
@Suite struct ProblemTests {
  @Test(
    arguments: [
      (
        "interval = true",
        #"interval: expected seconds from 0.2 to 60, such as 2 or "500ms", found a boolean"#
      ),
      (
        "interval = 0.1",
        #"interval: expected seconds from 0.2 to 60, such as 2 or "500ms", found a time outside of that"#
      ),
      (
        "interval = nan",
        #"interval: expected seconds from 0.2 to 60, such as 2 or "500ms", found a time outside of that"#
      ),
      (
        #"interval = "2 h""#,
        #"interval: expected a time such as "36h", "2d12h" or "500ms", found a number without a unit"#
      ),
      ("theme = 1", "theme: expected the name of a theme, without a directory, found an integer"),
      (
        #"theme = "../x""#,
        "theme: expected the name of a theme, without a directory, found a text that is no such name"
      ),
      (
        #"theme = "/etc/x""#,
        "theme: expected the name of a theme, without a directory, found a text that is no such name"
      ),
      (
        "color = true",
        #"color: expected one of "auto", "never", "8", "16", "256", "true", found a boolean"#
      ),
      (
        #"color = "lots""#,
        #"color: expected one of "auto", "never", "8", "16", "256", "true", found another word"#
      ),
      ("ascii = 1", "ascii: expected true or false, found an integer"),
      (#"mouse = "yes""#, "mouse: expected true or false, found a text"),
      ("[job]", "job: expected an array of tables, [[job]], found a table"),
      ("job = [1]", "job[1]: expected a table, found an integer"),
    ])
  func settingsSayWhatWasExpected(text: String, problem: String) throws {
    #expect(try problems(in: text) == ["1: " + problem])
  }

  @Test(
    arguments: [
      (
        "name = 1",
        #"name: expected a name of at most 64 printable characters without "/", found an integer"#
      ),
      (
        #"name = "a/b""#,
        #"name: expected a name of at most 64 printable characters without "/", found a text that is no such name"#
      ),
      (
        #"name = "..""#,
        #"name: expected a name of at most 64 printable characters without "/", found a text that is no such name"#
      ),
      (
        #"name = "a\u001b[2J""#,
        #"name: expected a name of at most 64 printable characters without "/", found a text that is no such name"#
      ),
      (#"class = "batch""#, #"class: expected "normal" or "best-effort", found another word"#),
      (
        "weight = 0",
        "weight: expected an integer from 1 to 10000, found an integer outside of that"
      ),
      ("weight = 1.5", "weight: expected an integer from 1 to 10000, found a number with a point"),
      ("tags = 1", "tags: expected a table, found an integer"),
      ("tags.a = 1", "tags: expected a text in quotes, found an integer"),
      (
        #"tags."a b" = "c""#,
        #"tags: expected a key of letters, digits, "_", "-", ".", found another"#
      ),
      (
        #"match.command = "(""#,
        "match.command: expected a regular expression, found a text that is none"
      ),
      (#"match.command = """#, "match.command: expected a regular expression, found an empty text"),
      (
        #"match.cgroup = "user.slice""#,
        #"match.cgroup: expected a cgroup path that starts with "/" or "*", found a text that is none"#
      ),
      ("budget = []", "budget: expected a table, found an array"),
      ("budget.cores = 0", "budget.cores: expected a number of cores such as 4 or 2.5, found zero"),
      (
        "budget.cores = inf",
        "budget.cores: expected a number of cores such as 4 or 2.5, found a number without end"
      ),
      (
        "budget.cores = nan",
        "budget.cores: expected a number of cores such as 4 or 2.5, found a number without end"
      ),
      (
        "budget.cores = -1",
        "budget.cores: expected a number of cores such as 4 or 2.5, found a negative number"
      ),
      (
        #"budget.cores = "50%""#,
        "budget.cores: expected a number of cores such as 4 or 2.5, found a text"
      ),
      ("budget.memory = true", #"budget.memory: expected a size such as "16GiB", found a boolean"#),
      (
        "budget.memory = 1.5",
        #"budget.memory: expected a size such as "16GiB", found a number with a point"#
      ),
      ("budget.memory = 0", #"budget.memory: expected a size such as "16GiB", found zero"#),
      (#"budget.memory = "0GiB""#, #"budget.memory: expected a size such as "16GiB", found zero"#),
      (
        #"budget.memory = "50%""#,
        #"budget.memory: expected a size such as "16GiB" or "500MB", found a percentage"#
      ),
      (
        #"budget.io_read = "1G""#,
        #"budget.io_read: expected a rate such as "500MB/s" or "1GiB/s", found a unit that could be binary or decimal"#
      ),
      ("budget.gpus = 0", "budget.gpus: expected a list of GPUs such as [0, 1], found an integer"),
      (
        "budget.gpus = [0, -1]",
        "budget.gpus[2]: expected an index or the UUID of a GPU, found a negative number"
      ),
      (
        "budget.money = 0.0000001",
        #"budget.money: expected an amount of money such as 120 or "120.50", found a number with more than six decimals or too large"#
      ),
      (
        #"budget.time = "soon""#,
        #"budget.time: expected a time such as "36h", "2d12h" or "500ms", found a text without a number in front"#
      ),
    ])
  func jobsSayWhatWasExpected(text: String, problem: String) throws {
    #expect(try problems(in: "[[job]]\nmatch.user = \"x\"\n" + text) == ["3: job[1]." + problem])
  }

  @Test func everyProblemIsReportedByLine() throws {
    let text = """
      mouse = 1
      [[job]]
      name = "a"
      match = { user = "x" }
      [job.floor]
      cores = 4
      memory = "2GiB"
      [job.budget]
      memory = "1GiB"
      cores = 2
      [[job]]
      name = "a"
      [[job]]
      match = {}
      weight = "1"
      """
    #expect(
      try problems(in: text) == [
        "1: mouse: expected true or false, found an integer",
        "6: job[1].floor.cores: is above the budget; expected at most what the budget grants",
        "7: job[1].floor.memory: is above the budget; expected at most what the budget grants",
        "11: job[2]: expected a match with one of cgroup, unit, user, command, found none",
        "12: job[2].name: job[1] on line 3 has the same name; every name must be its own",
        "14: job[3].match: matches nothing; expected one of cgroup, unit, user, command",
        "15: job[3].weight: expected an integer from 1 to 10000, found a text",
      ])
  }

  @Test func bothFilesAreReportedTogether() throws {
    let directory = try TemporaryDirectory()
    let system = try directory.write("ascii = 1", to: "a.toml")
    let user = try directory.write("mouse = 1", to: "b.toml")
    let error = #expect(throws: ConfigurationError.self) {
      try loadConfiguration(ConfigurationFiles(system: system, user: user), trust: .anyone)
    }
    #expect(error?.problems.map(\.file) == [system, user])
  }

  @Test(
    arguments: [
      ("intervall = 1", #"unknown key "intervall"; did you mean "interval"?"#),
      ("read-only = true", #"unknown key "read-only"; did you mean "read_only"?"#),
      ("colour = 8", #"unknown key "colour"; did you mean "color"?"#),
      (
        "font = 1",
        "unknown key; known here: interval, theme, color, ascii, read_only, mouse, gpu, "
          + "rules, job"
      ),
    ])
  func anUnknownKeyIsAWarningWithTheNearestKnownOne(text: String, problem: String) throws {
    #expect(try problems(in: text) == ["1: warning: " + problem])
    #expect(try settings(from: text) == Settings())
  }

  @Test func anUnknownKeyOfAJobIsFoundWhereItStands() throws {
    let text = """
      [[job]]
      match.user = "x"
      budget.memroy = 1
      [job.floor]
      core = 1
      [[job]]
      match = { usr = "x", unit = "y" }
      """
    #expect(
      try problems(in: text) == [
        #"3: warning: job[1].budget: unknown key "memroy"; did you mean "memory"?"#,
        #"5: warning: job[1].floor: unknown key "core"; did you mean "cores"?"#,
        #"7: warning: job[2].match: unknown key "usr"; did you mean "user"?"#,
      ])
  }
}
