import Configuration
import Model
import Testing

@Suite struct SettingsTests {
  @Test func anEmptyFileMeansTheDefaults() throws {
    let defaults = try settings(from: "")
    #expect(defaults == Settings())
    #expect(defaults.interval == 1)
    #expect(defaults.theme == "default")
    #expect(defaults.color == .auto)
    #expect(defaults.ascii == nil)
    #expect(!defaults.readOnly)
    #expect(defaults.mouse)
    #expect(defaults.jobs.isEmpty)
  }

  @Test func readsEverySetting() throws {
    let settings = try settings(
      from: """
        interval = 2.5
        theme = "dark"
        color = "256"
        ascii = false
        read_only = true
        mouse = false
        """)
    #expect(settings.interval == 2.5)
    #expect(settings.theme == "dark")
    #expect(settings.color == .indexed)
    #expect(settings.ascii == false)
    #expect(settings.readOnly)
    #expect(!settings.mouse)
  }

  @Test(
    arguments: [
      ("2", 2), ("0.2", 0.2), ("60", 60), (#""500ms""#, 0.5), (#""1m""#, 60), (#""2s""#, 2),
    ])
  func readsAnInterval(text: String, seconds: Double) throws {
    #expect(try settings(from: "interval = \(text)").interval == seconds)
  }

  @Test func takesADepthWithoutQuotesToo() throws {
    #expect(try settings(from: "color = 16").color == .sixteen)
  }

  @Test func theUserOverridesSettingsAndGoesFirstWithJobs() throws {
    let directory = try TemporaryDirectory()
    let files = ConfigurationFiles(
      system: try directory.write(
        """
        interval = 5
        theme = "light"
        [[job]]
        name = "theirs"
        match.user = "x"
        """, to: "system.toml"),
      user: try directory.write(
        """
        theme = "dark"
        [[job]]
        name = "mine"
        match.user = "x"
        """, to: "user.toml"))
    let (settings, warnings) = try loadConfiguration(files, trust: .anyone)
    #expect(settings.interval == 5)
    #expect(settings.theme == "dark")
    #expect(settings.jobs.map(\.name) == [SafeText("mine"), SafeText("theirs")])
    #expect(warnings.isEmpty)
  }

  @Test func aFileThatDoesNotExistIsFineUnlessAskedFor() throws {
    let missing = "/nonexistent/loadline/config.toml"
    let files = ConfigurationFiles(system: missing, user: missing)
    #expect(try loadConfiguration(files).settings == Settings())
    let error = #expect(throws: ConfigurationError.self) {
      try loadConfiguration(ConfigurationFiles(explicit: missing))
    }
    #expect(error?.description == "\(missing): does not exist")
  }

  @Test func theFileAskedForIsReadInsteadOfTheOthers() throws {
    let directory = try TemporaryDirectory()
    let files = ConfigurationFiles(
      system: try directory.write("interval = 5", to: "system.toml"),
      explicit: try directory.write("theme = \"dark\"", to: "asked.toml"))
    let settings = try loadConfiguration(files, trust: .anyone).settings
    #expect(settings.interval == 1)
    #expect(settings.theme == "dark")
  }

  @Test(
    arguments: [
      (["XDG_CONFIG_HOME": "/x", "HOME": "/h"], "/x/loadline/config.toml"),
      (["HOME": "/h"], "/h/.config/loadline/config.toml"),
      (["XDG_CONFIG_HOME": "x", "HOME": "/h"], "/h/.config/loadline/config.toml"),
      (["XDG_CONFIG_HOME": ""], nil),
    ])
  func theUsersFileIsWhereTheBaseDirectorySpecificationSays(
    environment: [String: String], path: String?
  ) {
    #expect(ConfigurationFiles.standard(environment: environment).user == path)
  }

  @Test func theExampleIsValidAndShowsEveryKey() throws {
    #expect(try problems(in: exampleConfiguration) == [])
    let settings = try settings(from: exampleConfiguration)
    #expect(settings.jobs.count == 3)
    let first = try #require(settings.jobs.first)
    #expect(first.name == SafeText("llama-ft"))
    #expect(first.match == JobMatch(user: "alice", command: #"finetune\.py\b"#))
    for key in [
      "interval", "theme", "color", "ascii", "read_only", "mouse", "name", "match", "cgroup",
      "unit", "user", "command", "tags", "class", "weight", "protected", "budget", "floor",
      "cores", "memory", "io_read", "io_write", "gpus", "money", "time",
    ] {
      #expect(
        exampleConfiguration.contains("\(key) = ") || exampleConfiguration.contains(".\(key)]"))
    }
  }
}
