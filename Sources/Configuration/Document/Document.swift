import TOMLKit

/// Parses the bytes of a TOML file; nil when it is none, with the reason in `problems`.
func parseDocument(_ bytes: [UInt8], problems: ProblemList) -> TableReader? {
  guard let text = validate(bytes, problems: problems) else { return nil }
  let scanner = KeyScanner(text)
  if let failure = scanner.cursor.failure {
    problems.add("column \(scanner.cursor.column): \(failure)", line: scanner.cursor.line)
    return nil
  }
  do {
    let root = TOMLNode.entries(of: try TOMLTable(string: text))
    return TableReader(root, at: .root, lines: scanner.lines, problems: problems)
  } catch let error as TOMLParseError {
    let place = error.source.begin
    problems.add("column \(place.column): \(describe(error))", line: place.line)
  } catch {
    problems.add("not valid TOML")
  }
  return nil
}

private func validate(_ bytes: [UInt8], problems: ProblemList) -> String? {
  if let nul = bytes.firstIndex(of: 0) {
    problems.add("holds a NUL byte; expected a TOML file", line: lineOfByte(nul, in: bytes))
    return nil
  }
  if let text = String(validating: bytes, as: UTF8.self) { return text }
  let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
  problems.add("is not valid UTF-8; expected a TOML file", line: line.map { $0 + 1 })
  return nil
}

private func lineOfByte(_ index: Int, in bytes: [UInt8]) -> Int {
  bytes[..<index].count { $0 == UInt8(ascii: "\n") } + 1
}

/// What toml++ found wrong, in other words: its own quote the file.
private func describe(_ error: TOMLParseError) -> String {
  let reason = reasons.first { error.description.contains($0.part) }
  return reason.map { "not valid TOML: \($0.words)" } ?? "not valid TOML"
}

private let reasons = [
  (part: "cannot redefine existing", words: "this key, or one that it is in, has a value already"),
  (part: "cannot insert", words: "an inline table takes no more keys"),
  (part: "representable", words: "this number is too large"),
  (part: "control characters", words: "a control character"),
  (part: "after '\\r'", words: "a carriage return that ends no line"),
]
