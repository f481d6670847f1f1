import Drawing

/// A theme file as written: colours may still be names of a palette.
///
/// Names are looked up last, so that a theme that inherits can recolour what it inherits by giving
/// the palette's names other colours.
struct ThemeSource {
  enum ColorReference {
    case color(Color)
    case name(String)
  }

  struct Entry {
    var foreground = ColorReference.color(.standard)
    var background: ColorReference?
    var indexed: UInt8?
    var ansi: ColorANSI?
    var attributes: Attributes = []
  }

  var background: ThemeDefinition.Background?
  var palette: [String: Color] = [:]
  var roles: [Role: Entry] = [:]
  /// Three stops, or none for gauges without colour; nil where the file does not say.
  var gradient: [ColorReference]?

  /// This theme on top of `base`.
  func over(_ base: ThemeSource) -> ThemeSource {
    ThemeSource(
      background: background ?? base.background, palette: base.palette.merging(palette) { $1 },
      roles: base.roles.merging(roles) { $1 }, gradient: gradient ?? base.gradient)
  }

  func definition(name: String) -> ThemeDefinition {
    ThemeDefinition(
      name: name, background: background ?? .any, roles: roles.mapValues(resolve),
      gradient: (gradient ?? []).map(resolve))
  }

  private func resolve(_ entry: Entry) -> ThemeDefinition.Entry {
    ThemeDefinition.Entry(
      foreground: resolve(entry.foreground), background: entry.background.map(resolve),
      indexed: entry.indexed, ansi: entry.ansi, attributes: entry.attributes)
  }

  private func resolve(_ reference: ColorReference) -> Color {
    switch reference {
    case .color(let color): color
    case .name(let name): palette[name] ?? .standard
    }
  }
}
