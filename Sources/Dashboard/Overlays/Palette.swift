import Drawing

extension Search {
  /// The commands whose name holds every typed word, in the table's order.
  func commands(over scope: Command.Scopes) -> [Command] {
    let words = text.lowercased().split(separator: " ")
    return KeyTable.palette(over: scope).filter { command in
      let name = command.name.lowercased()
      return words.allSatisfy { name.contains($0) }
    }
  }
}

extension Frame {
  /// Every command by its name, with its key beside it.
  mutating func drawPalette(_ search: Search, _ context: Context) {
    let look = context.look
    let commands = search.commands(over: context.state.scopeBelow)
    let longest = KeyTable.palette(over: context.state.scopeBelow).map(\.name.columns).max() ?? 0
    var inner = drawBox(
      title: "commands", columns: min(longest + 18, context.width - 4),
      rows: 24, context)
    drawField(": ", search.text, in: inner.takeTop(1), look)
    _ = inner.takeTop(1)
    guard !commands.isEmpty else {
      canvas.write("no command is called so", x: inner.x + 2, y: inner.y, look.dim)
      return
    }
    let index = min(search.index, commands.count - 1)
    var scroll = Scroll()
    scroll.reveal(index, page: inner.height)
    for row in commands.indices.dropFirst(scroll.top).prefix(inner.height) {
      let key = commands[row].keys.first?.label(ascii: look.glyphs.isASCII) ?? ""
      drawChoice(
        commands[row].name, key: key, index: row, isChosen: row == index, in: inner.takeTop(1),
        look)
    }
  }
}
