import Drawing

/// Breaks text at blanks into lines of at most `width` columns; a longer word has its own line.
func wrap(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  var columns = 0
  for word in text.split(separator: " ") {
    let wordColumns = word.columns
    if columns > 0, columns + 1 + wordColumns > width {
      lines.append(line)
      line = ""
      columns = 0
    }
    if columns > 0 {
      line += " "
      columns += 1
    }
    line += word
    columns += wordColumns
  }
  if columns > 0 { lines.append(line) }
  return lines
}
