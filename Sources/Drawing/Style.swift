/// A colour as a terminal can be told it.
package enum Color: Sendable, Hashable {
  /// The terminal's own foreground or background.
  case standard
  /// An entry of the terminal's palette: 0–15 are the user's own, 16–255 the fixed cube and greys.
  case indexed(UInt8)
  case rgb(UInt8, UInt8, UInt8)
}

/// Attributes that a terminal without colour has too.
package struct Attributes: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let bold = Attributes(rawValue: 1)
  package static let dim = Attributes(rawValue: 2)
  package static let reverse = Attributes(rawValue: 4)
  package static let underline = Attributes(rawValue: 8)
}

/// How a cell looks.
package struct Style: Sendable, Hashable {
  package var foreground: Color
  package var background: Color
  package var attributes: Attributes

  package init(
    foreground: Color = .standard, background: Color = .standard, attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// This style with the background of another, for text on a selected row.
  package func on(_ other: Style) -> Style {
    var style = self
    if other.background != .standard { style.background = other.background }
    style.attributes.formUnion(other.attributes)
    return style
  }

  /// A quieter version: nearer to the background where both colours are known, else dim.
  package var quiet: Style {
    var style = self
    if case .rgb(let r, let g, let b) = foreground, case .rgb(let r0, let g0, let b0) = background {
      func mix(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8((Int(a) * 9 + Int(b) * 11) / 20) }
      style.foreground = .rgb(mix(r, r0), mix(g, g0), mix(b, b0))
    } else {
      style.attributes.insert(.dim)
    }
    return style
  }
}
