import Configuration
import Drawing
import Testing

/// Themes that people write.
@Suite struct ThemeFileTests {
  private func theme(
    _ text: String, parent: String? = nil
  ) throws -> (theme: ThemeDefinition, warnings: [ConfigurationProblem]) {
    let directory = try TemporaryDirectory()
    try directory.write(text, to: "mine.toml")
    if let parent { try directory.write(parent, to: "parent.toml") }
    return try ThemeLibrary(directories: [directory.path], trust: .anyone).theme(named: "mine")
  }

  private func problems(_ text: String, parent: String? = nil) throws -> [String] {
    do {
      return try theme(text, parent: parent).warnings.map(Self.withoutPath)
    } catch let error as ConfigurationError {
      return error.problems.map(Self.withoutPath)
    }
  }

  private static func withoutPath(_ problem: ConfigurationProblem) -> String {
    String(problem.description.dropFirst(problem.file.utf8.count + 1))
  }

  /// A whole theme to begin with, so that only what a test adds can be wrong.
  private static let whole = "inherits = \"default\"\n"

  @Test func readsEveryFormOfARole() throws {
    let roles = try theme(
      Self.whole + """
        [palette]
        sky = "#72c5f9"
        [roles]
        ok = "sky"
        warn = "#F0a000"
        text = "default"
        bad = { true = "#ff0000", c256 = 160, c16 = "bright-red", attr = ["bold", "underline"] }
        selection = { on = "sky" }
        """
    ).theme.roles
    #expect(roles[.ok] == .init(foreground: .rgb(0x72, 0xC5, 0xF9)))
    #expect(roles[.warn] == .init(foreground: .rgb(0xF0, 0xA0, 0)))
    #expect(roles[.text] == .init(foreground: .standard))
    #expect(
      roles[.bad]
        == .init(
          foreground: .rgb(255, 0, 0), indexed: 160, ansi: .brightRed,
          attributes: [.bold, .underline]))
    #expect(
      roles[.selection] == .init(foreground: .standard, background: .rgb(0x72, 0xC5, 0xF9)))
  }

  @Test func readsTheGradient() throws {
    let gradient = try theme(
      Self.whole + "[palette]\na = \"#010203\"\n[gradient]\nload = [\"a\", \"#040506\", \"a\"]"
    ).theme.gradient
    #expect(gradient == [.rgb(1, 2, 3), .rgb(4, 5, 6), .rgb(1, 2, 3)])
    #expect(try theme(Self.whole + "[gradient]\nload = []").theme.gradient == [])
  }

  @Test func inheritsWhatItDoesNotSay() throws {
    let dark = try ThemeLibrary(directories: []).theme(named: "dark").theme
    let mine = try theme("inherits = \"dark\"\n[roles]\nok = \"#00ff00\"").theme
    #expect(mine.name == "mine")
    #expect(mine.background == .dark)
    #expect(mine.gradient == dark.gradient)
    #expect(mine.roles[.ok] == .init(foreground: .rgb(0, 255, 0)))
    for role in Role.allCases where role != .ok { #expect(mine.roles[role] == dark.roles[role]) }
  }

  @Test func recoloursWhatItInheritsThroughThePalette() throws {
    let mine = try theme("inherits = \"dark\"\n[palette]\nteal = \"#00ff00\"").theme
    #expect(mine.roles[.ok]?.foreground == .rgb(0, 255, 0))
  }

  @Test func mayUseThePaletteThatItInherits() throws {
    let mine = try theme("inherits = \"dark\"\n[roles]\nok = \"amber\"").theme
    #expect(mine.roles[.ok]?.foreground == mine.roles[.warn]?.foreground)
  }

  @Test func aThemeMayRefineTheOneOfItsOwnName() throws {
    let directory = try TemporaryDirectory()
    try directory.write("inherits = \"dark\"\n[roles]\nok = \"#00ff00\"", to: "dark.toml")
    let library = ThemeLibrary(directories: [directory.path], trust: .anyone)
    let theme = try library.theme(named: "dark").theme
    #expect(theme.roles[.ok]?.foreground == .rgb(0, 255, 0))
    #expect(theme.roles[.warn] != nil)
  }

  @Test func inheritsOneLevelOnly() throws {
    let found = try problems("inherits = \"parent\"", parent: "inherits = \"dark\"")
    #expect(
      found == [
        "1: inherits: the theme of this name inherits itself; expected one that does not"
      ])
  }

  @Test(
    arguments: [
      ("inherits = \"nothing\"", "1: inherits: there is no theme of this name"),
      ("inherits = \"../x\"", "1: inherits: there is no theme of this name"),
      ("inherits = 1", "1: inherits: expected the name of a theme, found an integer"),
    ])
  func aParentThatIsNotThereIsAProblem(text: String, problem: String) throws {
    #expect(try problems(text) == [problem])
  }

  @Test func aParentWithErrorsIsAProblem() throws {
    #expect(
      try problems("inherits = \"parent\"", parent: "[roles]\nok = 1") == [
        "1: inherits: the theme of this name has errors of its own"
      ])
    #expect(
      try problems("inherits = \"parent\"", parent: "[roles") == [
        "1: inherits: the theme of this name cannot be read"
      ])
  }

  private static let color = ##"a colour such as "#5fceb3", "default" or a name from [palette]"##

  @Test(
    arguments: [
      ("roles.wran = \"#000000\"", #"2: warning: roles: unknown key "wran"; did you mean "warn"?"#),
      ("roles.nonsense = 1", "2: warning: roles: unknown key; it has no effect"),
      ("rolls = 1", #"2: warning: unknown key "rolls"; did you mean "roles"?"#),
      (
        "roles.ok = \"blurple\"",
        "2: roles.ok: expected \(color), found a text that is none of them"
      ),
      (
        "roles.ok = \"#12345\"", "2: roles.ok: expected \(color), found a text that is none of them"
      ),
      (
        "roles.ok = \"#12345g\"",
        "2: roles.ok: expected \(color), found a text that is none of them"
      ),
      ("roles.ok = 1", "2: roles.ok: expected \(color), or a table, found an integer"),
      ("roles.ok.true = true", "2: roles.ok.true: expected \(color), found a boolean"),
      (
        "roles.ok.on = \"blurple\"",
        "2: roles.ok.on: expected \(color), found a text that is none of them"
      ),
      (
        "roles.ok.c256 = 3",
        "2: roles.ok.c256: expected a colour number from 16 to 255, found a number outside of that"
      ),
      (
        "roles.ok.c16 = \"pink\"",
        #"2: roles.ok.c16: expected one of the sixteen colours such as "red" or "bright-red", found another word"#
      ),
      (
        "roles.ok.attr = \"bold\"",
        #"2: roles.ok.attr: expected a list such as ["bold"], found a text"#
      ),
      (
        "roles.ok.attr = [\"bold\", \"blink\"]",
        #"2: roles.ok.attr[2]: expected "bold", "dim", "reverse" or "underline", found another word"#
      ),
      (
        "roles.ok.tru = \"#000000\"",
        #"2: warning: roles.ok: unknown key "tru"; did you mean "true"?"#
      ),
      (
        "palette.a = \"red\"",
        ##"2: palette: expected a colour such as "#5fceb3" or "default", found a text that is neither"##
      ),
      (
        "gradient.load = [\"#000000\"]",
        "2: gradient.load: expected a list of three colours, or an empty one, found a list of another length"
      ),
      (
        "gradient.load = [\"teal\", \"default\", \"red\"]",
        "2: gradient.load[2]: expected \(color), found the terminal's own colour"
      ),
      (
        "meta.background = \"blue\"",
        #"2: meta.background: expected "dark", "light" or "any", found another word"#
      ),
    ])
  func mistakesSayWhereAndWhatWasExpected(text: String, problem: String) throws {
    #expect(try problems(Self.whole + text) == [problem])
  }

  @Test func whatIsLeftOutLooksAsInTheDefaultThemeWithAWarning() throws {
    let roles = Role.allCases.filter { $0 != .gpu && $0 != .io }
      .map { "\($0.rawValue) = \"#808080\"\n" }.joined()
    let (theme, warnings) = try theme("[roles]\n" + roles)
    let standard = try ThemeLibrary(directories: []).theme(named: "default").theme
    #expect(theme.roles[.gpu] == standard.roles[.gpu])
    #expect(theme.gradient == standard.gradient)
    #expect(
      warnings.map(Self.withoutPath) == [
        "1: warning: roles: leaves out gpu, io; they look as in the theme default"
      ])
  }
}
