import Drawing
import Model

/// One thing that is said of a job: a mark and a sentence.
struct WhyPart {
  var mark = ""
  var text: String
  var style: Style
  /// Parts of a lower rank get their room first.
  var rank: Int
  /// What is said where the sentence does not fit.
  var brief: String?
  /// The position of the part without which this one says nothing.
  var belongsTo: Int?
}

/// Why a job is as it is: what was found, what would answer it, and the states that no finding covers.
struct Why {
  let job: JobMoment
  let context: Context

  private var look: Look { context.look }

  /// In the order in which they are read; the first cause has the first claim to room.
  var parts: [WhyPart] {
    var parts: [WhyPart] = []
    for (index, finding) in job.findings.enumerated() {
      let isFirst = index == 0
      let own = parts.count
      parts.append(
        WhyPart(
          mark: finding.level.mark(context.glyphs), text: finding.text + " " + since(finding),
          style: finding.level.style(look), rank: isFirst ? 0 : finding.role == .separate ? 5 : 3,
          brief: "\(finding.rule.short.capitalisedFirst). \(since(finding))"))
      if isFirst, !finding.ruledOut.isEmpty {
        let causes = finding.ruledOut.map(\.text).joined(separator: "; ")
        parts.append(
          WhyPart(
            text: causes.capitalisedFirst + ".", style: look.dim, rank: 4, belongsTo: own))
      }
      if let suggestion = finding.suggestion {
        parts.append(
          WhyPart(
            mark: context.glyphs.isASCII ? ">" : "→", text: "Suggested: \(suggestion.text).",
            style: look.text, rank: isFirst ? 1 : 6, belongsTo: own))
      }
    }
    return parts + states + drift
  }

  private var states: [WhyPart] {
    var parts = job.states.filter { !$0.isCovered(by: job.findings) }.map { state in
      WhyPart(
        mark: state.mark, text: state.sentence(job, context), style: state.style(look), rank: 2)
    }
    if !job.findings.contains(where: { $0.rule == .gpuIdle }),
      let text = job.idleGPUSentence(context)
    {
      parts.append(WhyPart(mark: Sign.idleGPUMark, text: text, style: look.warn, rank: 2))
    }
    return parts
  }

  private var drift: [WhyPart] {
    context.state.drift.filter { $0.target.id == job.id }.map { drift in
      WhyPart(
        mark: String(Character(DriftMark.mark(context.glyphs))),
        text:
          "\(DriftMark.word): \(drift.mine.knob.word) is \(drift.theirs.short) now, loadline wrote \(drift.mine.short).",
        style: look.warn, rank: 2)
    }
  }

  /// When it began and how long that is ago.
  private func since(_ finding: Finding) -> String {
    "Since \(context.clock(of: finding.since)), \(context.age(of: finding.since))."
  }

  /// The parts that fit into so many rows, broken into lines.
  func fitted(width: Int, rows: Int) -> [(part: WhyPart, lines: [String])] {
    let parts = parts
    var chosen: [Int: [String]] = [:]
    var room = rows
    for index in parts.indices.sorted(by: { (parts[$0].rank, $0) < (parts[$1].rank, $1) }) {
      let part = parts[index]
      if let parent = part.belongsTo, chosen[parent] == nil { continue }
      for text in [part.text, part.brief].compactMap({ $0 }) {
        let lines = wrap(text, width: width)
        guard lines.count <= room else { continue }
        chosen[index] = lines
        room -= lines.count
        break
      }
    }
    return parts.indices.compactMap { index in chosen[index].map { (parts[index], $0) } }
  }
}

extension Frame {
  /// What holds a job back, and its states, as sentences; returns the row after the last.
  mutating func drawWhy(_ job: JobMoment, in rect: Rect, _ context: Context) -> Int {
    // Findings are long: the numbers of the job keep a few rows.
    let kept = job.findings.isEmpty ? 0 : max(1, min(4, rect.height / 3))
    var y = rect.y
    let fitted = Why(job: job, context: context)
      .fitted(width: rect.width - 2, rows: rect.height - kept)
    for (part, lines) in fitted {
      canvas.write(part.mark, x: rect.x, y: y, part.style.bold)
      for line in lines {
        canvas.write(line, x: rect.x + 2, y: y, width: rect.width - 2, part.style)
        y += 1
      }
    }
    return y
  }
}

extension String {
  /// With a capital letter at its beginning.
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
