package import Drawing

extension ColorDepth {
  /// The most colours that the terminal says it can show.
  ///
  /// COLORTERM (`truecolor`, `24bit`) is how terminals announce 24 bits; otherwise it is the number
  /// of colours in the terminal's description.
  package static func offered() -> ColorDepth {
    if announcesTrueColor { return .trueColor }
    guard let type = environment("TERM"),
      let capabilities = try? TerminalCapabilities(type: type, mouse: false)
    else { return .mono }
    return ColorDepth(colors: capabilities.colors)
  }

  static var announcesTrueColor: Bool {
    guard let type = environment("TERM"), type != "dumb" else { return false }
    // GNU screen hands COLORTERM down but does not understand 24-bit colour; tmux, which may be
    // called `screen` too, does.
    if type.hasPrefix("screen"), environment("TMUX") == nil { return false }
    return ["truecolor", "24bit"].contains(environment("COLORTERM"))
      || type.hasSuffix("-direct")
  }

  init(colors: Int) {
    switch colors {
    case 256...: self = .indexed
    case 16...: self = .sixteen
    case 8...: self = .eight
    default: self = .mono
    }
  }
}
