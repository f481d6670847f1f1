package import Model

/// What was found, a line each, the worst first: `red    train  cpu-quota  Cores are at the line: …`.
package enum FindingsText {
  package static func lines(_ moment: Moment) -> [String] {
    let all =
      moment.findings.map { ("(box)", $0) }
      + moment.jobs.flatMap { job in job.findings.map { (job.job.name.string, $0) } }
    let width = all.map { $0.0.columns }.max() ?? 0
    let rules = all.map { $0.1.rule.rawValue.columns }.max() ?? 0
    return FindingLevel.allCases.sorted(by: >).flatMap { level in
      all.filter { $0.1.level == level }.map { name, finding in
        var line = padded(level.rawValue, 5) + "  " + padded(name, width)
        line += "  " + padded(finding.rule.rawValue, rules) + "  " + finding.text
        if let suggestion = finding.suggestion { line += " Suggested: \(suggestion.text)." }
        return line
      }
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.columns))
  }
}

extension String {
  fileprivate var columns: Int { unicodeScalars.count }
}
