@testable import Drawing
import Testing

@Suite struct ThemeDefinitionTests {
  private func style(
    _ role: Role, _ entry: ThemeDefinition.Entry, at depth: ColorDepth,
    on background: ThemeDefinition.Background = .any
  ) -> Style {
    ThemeDefinition(name: "t", background: background, roles: [role: entry], gradient: [])
      .theme(at: depth)[role]
  }

  @Test func trueColourIsTakenAsItIs() {
    let entry = ThemeDefinition.Entry(foreground: .rgb(1, 2, 3), attributes: .bold)
    #expect(
      style(.ok, entry, at: .trueColor) == Style(foreground: .rgb(1, 2, 3), attributes: .bold))
  }

  @Test func aRoleStandsOnWhatTextStandsOnUnlessItSaysOtherwise() {
    let theme = ThemeDefinition(
      name: "t", background: .dark,
      roles: [
        .text: .init(foreground: .rgb(255, 255, 255), background: .rgb(0, 0, 0)),
        .ok: .init(foreground: .rgb(0, 255, 0)),
        .selection: .init(background: .rgb(0, 0, 95)),
      ], gradient: [.rgb(0, 255, 0), .rgb(255, 255, 0), .rgb(255, 0, 0)])
    #expect(theme.theme(at: .trueColor)[.ok].background == .rgb(0, 0, 0))
    #expect(theme.theme(at: .trueColor)[.selection].background == .rgb(0, 0, 95))
    #expect(theme.theme(at: .trueColor).load(0.5).background == .rgb(0, 0, 0))
    #expect(theme.theme(at: .indexed)[.ok].background == .indexed(16))
    #expect(theme.theme(at: .indexed)[.selection].background == .indexed(17))
    #expect(theme.theme(at: .sixteen)[.ok].background == .standard)
  }

  @Test func indexedIsTheNearestUnlessTheThemeNamesOne() {
    #expect(
      style(.ok, .init(foreground: .rgb(95, 215, 175)), at: .indexed).foreground == .indexed(79))
    #expect(
      style(.ok, .init(foreground: .rgb(95, 215, 175), indexed: 34), at: .indexed).foreground
        == .indexed(34))
  }

  @Test func sixteenIsFromTheTableWhateverTheColour() {
    let purple = ThemeDefinition.Entry(foreground: .rgb(200, 0, 200))
    #expect(style(.ok, purple, at: .sixteen).foreground == .indexed(2))
    #expect(style(.bad, purple, at: .sixteen).foreground == .indexed(1))
    #expect(style(.bad, purple, at: .sixteen, on: .dark).foreground == .indexed(9))
  }

  @Test func aThemeMayNameItsOwnColourOfSixteen() {
    let entry = ThemeDefinition.Entry(foreground: .rgb(0, 0, 0), ansi: .brightBlue)
    #expect(style(.ok, entry, at: .sixteen).foreground == .indexed(12))
  }

  @Test func eightShowsABrightColourInBold() {
    let bright = style(.ok, .init(foreground: .rgb(0, 0, 0), ansi: .brightBlue), at: .eight)
    #expect(bright.foreground == .indexed(4))
    #expect(bright.attributes.contains(.bold))
    let plain = style(.ok, .init(foreground: .rgb(0, 0, 0), ansi: .blue), at: .eight)
    #expect(plain == Style(foreground: .indexed(4)))
  }

  @Test(arguments: ColorDepth.allCases)
  func theTerminalsOwnColourStaysSoAtEveryDepth(depth: ColorDepth) {
    for role in Role.allCases {
      let style = style(role, .init(foreground: .standard), at: depth)
      #expect(style.foreground == .standard)
      #expect(style.background == .standard)
    }
  }

  @Test(arguments: ColorDepth.allCases)
  func attributesAreSetAtEveryDepth(depth: ColorDepth) {
    let style = style(.ok, .init(foreground: .rgb(0, 255, 0), attributes: .underline), at: depth)
    #expect(style.attributes.contains(.underline))
  }

  @Test func monoHasNoColour() {
    for role in Role.allCases {
      let style = style(
        role, .init(foreground: .rgb(9, 9, 9), background: .rgb(1, 1, 1)), at: .mono)
      #expect(style.foreground == .standard)
      #expect(style.background == .standard)
    }
  }

  @Test(arguments: [ColorDepth.sixteen, .eight, .mono])
  func statesDifferWithoutTrueColour(depth: ColorDepth) {
    let green = ThemeDefinition.Entry(foreground: .rgb(0, 255, 0))
    let roles = Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, green) })
    let theme = ThemeDefinition(name: "t", background: .any, roles: roles, gradient: [])
      .theme(at: depth)
    let states = [Role.ok, .warn, .bad, .draft].map { theme[$0] }
    #expect(Set(states).count == states.count)
    #expect(theme[.selection] != theme[.text])
    #expect(theme[.accent] != theme[.text])
  }

  @Test(arguments: [ThemeDefinition.Background.dark, .light, .any])
  func twelveJobsDifferInSixteenColours(background: ThemeDefinition.Background) {
    let jobs = Role.allCases.filter { $0.rawValue.hasPrefix("job-") }
    let styles = jobs.map {
      style($0, .init(foreground: .rgb(9, 9, 9)), at: .sixteen, on: background)
    }
    #expect(styles.count == 12)
    #expect(Set(styles).count == 12)
  }

  @Test(arguments: [ColorDepth.eight, .sixteen])
  func noTextIsInAColourThatMayBeTheBackground(depth: ColorDepth) {
    let unsafe: Set<Color> = [.indexed(0), .indexed(7), .indexed(8), .indexed(15)]
    for background in ThemeDefinition.Background.allCases {
      for role in Role.allCases {
        let style = style(role, .init(foreground: .rgb(9, 9, 9)), at: depth, on: background)
        #expect(!unsafe.contains(style.foreground))
      }
    }
  }
}
