import Drawing

extension Frame {
  /// What the list can be sorted by; the keys beside the names work here and in the list.
  mutating func drawSortPicker(_ index: Int, _ context: Context) {
    let keys = context.state.sortKeys
    var inner = drawBox(title: "sort by", columns: 26, rows: keys.count + 2, context)
    for (row, sort) in keys.enumerated() {
      let key =
        KeyTable.commands.first { $0.action == .sort(sort) }?.keys.first?
        .label(ascii: context.glyphs.isASCII) ?? ""
      drawChoice(
        sort == .io || sort == .gpu ? sort.rawValue.uppercased() : sort.rawValue, key: key,
        index: row, isChosen: row == index,
        in: inner.takeTop(1), context.look)
    }
  }
}
