import Drawing
import Model

/// Reads the colours of roles: `"#5fceb3"`, `"default"` or a name from the palette.
struct ColorReader {
  static let expected = ##"a colour such as "#5fceb3", "default" or a name from [palette]"##

  let palette: [String: Color]

  func parse(_ node: TOMLNode) throws(Mismatch) -> ThemeSource.ColorReference? {
    guard let text = node.text else { return nil }
    if palette[text] != nil { return .name(text) }
    if let color = parseColor(text) { return .color(color) }
    throw Mismatch(expected: Self.expected, found: "a text that is none of them")
  }

  /// A stop of a gradient, which must be a colour to be mixed.
  func parseStop(_ node: TOMLNode) throws(Mismatch) -> ThemeSource.ColorReference? {
    let stop = try parse(node)
    let isStandard =
      switch stop {
      case .color(let color): color == .standard
      case .name(let name): palette[name] == .standard
      case nil: false
      }
    if isStandard {
      throw Mismatch(expected: Self.expected, found: "the terminal's own colour")
    }
    return stop
  }
}

let paletteColor = ##"a colour such as "#5fceb3" or "default""##

/// Reads a colour of a palette, which cannot be the name of another.
func parsePaletteColor(_ node: TOMLNode) throws(Mismatch) -> Color? {
  guard let text = node.text else { return nil }
  if let color = parseColor(text) { return color }
  throw Mismatch(expected: paletteColor, found: "a text that is neither")
}

private func parseColor(_ text: String) -> Color? {
  if text == "default" { return .standard }
  let digits = text.utf8.dropFirst().compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
  guard text.hasPrefix("#"), text.utf8.count == 7, digits.count == 6 else { return nil }
  let bytes = stride(from: 0, to: 6, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  return .rgb(bytes[0], bytes[1], bytes[2])
}
