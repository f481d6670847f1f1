import Drawing

/// A few words in a row of such: a value and what it is called.
struct Segment {
  var value: String
  var word: String
  var style: Style
  /// Those of the lowest rank get their place first; those of rank 0 always.
  var rank: Int
  var action: Action?
  /// Blank columns before the value, so that numbers of different lengths end in one column.
  var lead: Int

  init(
    _ value: String, _ word: String = "", _ style: Style, width: Int = 0, rank: Int = 0,
    action: Action? = nil
  ) {
    self.value = value
    lead = max(0, width - value.columns)
    self.word = word
    self.style = style
    self.rank = rank
    self.action = action
  }

  var columns: Int {
    lead + value.columns + word.columns + (value.isEmpty || word.isEmpty ? 0 : 1)
  }
}

/// The segments that fit into so many columns with a gap between them, in their order.
func fitSegments(_ segments: [Segment], into width: Int, gap: Int) -> [Segment] {
  let byRank = segments.indices.sorted { (segments[$0].rank, $0) < (segments[$1].rank, $1) }
  var kept = [Bool](repeating: false, count: segments.count)
  var room = width + gap
  for index in byRank where segments[index].rank == 0 || segments[index].columns + gap <= room {
    kept[index] = true
    room -= segments[index].columns + gap
  }
  return segments.indices.filter { kept[$0] }.map { segments[$0] }
}

func segmentColumns(_ segments: [Segment], gap: Int) -> Int {
  segments.reduce(gap * max(0, segments.count - 1)) { $0 + $1.columns }
}

extension Frame {
  /// Writes segments from `x` on and returns the column after the last.
  @discardableResult
  mutating func write(
    _ segments: [Segment], x: Int, y: Int, end: Int, gap: Int, _ look: Look
  ) -> Int {
    var column = x
    for segment in segments {
      let start = column
      column = canvas.write(
        segment.value, x: column + segment.lead, y: y, width: max(0, end - column - segment.lead),
        ellipsis: look.glyphs.ellipsis, segment.style)
      if !segment.word.isEmpty {
        if !segment.value.isEmpty { column += 1 }
        column = canvas.write(
          segment.word, x: column, y: y, width: max(0, end - column),
          ellipsis: look.glyphs.ellipsis, look.dim)
      }
      if let action = segment.action {
        targets.append(
          ClickArea(rect: Rect(x: start, y: y, width: column - start, height: 1), action: action))
      }
      column += gap
    }
    return column - gap
  }
}

/// Text pushed to the right end of a field by blanks.
func padded(_ text: String, to width: Int) -> String {
  var result = text
  var missing = width - text.columns
  if missing > 0 {
    result = ""
    while missing > 0 {
      result += " "
      missing -= 1
    }
    result += text
  }
  return result
}
