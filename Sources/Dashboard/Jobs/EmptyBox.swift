import Drawing

extension Frame {
  /// What stands in a table without jobs; returns the rows it takes.
  mutating func drawEmptyBox(in rect: Rect, _ context: Context) -> Int {
    let look = context.look
    var lines: [(String, Style)]
    if context.state.jobs.count > 0 {
      lines = [("No job matches the filter. Esc clears it.", look.text)]
    } else {
      lines = [
        (
          "No jobs: nothing uses 0.5 core or 1 GiB, and nothing was started with loadline.",
          look.strong
        ),
        ("", look.text),
        ("See it at work:   loadline demo", look.text),
        ("Start a job:      loadline run --name NAME -- COMMAND", look.text),
      ]
      if lines[0].0.columns > rect.width {
        lines[0].0 = "No jobs: nothing uses 0.5 core or 1 GiB."
      }
    }
    lines.insert(("", look.text), at: 0)
    lines.append(("", look.text))
    var y = rect.y
    for line in lines where y < rect.endY {
      canvas.write(
        line.0, x: rect.x, y: y, width: rect.width, ellipsis: look.glyphs.ellipsis, line.1)
      y += 1
    }
    return y - rect.y
  }
}
