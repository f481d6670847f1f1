/// A theme as its author wrote it, in true colour; every smaller depth is derived from it.
package struct ThemeDefinition: Sendable, Hashable {
  /// What the theme is meant to stand on.
  package enum Background: String, Sendable, Hashable, CaseIterable {
    case dark, light, any
  }

  /// How one role looks.
  package struct Entry: Sendable, Hashable {
    /// `.rgb`, or `.standard` for the terminal's own, which stays so at every depth.
    package var foreground: Color
    /// What the role stands on; nil for what ``Role/text`` stands on.
    package var background: Color?
    /// The entry of the 256-colour palette to take; nil for the nearest.
    package var indexed: UInt8?
    /// The colour to take of sixteen and eight; nil for the role's usual one.
    package var ansi: ColorANSI?
    /// Set at every depth.
    package var attributes: Attributes

    package init(
      foreground: Color = .standard, background: Color? = nil, indexed: UInt8? = nil,
      ansi: ColorANSI? = nil, attributes: Attributes = []
    ) {
      self.foreground = foreground
      self.background = background
      self.indexed = indexed
      self.ansi = ansi
      self.attributes = attributes
    }
  }

  package var name: String
  package var background: Background
  /// A role that is missing looks like the terminal's own text.
  package var roles: [Role: Entry]
  /// The colours of a load of 0, a half and 1; empty for a theme whose gauges have no colour.
  package var gradient: [Color]

  package init(
    name: String, background: Background, roles: [Role: Entry], gradient: [Color]
  ) {
    self.name = name
    self.background = background
    self.roles = roles
    self.gradient = gradient
  }

  /// The styles to draw with on a terminal of this many colours.
  ///
  /// 256 colours are derived by likeness. Sixteen and eight are taken from a table by role: what is
  /// nearest among colours that the user may have changed says nothing. Mono has attributes only.
  package func theme(at depth: ColorDepth) -> Theme {
    let styles = Role.allCases.map { ($0, style(of: $0, at: depth)) }
    return Theme(
      name: name, depth: depth, styles: Dictionary(uniqueKeysWithValues: styles),
      gradient: gradient(at: depth))
  }

  func style(of role: Role, at depth: ColorDepth) -> Style {
    let entry = roles[role] ?? Entry()
    let ground = entry.background ?? roles[.text]?.background ?? .standard
    var style = Style(attributes: entry.attributes)
    switch depth {
    case .trueColor:
      style.foreground = entry.foreground
      style.background = ground
    case .indexed:
      style.foreground = entry.indexed.map(Color.indexed) ?? entry.foreground.nearestIndexed
      style.background = ground.nearestIndexed
    case .sixteen, .eight:
      let usual = role.ansi(on: background)
      if entry.foreground != .standard || entry.ansi != nil {
        style.attributes.formUnion(usual.attributes)
        style.set(entry.ansi ?? usual.color, at: depth)
      } else {
        style.attributes.formUnion(role.monoAttributes)
      }
    case .mono:
      style.attributes.formUnion(role.monoAttributes)
    }
    return style
  }
}

extension Style {
  /// Takes one of the sixteen colours; of eight the bright ones are bold.
  fileprivate mutating func set(_ color: ColorANSI?, at depth: ColorDepth) {
    guard let color else { return }
    foreground = depth == .eight ? color.indexedOfEight : color.indexed
    if depth == .eight, color.isBright { attributes.insert(.bold) }
  }
}
