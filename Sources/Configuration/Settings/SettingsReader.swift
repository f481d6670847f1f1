import Model

/// Reads the root table of a configuration file.
func readSettings(_ root: TableReader) -> SettingsFile {
  root.warnOfKeys(besides: [
    "interval", "theme", "color", "ascii", "read_only", "mouse", "gpu", "rules", "job",
  ])
  let gpu = root.table("gpu").map(readGPUs)
  return SettingsFile(
    interval: readInterval(root), theme: readTheme(root), color: readColor(root),
    ascii: root.boolean("ascii"), readOnly: root.boolean("read_only"),
    mouse: root.boolean("mouse"), gpus: gpu?.choice, scenario: gpu?.scenario,
    rules: root.table("rules").map(readRules), jobs: readJobs(root))
}

private func readInterval(_ root: TableReader) -> Double? {
  let expected = #"seconds from 0.2 to 60, such as 2 or "500ms""#
  return root.value("interval", expected: expected) { (node) throws(Mismatch) in
    let interval =
      if let text = node.text { try seconds(parsing: text) } else { node.number }
    if let interval, !Settings.intervals.contains(interval) {
      throw Mismatch(expected: expected, found: "a time outside of that")
    }
    return interval
  }
}

private func readTheme(_ root: TableReader) -> String? {
  let expected = "the name of a theme, without a directory"
  return root.value("theme", expected: expected) { (node) throws(Mismatch) in
    if let name = node.text, !isThemeName(name) {
      throw Mismatch(expected: expected, found: "a text that is no such name")
    }
    return node.text
  }
}

private func readColor(_ root: TableReader) -> ColorChoice? {
  let words = ColorChoice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
  let expected = "one of \(words)"
  return root.value("color", expected: expected) { (node) throws(Mismatch) in
    guard let word = node.text ?? node.integer.map(String.init) else { return nil }
    guard let choice = ColorChoice(rawValue: word) else {
      throw Mismatch(expected: expected, found: "another word")
    }
    return choice
  }
}
