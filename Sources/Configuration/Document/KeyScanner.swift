/// Walks over the text of a TOML document (https://toml.io/en/v1.0.0) and notes the line of every key.
///
/// It stops at the first thing that is not where a key or value can be. The parser gets only what
/// passed: toml++ (3.4.0) ends the program by an assertion on a key that starts with anything but a
/// key's characters (`[.a]`) and on some broken dates, and overflows the stack on a dotted key of a
/// hundred thousand parts.
struct KeyScanner {
  private(set) var lines = KeyLines()
  private(set) var cursor: TOMLCursor

  /// Keys within keys within arrays, at most; loadline's own files need five.
  private static let deepest = 32

  init(_ text: String) {
    cursor = TOMLCursor(text)
    scan()
  }

  private mutating func scan() {
    var table = DocumentPath.root
    repeat {
      cursor.skipBlank()
      if cursor.isAtEnd { return }
      if cursor.peek == "[" {
        guard let header = scanHeader() else { return }
        table = header
      } else if !scanPair(in: table) {
        return
      }
    } while cursor.requireLineEnd()
  }

  private mutating func scanHeader() -> DocumentPath? {
    let line = cursor.line
    cursor.advance()
    let isElement = cursor.take("[")
    guard let keys = scanKeys(), cursor.require("]"), !isElement || cursor.require("]") else {
      return nil
    }
    let path = lines.table(keys, isElement: isElement)
    lines.note(path, line: line)
    return path
  }

  private mutating func scanPair(in table: DocumentPath) -> Bool {
    let line = cursor.line
    guard let keys = scanKeys(), cursor.require("=") else { return false }
    let path = keys.reduce(table) { $0.key($1) }
    lines.note(path, line: line)
    return isShallow(path.steps.count) && scanValue(path)
  }

  /// A key or dotted key, with the blanks around it.
  private mutating func scanKeys() -> [String]? {
    var keys: [String] = []
    repeat {
      cursor.skipSpaces()
      guard let key = scanKey() else { return nil }
      keys.append(key)
      guard isShallow(keys.count) else { return nil }
      cursor.skipSpaces()
    } while cursor.take(".")
    return keys
  }

  private mutating func scanKey() -> String? {
    if let quote = cursor.peek, quote == "\"" || quote == "'" {
      return cursor.takeString(quote: quote)
    }
    let key = cursor.take { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
      default: false
      }
    }
    guard key.isEmpty else { return key }
    _ = cursor.fail(
      "not valid TOML: expected a key; other characters than a-z, 0-9, _ and - need quotes")
    return nil
  }

  private mutating func scanValue(_ path: DocumentPath) -> Bool {
    cursor.skipSpaces()
    switch cursor.peek {
    case "\"" where cursor.starts(with: "\"\"\""): return cursor.takeMultilineString(quote: "\"")
    case "'" where cursor.starts(with: "'''"): return cursor.takeMultilineString(quote: "'")
    case "\"": return cursor.takeString(quote: "\"") != nil
    case "'": return cursor.takeString(quote: "'") != nil
    case "[": return scanArray(path)
    case "{": return scanInlineTable(path)
    default: return scanBareValue()
    }
  }

  private mutating func scanBareValue() -> Bool {
    let start = cursor
    let text = cursor.take { scalar in
      switch scalar {
      case ",", "]", "}", "#", "\n", "\r", " ", "\t": false
      default: true
      }
    }
    if isBareValue(text) { return true }
    cursor = start
    let found = text.isEmpty ? "expected a value" : "expected a number, true or false"
    return cursor.fail("not valid TOML: \(found); a text needs quotes")
  }

  private mutating func scanArray(_ path: DocumentPath) -> Bool {
    guard isShallow(path.steps.count + 1) else { return false }
    cursor.advance()
    var index = 0
    while true {
      cursor.skipBlank()
      if cursor.take("]") { return true }
      let element = path.element(index)
      lines.note(element, line: cursor.line)
      guard scanValue(element) else { return false }
      cursor.skipBlank()
      index += 1
      if !cursor.take(","), cursor.peek != "]" {
        return cursor.fail(#"not valid TOML: expected "," or "]""#)
      }
    }
  }

  private mutating func scanInlineTable(_ path: DocumentPath) -> Bool {
    cursor.advance()
    cursor.skipSpaces()
    if cursor.take("}") { return true }
    repeat {
      guard scanPair(in: path) else { return false }
      cursor.skipSpaces()
    } while cursor.take(",")
    return cursor.take("}") || cursor.fail(#"not valid TOML: expected "," or "}""#)
  }

  private mutating func isShallow(_ depth: Int) -> Bool {
    depth <= Self.deepest || cursor.fail("keys are nested too deep")
  }
}
