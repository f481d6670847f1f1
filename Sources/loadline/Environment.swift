import Glibc

/// The process's environment as a dictionary; of a name that is set twice the first counts, as for
/// getenv(3).
nonisolated func processEnvironment() -> [String: String] {
  var variables: [String: String] = [:]
  var entry = environ
  while let text = entry.pointee {
    let line = String(cString: text)
    if let equals = line.firstIndex(of: "="), variables[String(line[..<equals])] == nil {
      variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    entry += 1
  }
  return variables
}

/// Prints one line on standard error.
nonisolated func complain(_ text: String) {
  let bytes = Array("loadline: \(text)\n".utf8)
  _ = write(2, bytes, bytes.count)
}
