@testable import Drawing
import Testing

@Suite struct ThemeGradientTests {
  private let theme = ThemeDefinition(
    name: "t", background: .any,
    roles: [
      .ok: .init(foreground: .rgb(0, 128, 0)), .warn: .init(foreground: .rgb(128, 128, 0)),
      .bad: .init(foreground: .rgb(128, 0, 0)),
    ], gradient: [.rgb(0, 160, 160), .rgb(200, 150, 0), .rgb(200, 40, 40)])

  @Test func goesThroughItsStops() {
    let theme = theme.theme(at: .trueColor)
    #expect(theme.load(0).foreground == .rgb(0, 160, 160))
    #expect(theme.load(1).foreground == .rgb(200, 40, 40))
    #expect(theme.load(2).foreground == .rgb(200, 40, 40))
  }

  @Test func hasEnoughStepsToLookSmooth() {
    let theme = theme.theme(at: .trueColor)
    let colors = Set((0...1000).map { theme.load(Double($0) / 1000).foreground })
    #expect(colors.count == 32)
  }

  /// Steps 0–15 lie between the first two stops, 16–31 between the last two.
  @Test(arguments: [0...15, 16...31])
  func equalStepsLookEqual(half: ClosedRange<Int>) throws {
    let theme = theme.theme(at: .trueColor)
    let colors = try half.map { try #require(oklab(theme.load(Double($0) / 31).foreground)) }
    let steps = zip(colors, colors.dropFirst()).map { $0.distance(to: $1) }
    let (least, most) = try (#require(steps.min()), #require(steps.max()))
    #expect(most < least * 1.5)
  }

  @Test func isNearItsMiddleStopInTheMiddle() throws {
    let middle = ColorOKLab(red: 200, green: 150, blue: 0)
    for step in [15.0, 16.0] {
      let color = try #require(oklab(theme.theme(at: .trueColor).load(step / 31).foreground))
      #expect(color.distance(to: middle) < 0.01)
    }
  }

  @Test func isDerivedIn256Colours() {
    let theme = theme.theme(at: .indexed)
    #expect(theme.load(0).foreground == Color.rgb(0, 160, 160).nearestIndexed)
    #expect(theme.load(1).foreground == Color.rgb(200, 40, 40).nearestIndexed)
  }

  @Test(arguments: [ColorDepth.eight, .sixteen])
  func isStatesWhereColoursAreFew(depth: ColorDepth) {
    let theme = theme.theme(at: depth)
    #expect(theme.load(0) == theme[.ok])
    #expect(theme.load(0.65) == theme[.ok])
    #expect(theme.load(0.8) == theme[.warn])
    #expect(theme.load(1) == theme[.bad])
  }

  @Test func isPlainInMono() {
    #expect(theme.theme(at: .mono).load(1) == Style())
  }

  @Test(arguments: ColorDepth.allCases)
  func aThemeMayHaveNone(depth: ColorDepth) {
    let plain = ThemeDefinition(name: "t", background: .any, roles: [:], gradient: [])
    #expect(plain.theme(at: depth).load(1) == plain.theme(at: depth)[.text])
  }

  private func oklab(_ color: Color) -> ColorOKLab? {
    guard case .rgb(let red, let green, let blue) = color else { return nil }
    return ColorOKLab(red: red, green: green, blue: blue)
  }
}
