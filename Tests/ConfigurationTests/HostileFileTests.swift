@testable import Configuration
import Glibc
import Testing

/// Files that are not configurations, or are meant to do harm.
@Suite struct HostileFileTests {
  private func problems(at path: String, trust: FileTrust = .anyone) -> [String] {
    checkConfiguration(ConfigurationFiles(explicit: path), trust: trust).map(\.description)
  }

  /// Every line of it holds this word, and so must no message.
  private static let secret = "hunter2secret"

  @Test(
    arguments: [
      "root:$y$hunter2secret:19000:0:99999:7:::", "hunter2secret", "PASSWORD=hunter2secret",
      "\"hunter2secret\" = 1", "hunter2secret = 1\nhunter2secret = 2", "a = hunter2secret",
      "a = \"hunter2secret", "[hunter2secret", "[[hunter2secret]]\n[hunter2secret]",
      "theme = \"hunter2secret!\"", "color = \"hunter2secret\"", "interval = \"hunter2secret\"",
      "[[job]]\nname = \"hunter2secret/\"", "[[job]]\nmatch.command = \"(hunter2secret\"",
      "[[job]]\nmatch.hunter2secret = 1", "[[job]]\ntags.hunter2secret = 1",
      "[[job]]\ntags.\"hunter2secret!\" = \"\"", "[[job]]\nbudget.memory = \"hunter2secret\"",
      "[[job]]\nname = \"hunter2secret\"\n[[job]]\nname = \"hunter2secret\"",
      "a = \"\\hunter2secret\"", "a = 1979-hunter2secret",
      "a.hunter2secret.b = 1\na.hunter2secret = 2",
    ])
  func noMessageQuotesTheFile(text: String) throws {
    let found = try ConfigurationTests.problems(in: text)
    #expect(!found.isEmpty)
    #expect(!found.contains { $0.contains(Self.secret) || $0.contains("hunter2") }, "\(found)")
  }

  private static let key =
    "expected a key; other characters than a-z, 0-9, _ and - need quotes"
  private static let defined = "this key, or one that it is in, has a value already"
  private static let value = "expected a number, true or false; a text needs quotes"

