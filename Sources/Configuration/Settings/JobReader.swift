import Model

/// Reads every `[[job]]` of a configuration file.
func readJobs(_ root: TableReader) -> [JobDeclaration] {
  let tables = root.tables("job")
  let jobs = tables.map(readJob)
  var first: [SafeText: TableReader] = [:]
  for (table, job) in zip(tables, jobs) {
    guard let name = job.name else { continue }
    if let other = first[name] {
      let line = other.line(of: "name").map { " on line \($0)" } ?? ""
      table.report("name", "\(other.path)\(line) has the same name; every name must be its own")
    } else {
      first[name] = table
    }
  }
  return jobs
}

private func readJob(_ table: TableReader) -> JobDeclaration {
  table.warnOfKeys(
    besides: ["name", "match", "tags", "class", "weight", "protected", "budget", "floor"])
  let budget = table.table("budget")
  let floor = table.table("floor")
  let job = JobDeclaration(
    name: readName(table), match: readMatch(table), tags: readTags(table),
    jobClass: readClass(table) ?? .normal, weight: readWeight(table) ?? 100,
    protected: table.boolean("protected") ?? false,
    budget: budget.map(readBudget) ?? Budget(), floor: floor.map(readFloor) ?? Floor())
  if let floor { check(job.floor, against: job.budget, in: floor) }
  return job
}

private func readName(_ table: TableReader) -> SafeText? {
  let expected = #"a name of at most 64 printable characters without "/""#
  return table.value("name", expected: expected) { (node) throws(Mismatch) in
    guard let text = node.text else { return nil }
    let name = SafeText(text)
    let isUsable =
      !text.isEmpty && text.unicodeScalars.count <= 64 && name.string == text
      && !text.contains("/") && text != "." && text != ".."
    guard isUsable else { throw Mismatch(expected: expected, found: "a text that is no such name") }
    return name
  }
}

private func readClass(_ table: TableReader) -> JobClass? {
  let words = JobClass.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
  return table.value("class", expected: words) { (node) throws(Mismatch) in
    guard let word = node.text else { return nil }
    guard let jobClass = JobClass(rawValue: word) else {
      throw Mismatch(expected: words, found: "another word")
    }
    return jobClass
  }
}

private func readWeight(_ table: TableReader) -> Int? {
  let expected = "an integer from 1 to 10000"
  return table.value("weight", expected: expected) { (node) throws(Mismatch) in
    guard let weight = node.integer else { return nil }
    guard (1...10_000).contains(weight) else {
      throw Mismatch(expected: expected, found: "an integer outside of that")
    }
    return weight
  }
}

private func readTags(_ table: TableReader) -> [String: SafeText] {
  guard let tags = table.table("tags") else { return [:] }
  var read: [String: SafeText] = [:]
  for key in tags.keys {
    if !isTagKey(key) {
      tags.report(
        entry: key, "expected a key of letters, digits, \"_\", \"-\", \".\", found another")
    } else if let text = tags.entry(key, expected: "a text in quotes", { $0.text }) {
      read[key] = SafeText(text)
    }
  }
  return read
}

private func isTagKey(_ key: String) -> Bool {
  !key.isEmpty && key.utf8.count <= 64
    && key.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || "0123456789_-.".unicodeScalars.contains($0))
    }
}
