import Configuration
import Doctor
import Drawing
import Glibc

/// What is known of the terminal that the command was started on.
nonisolated enum TerminalFacts {
  static var current: Facts.Terminal {
    let environment = processEnvironment()
    var facts = Facts.Terminal()
    facts.isTerminal = isatty(STDOUT_FILENO) != 0
    facts.type = environment["TERM"] ?? "unset"
    let depth = colorDepth(option: nil, configured: .auto, environment: environment)
    facts.colors = name(depth)
    facts.isTrueColor = depth == .trueColor
    facts.isUTF8 = !glyphs(asciiOption: false, configured: nil, environment: environment).isASCII
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 {
      facts.columns = Int(size.ws_col)
      facts.rows = Int(size.ws_row)
    }
    return facts
  }

  private static func name(_ depth: ColorDepth) -> String {
    switch depth {
    case .mono: "no colour"
    case .eight: "8 colours"
    case .sixteen: "16 colours"
    case .indexed: "256 colours"
    case .trueColor: "true colour"
    }
  }
}
