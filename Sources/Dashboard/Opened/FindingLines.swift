import Drawing
import Model

/// All that was found of one job, with every number, and what could not be looked at: as lines of a
/// list that scrolls.
struct FindingLines {
  struct Line {
    var mark = ""
    var text = ""
    var tone = Tone.text
  }

  enum Tone {
    case level(FindingLevel)
    case text, dim
  }

  let job: JobMoment
  let moment: Moment
  let clockOffset: Int
  let glyphs: Glyphs

  func lines(width: Int) -> [Line] {
    var lines: [Line] = []
    for finding in job.findings {
      add(finding, to: &lines, width: width - 2)
      lines.append(Line())
    }
    if job.findings.isEmpty {
      add(
        "Nothing was found. A job is looked at from two minutes after its start on.", to: &lines,
        width: width - 2)
      lines.append(Line())
    }
    guard !job.notEvaluated.isEmpty else { return lines }
    lines.append(Line(text: "Not looked at, and why:"))
    for entry in job.notEvaluated { add(entry.text + ".", to: &lines, width: width - 2, .dim) }
    return lines
  }

  private func add(_ finding: Finding, to lines: inout [Line], width: Int) {
    let age = moment.time.seconds(since: finding.since)
    let clock = Format.clock(moment.wallClock - age, offset: clockOffset)
    let head =
      "\(finding.rule.short.capitalisedFirst): \(finding.level.rawValue), \(finding.certainty.rawValue), \(finding.role.rawValue), since \(clock), \(Format.age(age))"
    let first = lines.count
    add(head, to: &lines, width: width, .level(finding.level))
    lines[first].mark = finding.level.mark(glyphs)
    add(finding.text, to: &lines, width: width)
    add("\(finding.rule.rawValue): \(finding.rule.formula)", to: &lines, width: width, .dim)
    for line in packed(finding.evidence.map(Self.text), width: width) {
      lines.append(Line(text: line))
    }
    for cause in finding.ruledOut {
      add(cause.text.capitalisedFirst + ".", to: &lines, width: width, .dim)
    }
    if let suggestion = finding.suggestion {
      add("Suggested: \(suggestion.text).", to: &lines, width: width)
    }
    if let waste = finding.waste?.text { add("Wasted: \(waste).", to: &lines, width: width) }
  }

  private func add(
    _ text: String, to lines: inout [Line], width: Int, _ tone: Tone = .text
  ) {
    for line in wrap(text, width: width) { lines.append(Line(text: line, tone: tone)) }
  }

  /// As many on a line as fit, none broken.
  private func packed(_ texts: [String], width: Int) -> [String] {
    var lines: [String] = []
    for text in texts {
      if let last = lines.last, last.columns + 3 + text.columns <= width {
        lines[lines.count - 1] = last + "   " + text
      } else {
        lines.append(text)
      }
    }
    return lines
  }

  /// `throttled share of periods 38 %`.
  static func text(_ evidence: Evidence) -> String {
    let name = String(evidence.name.map { $0 == "_" ? " " : $0 })
    return name + " " + number(evidence.value, evidence.unit)
  }

  private static func number(_ value: Double, _ unit: EvidenceUnit) -> String {
    switch unit {
    case .share: Format.percent(Share(value))
    case .cores: Format.decimal(value, places: 2) + " cores"
    case .bytes: value.isFinite && abs(value) < 1e18 ? Format.bytes(Bytes(Int64(value))) : "–"
    case .bytesPerSecond: Format.longRate(ByteRate(value), unknown: "–")
    case .perSecond: Format.decimal(value, places: 1) + " a second"
    case .seconds: Format.age(value)
    case .watts: Format.decimal(value, places: 0) + " W"
    case .megahertz: Format.decimal(value, places: 0) + " MHz"
    case .count: Format.limit(value)
    case .ratio: Format.decimal(value, places: 2)
    }
  }
}

extension Frame {
  /// The opened job's findings in the place of its processes.
  mutating func drawFindings(_ opened: OpenedJobState, _ job: JobMoment, _ context: Context) {
    let (layout, look) = (context.layout, context.look)
    let area = layout.findings
    let lines = FindingLines(
      job: job, moment: context.moment, clockOffset: context.state.settings.clockOffset,
      glyphs: context.glyphs
    ).lines(width: area.width - 5)
    var y = area.y
    for line in lines.dropFirst(opened.findingScroll.top).prefix(area.height) {
      let style: Style =
        switch line.tone {
        case .level(let level): level.style(look)
        case .text: look.text
        case .dim: look.dim
        }
      canvas.write(line.mark, x: 2, y: y, style.bold)
      canvas.write(line.text, x: 4, y: y, width: area.width - 5, style)
      y += 1
    }
    drawScrollBar(
      in: area, top: opened.findingScroll.top, page: area.height, count: lines.count, look)
  }
}