  @Test(
    arguments: [
      ("theme = \"dark\n", 1, 14, "expected the quote that ends the text on this line"),
      ("theme = dark", 1, 9, value), ("interval = 5s", 1, 12, value),
      ("interval = 1979-05-27", 1, 12, value), ("interval = 05", 1, 12, value),
      ("interval =", 1, 11, "expected a value; a text needs quotes"),
      ("\n\ninterval 5", 3, 10, #"expected "=""#), ("größe = 1", 1, 3, #"expected "=""#),
      ("= 5", 1, 1, key), ("[.job]", 1, 2, key), ("job. = 1", 1, 6, key),
      ("[job", 1, 5, #"expected "]""#), ("[[job]", 1, 7, #"expected "]""#),
      ("a = 1 b = 2", 1, 7, "expected the end of the line"),
      ("a = 1\rb = 2", 1, 7, "expected the end of the line"),
      ("a = [1 2]", 1, 8, #"expected "," or "]""#),
      ("a = {b = 1 c = 2}", 1, 12, #"expected "," or "}""#),
      (#"a = "\d""#, 1, 7, "no such escape; in single quotes a backslash is itself"),
      (#"a = "\u12""#, 1, 10, "expected 4 hexadecimal digits"),
      (#"a = "\ud800""#, 1, 12, "this escape is no character"),
      ("a = \"\"\"\n", 2, 1, "expected the three quotes that end the text"),
      ("ascii = true\n\nascii = false", 3, 9, defined),
      ("a = 1\na.b = 2", 2, 1, defined),
      ("a = {}\n[a.b]", 2, 6, "an inline table takes no more keys"),
      ("a = 99999999999999999999", 1, 25, "this number is too large"),
      ("a = \"\u{7}\"", 1, 6, "a control character"),
      ("# a\rb", 1, 5, "a carriage return that ends no line"),
    ])
  func aSyntaxErrorNamesTheKindOfMistake(
    text: String, line: Int, column: Int, reason: String
  ) throws {
    #expect(
      try ConfigurationTests.problems(in: text) == [
        "\(line): column \(column): not valid TOML: \(reason)"
      ])
  }

  @Test func aNULByteIsRefused() throws {
    #expect(
      try ConfigurationTests.problems(in: Array("ascii = true\n\0".utf8)) == [
        "2: holds a NUL byte; expected a TOML file"
      ])
  }

  /// TOMLKit would cut the text there.
  @Test(arguments: [#"theme = "a\u0000b""#, #"theme = """a\U00000000b""""#, #""theme\u0000x" = 1"#])
  func anEscapedNULIsRefused(text: String) throws {
    let found = try ConfigurationTests.problems(in: text)
    #expect(found.count == 1)
    #expect(found.first?.hasSuffix(": a text holds a NUL character") == true, "\(found)")
  }

  @Test func invalidUTF8IsRefusedWithItsLine() throws {
    let bytes = Array("# one\n# two ".utf8) + [0xC3, 0x28] + Array("\n".utf8)
    #expect(
      try ConfigurationTests.problems(in: bytes) == ["2: is not valid UTF-8; expected a TOML file"])
  }

  /// A hundred thousand parts of a dotted key would overflow the stack in toml++ 3.4.0.
  @Test(
    arguments: [
      "[a" + String(repeating: ".a", count: 200_000) + "]",
      "a" + String(repeating: ".a", count: 200_000) + " = 1",
      "a = " + String(repeating: "[", count: 200_000),
      "a = " + String(repeating: "{a=", count: 200_000),
      "a = {" + String(repeating: "a.", count: 200_000) + "a = 1}",
      "a = " + String(repeating: "[{a=", count: 40),
    ])
  func deepNestingIsRefused(text: String) throws {
    let found = try ConfigurationTests.problems(in: text)
    #expect(found.count == 1)
    #expect(found.first?.hasSuffix(": keys are nested too deep") == true, "\(found)")
  }

  /// The parser would not survive every text: this holds it to what the scan lets through.
  @Test func noBrokenTextEndsTheProgram() {
    var random = SeededGenerator(state: 1)
    let pieces = [
      "[", "]", "[[", "]]", "{", "}", "=", ".", "\"", "'", "\"\"\"", "'''", "\\", "#", "\n", "\r",
      ",", " ", "a", "1", "0x", "_", "-", "e", "\\u00e9", "true", "é", "1979-05-27", "07:32:00",
      "\u{7}", "\u{FEFF}",
    ]
    for _ in 0..<5_000 {
      var text = Array(KeyLinesTests.documents.randomElement(using: &random) ?? "")
      for _ in 0..<3 {
        let place = Int.random(in: 0...text.count, using: &random)
        let end = min(text.count, place + Int.random(in: 0...4, using: &random))
        text.replaceSubrange(place..<end, with: pieces.randomElement(using: &random) ?? "")
      }
      let problems = ProblemList(file: "")
      let root = parseDocument(Array(String(text).utf8), problems: problems)
      #expect((root == nil) == problems.hasErrors)
    }
  }

  @Test func aHugeFileIsRefused() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write([UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 20 + 1))
    #expect(problems(at: file) == ["\(file): is larger than 1 MiB"])
    try directory.write([UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 20))
    #expect(problems(at: file) == [])
  }

  @Test func anEndlessDeviceIsRefused() {
    #expect(
      problems(at: "/dev/zero") == ["/dev/zero: is not a regular file; expected a TOML file"])
  }

  /// It claims a size of 0 and has more.
  @Test func aFileOfTheKernelIsReadAsWhatItHolds() {
    let found = problems(at: "/proc/self/status")
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("/proc/self/status:1: column ") == true)
  }

  @Test func aDirectoryIsRefused() throws {
    let directory = try TemporaryDirectory()
    #expect(
      problems(at: directory.path) == [
        "\(directory.path): is a directory; expected a TOML file"
      ])
  }

  @Test(.timeLimit(.minutes(1))) func aPipeDoesNotHang() throws {
    let directory = try TemporaryDirectory()
    let pipe = directory.path + "/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(problems(at: pipe) == ["\(pipe): is not a regular file; expected a TOML file"])
  }

  @Test func anUnreadableFileIsAnError() throws {
    let directory = try TemporaryDirectory()
    let link = directory.path + "/loop.toml"
    try #require(symlink(link, link) == 0)
    let files = ConfigurationFiles(user: link)
    #expect(
      checkConfiguration(files, trust: .anyone).map(\.description) == [
        "\(link): cannot be opened: Too many levels of symbolic links"
      ])
  }

  @Test func aFileOfAnotherUserIsRefusedWhereOnlyOneIsTrusted() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("mouse = true")
    let me = geteuid()
    #expect(problems(at: file, trust: .only(user: me)) == [])
    #expect(
      problems(at: file, trust: .only(user: me + 1)) == [
        "\(file): belongs to user \(me), not to user \(me + 1) as whom loadline runs; "
          + "make it theirs with chown, or run loadline as the owner"
      ])
  }

  @Test func aFileThatOthersMayWriteIsRefusedWhereOnlyOneIsTrusted() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("mouse = true")
    try #require(chmod(file, 0o646) == 0)
    #expect(
      problems(at: file, trust: .only(user: geteuid())) == [
        "\(file): can be written by other users; take that away with chmod go-w"
      ])
    #expect(problems(at: file, trust: .anyone) == [])
  }

  @Test func aPathWithEscapesIsShownWithoutThem() {
    let found = problems(at: "/nonexistent/\u{1B}[2J")
    #expect(found == ["/nonexistent/·[2J: does not exist"])
  }
}
