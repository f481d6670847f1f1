import Model

/// Reads one table strictly: every value of another kind than expected is a problem with its line.
struct TableReader {
  /// The whole table.
  var node: TOMLNode { .table(table) }
  let path: DocumentPath
  let problems: ProblemList
  private let table: [String: TOMLNode]
  private let lines: KeyLines

  init(
    _ table: [String: TOMLNode], at path: DocumentPath, lines: KeyLines, problems: ProblemList
  ) {
    self.table = table
    self.path = path
    self.lines = lines
    self.problems = problems
  }

  /// The keys of this table, in the order of the alphabet: that of the file is not known.
  var keys: [String] { table.keys.sorted() }

  func has(_ key: String) -> Bool { table[key] != nil }

  /// The line of a key, or of this table.
  func line(of key: String? = nil) -> Int? { lines[key.map(path.key) ?? path] }

  /// Adds a problem with a key that loadline knows, or with this table.
  func report(_ key: String? = nil, _ message: String) {
    problems.add(message, line: line(of: key), key: key.map(path.key) ?? path)
  }

  /// Adds a warning about a key that loadline knows.
  func warn(_ key: String, _ message: String) {
    problems.add(message, line: line(of: key), key: path.key(key), severity: .warning)
  }

  /// Adds a problem with a key that the file's author chose: the table is named, the key is not.
  func report(entry key: String, _ message: String) {
    problems.add(message, line: line(of: key), key: path)
  }

  /// Reads a value with `convert`, which gives nil for a value of another kind.
  func value<Value>(
    _ key: String, expected: String, _ convert: Conversion<Value>
  ) -> Value? {
    table[key].flatMap { read($0, expected, convert) { report(key, $0) } }
  }

  /// Reads the value of a key that the file's author chose.
  func entry<Value>(
    _ key: String, expected: String, _ convert: Conversion<Value>
  ) -> Value? {
    table[key].flatMap { read($0, expected, convert) { report(entry: key, $0) } }
  }

  func string(_ key: String, expected: String = "a text in quotes") -> String? {
    value(key, expected: expected) { $0.text }
  }

  func boolean(_ key: String) -> Bool? { value(key, expected: "true or false") { $0.boolean } }

  /// The table at `key`.
  func table(_ key: String) -> TableReader? {
    value(key, expected: "a table") { $0.table }.map { reader($0, at: path.key(key)) }
  }

  /// The table at `key`; nil also where there is a value of another kind, which is no problem.
  func tableIfAny(_ key: String) -> TableReader? {
    table[key]?.table.map { reader($0, at: path.key(key)) }
  }

  /// The tables of the array at `key`, written `[[key]]`.
  func tables(_ key: String) -> [TableReader] {
    let path = path.key(key)
    return elements(key, expected: "an array of tables, [[\(path)]]", each: "a table") { $0.table }
      .map { reader($0.value, at: path.element($0.index)) }
  }

  /// The elements of the array at `key`, each read with `convert`; those that are wrong are left out.
  func elements<Element>(
    _ key: String, expected: String, each: String, _ convert: Conversion<Element>
  ) -> [(index: Int, value: Element)] {
    let array = value(key, expected: expected) { $0.array }
    return (array ?? []).enumerated().compactMap { index, node in
      let path = path.key(key).element(index)
      let element = read(node, each, convert) { problems.add($0, line: lines[path], key: path) }
      return element.map { (index, $0) }
    }
  }

  private func read<Value>(
    _ node: TOMLNode, _ expected: String, _ convert: Conversion<Value>,
    report: (String) -> Void
  ) -> Value? {
    do {
      if let value = try convert(node) { return value }
      report(Mismatch(expected: expected, found: node.kind).description)
    } catch {
      report(error.description)
    }
    return nil
  }

  /// Warns of every key that is not one of `known`, with the one it may have been meant to be.
  func warnOfKeys(besides known: [String]) {
    for key in keys where !known.contains(key) {
      let message =
        if let near = nearest(to: key, among: known) {
          // So near to a known word, it is no secret that ended up in the wrong place.
          "unknown key \"\(SafeText(key))\"; did you mean \"\(near)\"?"
        } else if known.count <= 12 {
          "unknown key; known here: \(known.joined(separator: ", "))"
        } else {
          "unknown key; it has no effect"
        }
      problems.add(message, line: line(of: key), key: path, severity: .warning)
    }
  }

  private func reader(_ table: [String: TOMLNode], at path: DocumentPath) -> TableReader {
    TableReader(table, at: path, lines: lines, problems: problems)
  }
}

/// Takes a value of one kind from a node: nil for another kind, an error for one that does not fit.
typealias Conversion<Value> = (TOMLNode) throws(Mismatch) -> Value?
