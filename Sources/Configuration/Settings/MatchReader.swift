import Model

/// Reads `match` of a `[[job]]`.
func readMatch(_ job: TableReader) -> JobMatch {
  let known = ["cgroup", "unit", "user", "command"]
  guard job.has("match") else {
    job.report(nil, "expected a match with one of \(known.joined(separator: ", ")), found none")
    return JobMatch()
  }
  guard let table = job.table("match") else { return JobMatch() }
  table.warnOfKeys(besides: known)
  let match = JobMatch(
    cgroup: readPattern(table, "cgroup", #"a cgroup path that starts with "/" or "*""#) {
      $0.hasPrefix("/") || $0.hasPrefix("*")
    },
    unit: readPattern(table, "unit", #"a unit such as "train@*.service""#) { !$0.contains("/") },
    user: readPattern(table, "user", "the name of a user") { !$0.contains("/") },
    command: readPattern(table, "command", "a regular expression", isUsable: isExpression))
  if !known.contains(where: table.has) {
    table.report(nil, "matches nothing; expected one of \(known.joined(separator: ", "))")
  }
  return match
}

private func readPattern(
  _ table: TableReader, _ key: String, _ expected: String, isUsable: (String) -> Bool
) -> String? {
  table.value(key, expected: expected) { (node) throws(Mismatch) in
    guard let text = node.text else { return nil }
    if text.isEmpty { throw Mismatch(expected: expected, found: "an empty text") }
    guard text.utf8.count <= 1_024 else {
      throw Mismatch(expected: expected, found: "a text of more than 1024 bytes")
    }
    guard isUsable(text) else { throw Mismatch(expected: expected, found: "a text that is none") }
    return text
  }
}

private func isExpression(_ text: String) -> Bool { (try? Regex<AnyRegexOutput>(text)) != nil }
