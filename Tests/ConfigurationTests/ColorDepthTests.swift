import Configuration
import Drawing
import Testing

@Suite struct ColorDepthTests {
  @Test(
    arguments: [
      (["TERM": "xterm-256color", "COLORTERM": "truecolor"], .trueColor),
      (["TERM": "xterm", "COLORTERM": "24bit"], .trueColor),
      (["TERM": "xterm-direct"], .trueColor), (["TERM": "tmux-256color"], .indexed),
      (["TERM": "screen-256color-bce"], .indexed), (["TERM": "xterm"], .sixteen),
      (["TERM": "linux"], .eight), (["TERM": "dumb", "COLORTERM": "truecolor"], .mono),
      (["TERM": ""], .mono), ([:], .mono), (["TERM": "xterm", "COLORTERM": "yes"], .sixteen),
    ] as [([String: String], ColorDepth)])
  func theTerminalSaysHowManyColoursItHas(environment: [String: String], depth: ColorDepth) {
    #expect(colorDepth(option: nil, configured: .auto, environment: environment) == depth)
  }

  private static let terminal = ["TERM": "xterm-256color"]
  private static let without = terminal.merging(["NO_COLOR": "1"]) { $1 }

  @Test func theOptionComesBeforeEverything() {
    #expect(
      colorDepth(option: .sixteen, configured: .trueColor, environment: Self.without) == .sixteen)
  }

  @Test func thenTheVariableAgainstColourIfItIsNotEmpty() {
    #expect(colorDepth(option: nil, configured: .trueColor, environment: Self.without) == .mono)
    let empty = Self.terminal.merging(["NO_COLOR": ""]) { $1 }
    #expect(colorDepth(option: nil, configured: .trueColor, environment: empty) == .trueColor)
  }

  @Test func thenTheConfigurationThenTheTerminal() {
    #expect(colorDepth(option: nil, configured: .never, environment: Self.terminal) == .mono)
    #expect(colorDepth(option: nil, configured: .auto, environment: Self.terminal) == .indexed)
  }

  @Test func theOptionAutoSetsTheConfigurationAside() {
    #expect(colorDepth(option: .auto, configured: .eight, environment: Self.terminal) == .indexed)
  }

  @Test func everyWordOfColorHasADepthButAuto() {
    #expect(
      ColorChoice.allCases.map(\.depth) == [nil, .mono, .eight, .sixteen, .indexed, .trueColor])
  }
}
