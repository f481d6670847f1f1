import Model

/// What is said about a command line that cannot be understood: the parser's words, but for those that
/// speak of something the person did not type.
nonisolated struct UsageMistake {
  private(set) var text: String

  /// - Parameters:
  ///   - message: the parser's message with its usage.
  ///   - arguments: what was typed after the program's name.
  ///   - commands: the names of the sub-commands.
  init(_ message: String, arguments: [String], commands: [String]) {
    var lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if arguments.first != "dashboard" {
      lines = lines.map { $0.replacing("Usage: loadline dashboard", with: "Usage: loadline") }
    }
    if let better = Self.sentence(for: lines.first ?? "", arguments, commands) {
      lines[0] = "Error: " + better
    }
    text = lines.joined(separator: "\n")
  }

  private static func sentence(
    for line: String, _ arguments: [String], _ commands: [String]
  ) -> String? {
    let isUnexpected = line.lowercased().contains("unexpected argument")
    guard isUnexpected, let first = arguments.first, !first.hasPrefix("-") else { return nil }
    if first == "run" {
      return "Put the command after --, so that its options are its own: "
        + "loadline run [<options>] -- \(printable(unexpected(in: line)))"
    }
    if first == "config" { return "config takes one of: check, example." }
    guard !commands.contains(first) else { return nil }
    let hint =
      commands.first { isNear($0, first) }.map { "Did you mean '\($0)'?" }
      ?? "There are: \(commands.joined(separator: ", "))."
    return "There is no sub-command '\(printable(first))'. \(hint)"
  }

  /// The arguments that the parser's line quotes, as they were.
  private static func unexpected(in line: String) -> String {
    let quoted = line.split(separator: "'", omittingEmptySubsequences: false)
    return stride(from: 1, to: quoted.count, by: 2).map { String(quoted[$0]) }
      .joined(separator: " ")
  }

  /// What somebody typed, without what a terminal would obey.
  private static func printable(_ text: String) -> String {
    SafeText(text).string
  }

  /// Whether one is the other with a letter changed, left out, added or two swapped.
  private static func isNear(_ a: String, _ b: String) -> Bool {
    var (first, second) = (Array(a), Array(b))
    while let x = first.first, x == second.first {
      first.removeFirst()
      second.removeFirst()
    }
    while let x = first.last, x == second.last {
      first.removeLast()
      second.removeLast()
    }
    return max(first.count, second.count) <= 1
      || (first.count == 2 && second.count == 2 && first[0] == second[1] && first[1] == second[0])
  }
}
