import Drawing

/// A condition on a row: a letter, a word, and more words where there is room.
struct Sign {
  var mark: String
  var word: String
  /// The word for a narrow column, where there is a shorter one.
  var brief: String?
  /// The word with its numbers, shortest first.
  var longer: [String] = []
  var style: Style

  init(_ mark: String, _ word: String, _ style: Style) {
    self.mark = mark
    self.word = word
    self.style = style
  }

  /// The most pressing sign with its word; the others with theirs or, where there is no room, by
  /// their marks alone.
  static func draw(_ signs: [Sign], on canvas: inout Canvas, in slot: Slot) {
    guard let first = signs.first else { return }
    let others = signs.dropFirst()
    let marks = others.isEmpty ? 0 : 1 + others.count
    var short = first.mark + " " + first.word
    if let brief = first.brief, short.columns + marks > slot.width {
      short = first.mark + " " + brief
      // One that does not fit beside the others' marks is worth more than they are.
      if short.columns + marks > slot.width, short.columns <= slot.width {
        let end = canvas.write(
          short, x: slot.x, y: slot.y, width: slot.width, slot.paint(first.style).bold)
        return drawMarks(others, x: end + 1, on: &canvas, in: slot)
      }
    }
    let words = others.reduce(0) { $0 + 2 + $1.mark.columns + 1 + $1.word.columns }
    var text = first.mark
    var hasWords = false
    if short.columns + marks <= slot.width {
      text = short
      hasWords = short.columns + words <= slot.width
    }
    if hasWords || others.isEmpty {
      for longer in first.longer {
        let long = first.mark + " " + longer
        if long.columns + words <= slot.width { text = long }
      }
    }
    let end = canvas.write(
      text, x: slot.x, y: slot.y, width: slot.width, slot.paint(first.style).bold)
    guard hasWords else { return drawMarks(others, x: end + 1, on: &canvas, in: slot) }
    var x = end
    for sign in others where x < slot.endX {
      x = canvas.write(
        "\(sign.mark) \(sign.word)", x: x + 2, y: slot.y, slot.paint(sign.style))
    }
  }

  private static func drawMarks(
    _ signs: ArraySlice<Sign>, x: Int, on canvas: inout Canvas, in slot: Slot
  ) {
    var x = x
    for sign in signs where x < slot.endX {
      x = canvas.write(sign.mark, x: x, y: slot.y, slot.paint(sign.style))
    }
  }
}
