import Drawing
import Model

extension Frame {
  /// A line across with a name in it: the start of the selected job's part of the screen.
  mutating func drawRule(_ job: Job?, name: String, note: String, y: Int, _ context: Context) {
    let look = context.look
    let width = context.width
    for x in 0..<width { canvas.put(look.glyphs.horizontal, x: x, y: y, look.border) }
    var x = canvas.write(
      " \(name) ", x: 2, y: y, width: width - 4, ellipsis: look.glyphs.ellipsis, look.strong)
    if let job {
      x = canvas.write(
        "\(look.glyphs.middleDot) \(job.owner.string) ", x: x, y: y, width: max(0, width - x - 2),
        ellipsis: look.glyphs.ellipsis, look.dim)
    }
    if !note.isEmpty, note.columns + 4 < width - x {
      canvas.write(" \(note) ", endingAt: width - 2, y: y, look.dim)
    }
  }

  /// Facts, each on at least a line; lines that are left over go to the first that need more, and
  /// what does not fit is left out whole.
  mutating func drawFacts(_ facts: [Fact], in rect: Rect, _ look: Look) -> Int {
    let indent = 9
    let width = rect.width - indent
    var spare = rect.height - facts.count
    var y = rect.y
    for fact in facts where y < rect.endY {
      var lines = FactLines(fact.segments, width: width).lines
      if lines.count - 1 > max(0, spare) {
        // What is on its lines, and the dearest of the rest on the last.
        let kept = lines.prefix(max(0, spare))
        let rest = lines.dropFirst(kept.count).flatMap { $0 }
        lines = kept + [fitSegments(ranked(rest), into: width, gap: 2)]
      }
      spare -= lines.count - 1
      canvas.write(fact.label, x: rect.x, y: y, fact.style.bold)
      for line in lines {
        write(line, x: rect.x + indent, y: y, end: rect.endX, gap: 2, look)
        y += 1
      }
    }
    return y
  }

  /// The first segments are the dearest.
  private func ranked(_ segments: [Segment]) -> [Segment] {
    segments.enumerated().map { index, segment in
      var segment = segment
      segment.rank = index
      return segment
    }
  }
}

/// Segments broken into lines.
private struct FactLines {
  var lines: [[Segment]] = []

  init(_ segments: [Segment], width: Int) {
    var room = 0
    for segment in segments {
      if lines.isEmpty || segment.columns > room {
        lines.append([])
        room = width
      }
      lines[lines.count - 1].append(segment)
      room -= segment.columns + 2
    }
  }
}
