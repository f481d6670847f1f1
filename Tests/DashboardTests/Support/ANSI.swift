import Drawing

extension Canvas {
  /// The canvas as text with escape sequences, to look at it.
  var ansi: String {
    var text = ""
    for y in 0..<size.rows {
      var last: Style?
      for x in 0..<size.columns where self[x, y].scalar != "\0" {
        let cell = self[x, y]
        if cell.style != last {
          text += cell.style.escape
          last = cell.style
        }
        text.unicodeScalars.append(cell.scalar)
      }
      text += "\u{1B}[0m\n"
    }
    return text
  }
}

extension Style {
  fileprivate var escape: String {
    var codes = ["0"]
    if attributes.contains(.bold) { codes.append("1") }
    if attributes.contains(.dim) { codes.append("2") }
    if attributes.contains(.underline) { codes.append("4") }
    if attributes.contains(.reverse) { codes.append("7") }
    codes.append(contentsOf: color(foreground, 30))
    codes.append(contentsOf: color(background, 40))
    return "\u{1B}[" + codes.joined(separator: ";") + "m"
  }

  private func color(_ color: Color, _ base: Int) -> [String] {
    switch color {
    case .standard: []
    case .indexed(let index): ["\(base + 8)", "5", "\(index)"]
    case .rgb(let r, let g, let b): ["\(base + 8)", "2", "\(r)", "\(g)", "\(b)"]
    }
  }
}
