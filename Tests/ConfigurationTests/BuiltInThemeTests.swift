import Configuration
import Drawing
import Glibc
import Testing

/// What every theme that ships must keep.
@Suite struct BuiltInThemeTests {
  private static let names = ["default", "dark", "light", "high-contrast", "mono"]
  private static let coloured = ["default", "dark", "light", "high-contrast"]
  private static let depths = [ColorDepth.trueColor, .indexed]

  private func theme(_ name: String, _ depth: ColorDepth) throws -> Theme {
    try ThemeLibrary(directories: []).theme(named: name).theme.theme(at: depth)
  }

  /// What a style stands on: its own ground, or black and white where it has none.
  private func grounds(_ style: Style) -> [Light] {
    Light(style.background).map { [$0] } ?? [.black, .white]
  }

  private func texts(besides: [Role]) -> [Role] { Role.allCases.filter { !besides.contains($0) } }

  /// Nothing is known of the terminal's ground where a theme sets none: less can be kept there.
  private func leastContrast(_ name: String) -> Double {
    switch name {
    case "default": 3
    case "high-contrast": 7
    default: 4.5
    }
  }

  @Test func everyFileOfThemesIsBuiltIn() throws {
    let files = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let directory = try #require(opendir("/\(files)/themes"))
    defer { closedir(directory) }
    var names: Set<String> = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".toml") { names.insert(String(name.dropLast(5))) }
    }
    #expect(names == Set(ThemeLibrary.builtInNames))
    #expect(names == Set(Self.names))
  }

  @Test(arguments: names)
  func isReadWithoutAWarningAndSaysHowEveryRoleLooks(name: String) throws {
    let (theme, warnings) = try ThemeLibrary(directories: []).theme(named: name)
    #expect(theme.name == name)
    #expect(warnings.isEmpty)
    for role in Role.allCases { #expect(theme.roles[role] != nil, "\(role)") }
  }

  @Test(arguments: names, ColorDepth.allCases)
  func usesNoMoreColoursThanTheTerminalHas(name: String, depth: ColorDepth) throws {
    let theme = try theme(name, depth)
    let styles = Role.allCases.map { theme[$0] } + (0...100).map { theme.load(Double($0) / 100) }
    for color in styles.flatMap({ [$0.foreground, $0.background] }) {
      switch color {
      case .standard: continue
      case .rgb: #expect(depth == .trueColor)
      case .indexed(let index):
        switch depth {
        case .eight: #expect(index < 8)
        case .sixteen: #expect(index < 16)
        case .indexed: #expect(index >= 16)
        case .trueColor, .mono: Issue.record("\(color) at \(depth)")
        }
      }
    }
  }

  @Test(arguments: coloured, depths)
  func textCanBeRead(name: String, depth: ColorDepth) throws {
    let theme = try theme(name, depth)
    for role in texts(besides: [.border]) {
      guard let text = Light(theme[role].foreground) else { continue }
      for ground in grounds(theme[role]) {
        let contrast = text.contrast(to: ground)
        #expect(contrast >= leastContrast(name), "\(role): \(contrast)")
      }
    }
  }

  @Test(arguments: ["dark", "light", "high-contrast"], depths)
  func textCanBeReadOnTheSelectedRow(name: String, depth: ColorDepth) throws {
    let theme = try theme(name, depth)
    let ground = try #require(Light(theme[.selection].background))
    for role in texts(besides: [.border, .draft]) {
      let text = try #require(Light(theme[role].foreground))
      let contrast = text.contrast(to: ground)
      #expect(contrast >= (role == .text || role == .selection ? 4.5 : 3), "\(role): \(contrast)")
    }
  }

  /// WCAG 2.1, 1.4.11: what a picture is understood by.
  @Test(arguments: coloured, depths)
  func gaugesStandOut(name: String, depth: ColorDepth) throws {
    let theme = try theme(name, depth)
    for step in 0...100 {
      let style = theme.load(Double(step) / 100)
      let color = try #require(Light(style.foreground))
      for ground in grounds(style) {
        let contrast = color.contrast(to: ground)
        #expect(contrast >= 3, "load \(step) %: \(contrast)")
      }
    }
  }

  @Test(arguments: coloured, Vision.all)
  func statesStayApartWhateverConesAreMissing(name: String, vision: Vision) throws {
    for depth in Self.depths {
      let theme = try theme(name, depth)
      let states = try [Role.ok, .warn, .bad].map {
        try #require(Light(theme[$0].foreground)).seen(with: vision)
      }
      for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        let distance = states[a].distance(to: states[b])
        // The 256 colours leave less to choose from between black and white.
        #expect(
          distance >= (depth == .trueColor ? 0.1 : 0.08), "\(depth), \(a) and \(b): \(distance)")
      }
    }
  }

  @Test(arguments: coloured, depths)
  func jobsDifferFromEachOther(name: String, depth: ColorDepth) throws {
    let theme = try theme(name, depth)
    let jobs = texts(besides: []).filter { $0.rawValue.hasPrefix("job-") }
    for (index, a) in jobs.enumerated() {
      for b in jobs[(index + 1)...] {
        let (x, y) = try (
          #require(Light(theme[a].foreground)), #require(Light(theme[b].foreground))
        )
        let distance = x.distance(to: y)
        #expect(distance >= 0.04, "\(a) and \(b): \(distance)")
      }
    }
  }

  @Test func defaultSetsNoBackground() throws {
    for depth in ColorDepth.allCases {
      let theme = try theme("default", depth)
      for role in Role.allCases { #expect(theme[role].background == .standard) }
      #expect(theme.load(0.5).background == .standard)
    }
  }

  @Test(arguments: ColorDepth.allCases)
  func monoIsTheSameAtEveryDepth(depth: ColorDepth) throws {
    let (here, mono) = try (theme("mono", depth), theme("mono", .mono))
    for role in Role.allCases { #expect(here[role] == mono[role], "\(role)") }
    #expect(here.load(1) == Style())
  }
}
