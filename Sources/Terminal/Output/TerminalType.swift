import Drawing

/// Which description the terminal is driven by, and with how many colours.
struct TerminalType {
  /// The name of the description: TERM, or ``DirectColor/name``.
  let name: String
  let capabilities: TerminalCapabilities
  let depth: ColorDepth

  /// Whether the description is the one carried inside the program.
  var isDirect: Bool { name == DirectColor.name }

  /// Decides for the terminal named by TERM.
  ///
  /// The carried description serves 24-bit colour, and 256 colours that were asked for on a terminal
  /// whose own description has fewer. It needs none to be installed for the terminal.
  ///
  /// - Throws: when the terminal is unknown or cannot be drawn on.
  init(depth: ColorDepth?, mouse: Bool) throws(TerminalError) {
    guard let type = environment("TERM") else { throw .noType }
    if type == "dumb" { throw .cannotDraw(type) }
    let wanted = depth ?? (ColorDepth.announcesTrueColor ? .trueColor : nil)
    if wanted != .trueColor {
      let own = try TerminalCapabilities(type: type, mouse: mouse)
      if wanted != .indexed || own.colors >= 256 {
        name = type
        capabilities = own
        self.depth = wanted ?? ColorDepth(colors: own.colors)
        return
      }
    }
    name = DirectColor.name
    let carried = DirectColor.available {
      Result { () throws(TerminalError) in
        try TerminalCapabilities(type: DirectColor.name, mouse: mouse)
      }
    }
    capabilities = try carried.get()
    self.depth = wanted ?? .trueColor
  }
}
