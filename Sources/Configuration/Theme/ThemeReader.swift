import Drawing
import Model

/// Reads a theme file, whose colours may be named in its own palette or in that of `parent`.
func readTheme(_ root: TableReader, parent: ThemeSource) -> ThemeSource {
  root.warnOfKeys(besides: ["meta", "inherits", "palette", "roles", "gradient"])
  var theme = ThemeSource()
  if let meta = root.table("meta") {
    meta.warnOfKeys(besides: ["name", "author", "license", "background"])
    for key in ["name", "author", "license"] { _ = meta.string(key) }
    theme.background = readBackground(meta)
  }
  if let palette = root.table("palette") {
    for name in palette.keys {
      theme.palette[name] = palette.entry(name, expected: paletteColor, parsePaletteColor)
    }
  }
  let colors = ColorReader(palette: parent.palette.merging(theme.palette) { $1 })
  if let roles = root.table("roles") {
    roles.warnOfKeys(besides: Role.allCases.map(\.rawValue))
    for role in Role.allCases { theme.roles[role] = readEntry(roles, role.rawValue, colors) }
  }
  if let gradient = root.table("gradient") {
    gradient.warnOfKeys(besides: ["load"])
    theme.gradient = readGradient(gradient, colors)
  }
  return theme
}

private func readBackground(_ meta: TableReader) -> ThemeDefinition.Background? {
  let expected = #""dark", "light" or "any""#
  return meta.value("background", expected: expected) { (node) throws(Mismatch) in
    guard let word = node.text else { return nil }
    guard let background = ThemeDefinition.Background(rawValue: word) else {
      throw Mismatch(expected: expected, found: "another word")
    }
    return background
  }
}

private func readEntry(
  _ roles: TableReader, _ role: String, _ colors: ColorReader
) -> ThemeSource.Entry? {
  guard roles.has(role) else { return nil }
  guard let table = roles.tableIfAny(role) else {
    return roles.value(role, expected: "\(ColorReader.expected), or a table", colors.parse)
      .map { ThemeSource.Entry(foreground: $0) }
  }
  table.warnOfKeys(besides: ["true", "c256", "c16", "attr", "on"])
  var entry = ThemeSource.Entry()
  if let color = table.value("true", expected: ColorReader.expected, colors.parse) {
    entry.foreground = color
  }
  entry.background = table.value("on", expected: ColorReader.expected, colors.parse)
  entry.indexed = readIndexed(table)
  entry.ansi = readANSI(table)
  entry.attributes = readAttributes(table)
  return entry
}

private func readIndexed(_ table: TableReader) -> UInt8? {
  let expected = "a colour number from 16 to 255"
  return table.value("c256", expected: expected) { (node) throws(Mismatch) in
    guard let number = node.integer else { return nil }
    guard (16...255).contains(number) else {
      throw Mismatch(expected: expected, found: "a number outside of that")
    }
    return UInt8(number)
  }
}

private func readANSI(_ table: TableReader) -> ColorANSI? {
  let expected = #"one of the sixteen colours such as "red" or "bright-red""#
  return table.value("c16", expected: expected) { (node) throws(Mismatch) in
    guard let word = node.text else { return nil }
    guard let color = ColorANSI(rawValue: word) else {
      throw Mismatch(expected: expected, found: "another word")
    }
    return color
  }
}

private func readAttributes(_ table: TableReader) -> Attributes {
  let words: [String: Attributes] = [
    "bold": .bold, "dim": .dim, "reverse": .reverse, "underline": .underline,
  ]
  let each = #""bold", "dim", "reverse" or "underline""#
  let attributes = table.elements("attr", expected: "a list such as [\"bold\"]", each: each) {
    (node) throws(Mismatch) -> Attributes? in
    guard let word = node.text else { return nil }
    guard let attribute = words[word] else { throw Mismatch(expected: each, found: "another word") }
    return attribute
  }
  return attributes.reduce(into: []) { $0.formUnion($1.value) }
}

private func readGradient(
  _ table: TableReader, _ colors: ColorReader
) -> [ThemeSource.ColorReference]? {
  let expected = "a list of three colours, or an empty one"
  let isFit = table.value("load", expected: expected) { (node) throws(Mismatch) -> Bool? in
    guard let count = node.array?.count else { return nil }
    if count != 3, count != 0 {
      throw Mismatch(expected: expected, found: "a list of another length")
    }
    return true
  }
  guard isFit == true else { return nil }
  return table.elements("load", expected: expected, each: ColorReader.expected, colors.parseStop)
    .map(\.value)
}
