import Configuration
import Drawing
import Testing

@Suite struct ThemeSearchTests {
  private static let mine = "inherits = \"default\"\n[roles]\nok = \"#00ff00\""

  private func isMine(_ theme: ThemeDefinition) -> Bool {
    theme.roles[.ok]?.foreground == .rgb(0, 255, 0)
  }

  @Test func aFileHidesTheThemeBuiltInAndAnEarlierDirectoryALaterOne() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Self.mine, to: "first/dark.toml")
    try directory.write("inherits = \"default\"", to: "second/dark.toml")
    let (first, second) = (directory.path + "/first", directory.path + "/second")
    let library = ThemeLibrary(directories: ["/nonexistent", first, second], trust: .anyone)
    #expect(isMine(try library.theme(named: "dark").theme))
    let reversed = ThemeLibrary(directories: [second, first], trust: .anyone)
    #expect(!isMine(try reversed.theme(named: "dark").theme))
  }

  @Test func aFileWithErrorsIsNotSilentlyPassedOver() throws {
    let directory = try TemporaryDirectory()
    try directory.write("[roles", to: "dark.toml")
    let library = ThemeLibrary(directories: [directory.path], trust: .anyone)
    #expect(throws: ConfigurationError.self) { try library.theme(named: "dark") }
  }

  @Test func theOptionTakesAPathToo() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Self.mine, to: "some where/my theme.toml")
    let library = ThemeLibrary(directories: [], trust: .anyone)
    let theme = try library.theme(option: path).theme
    #expect(isMine(theme))
    #expect(theme.name == "my theme")
    #expect(try library.theme(option: "dark").theme.name == "dark")
    let error = #expect(throws: ConfigurationError.self) { try library.theme(option: "/no/x.toml") }
    #expect(error?.description == "/no/x.toml: does not exist")
    let other = #expect(throws: ConfigurationError.self) {
      try library.theme(option: "/etc/passwd")
    }
    #expect(other?.description == "/etc/passwd: expected a name, or the path of a .toml file")
  }

  @Test(
    arguments: ["../dark", "a/dark", "/etc/passwd", "..", ".", "", ".hidden", "da rk", "d\u{0}ark"])
  func aNameDoesNotLeadOutOfTheDirectories(name: String) throws {
    let directory = try TemporaryDirectory()
    try directory.write(Self.mine, to: "dark.toml")
    try directory.write(Self.mine, to: "themes/a/dark.toml")
    if !name.contains("/"), !name.contains("\0") {
      try directory.write(Self.mine, to: "themes/\(name).toml")
    }
    let library = ThemeLibrary(directories: [directory.path + "/themes"], trust: .anyone)
    #expect(throws: ConfigurationError.self) { try library.theme(named: name) }
  }

  @Test func aPathIsNoName() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Self.mine, to: "dark.toml")
    let library = ThemeLibrary(directories: [], trust: .anyone)
    #expect(throws: ConfigurationError.self) { try library.theme(named: path) }
  }

  @Test func aNameThatIsNotThereIsToldWhatIs() {
    let library = ThemeLibrary(directories: ["/a", "/b"])
    let error = #expect(throws: ConfigurationError.self) { try library.theme(named: "nord") }
    #expect(
      error?.description
        == "theme: there is none of this name; built in are default, dark, light, high-contrast, "
        + "mono; looked in /a, /b")
  }

  @Test func theUsersDirectoryComesFirst() {
    #expect(
      ThemeLibrary.standard(environment: ["HOME": "/h"]).directories == [
        "/h/.config/loadline/themes", "/usr/local/share/loadline/themes",
        "/usr/share/loadline/themes",
      ])
  }

  @Test func aFileOfAnotherUserIsRefusedWhereOnlyOneIsTrusted() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Self.mine, to: "dark.toml")
    let library = ThemeLibrary(directories: [directory.path], trust: .only(user: 12_345))
    let error = #expect(throws: ConfigurationError.self) { try library.theme(named: "dark") }
    #expect(error?.description.contains("belongs to user") == true)
  }
}
