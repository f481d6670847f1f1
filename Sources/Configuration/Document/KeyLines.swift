/// The line of every key of a TOML document.
///
/// TOMLKit (0.6.0) says where a syntax error is but not where a value stands, so the lines come from
/// a scan of the text (`KeyScanner`), which follows TOML 1.0's rules for what is a key: not in
/// comments, not in strings, the second `[[job]]` apart from the first.
struct KeyLines {
  private var lines: [DocumentPath: Int] = [:]
  /// The tables of each `[[array]]` seen so far.
  private var tableCounts: [DocumentPath: Int] = [:]

  /// The line where the value at `path` stands, or else the value it is in.
  subscript(path: DocumentPath) -> Int? {
    var path = path
    while true {
      if let line = lines[path] { return line }
      guard let parent = path.parent else { return nil }
      path = parent
    }
  }

  /// Whether the scan saw the value at `path` itself.
  func contains(_ path: DocumentPath) -> Bool { lines[path] != nil }

  /// Notes `path` and what it is in; the first line where a table shows up counts.
  mutating func note(_ path: DocumentPath, line: Int) {
    var path = path
    while lines[path] == nil, let parent = path.parent {
      lines[path] = line
      path = parent
    }
  }

  /// The path that a header's keys mean: below an array of tables, its last table.
  mutating func table(_ keys: [String], isElement: Bool) -> DocumentPath {
    var path = DocumentPath.root
    for (index, key) in keys.enumerated() {
      path = path.key(key)
      if isElement, index == keys.count - 1 { tableCounts[path, default: 0] += 1 }
      if let count = tableCounts[path] { path = path.element(count - 1) }
    }
    return path
  }
}
