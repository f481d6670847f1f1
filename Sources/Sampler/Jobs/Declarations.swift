import Model

/// The operator's declarations, ready to be matched against what is found.
struct Declarations {
  private struct Entry {
    let declaration: JobDeclaration
    let command: Regex<AnyRegexOutput>?
  }

  private let entries: [Entry]

  init(_ declarations: [JobDeclaration]) {
    entries = declarations.filter { !$0.match.isEmpty }.map { declaration in
      Entry(
        declaration: declaration,
        command: declaration.match.command.flatMap { try? Regex($0) })
    }
  }

  var isEmpty: Bool { entries.isEmpty }

  /// Some declaration can only be matched when a job's command line is known.
  var needCommands: Bool { entries.contains { $0.declaration.match.command != nil } }

  /// Some declaration can only be matched when a job's user is known.
  var needOwners: Bool { entries.contains { $0.declaration.match.user != nil } }

  /// Some declaration may claim a command tree of any size.
  var matchTrees: Bool {
    entries.contains {
      let match = $0.declaration.match
      return match.cgroup == nil && match.unit == nil
    }
  }

  /// The first declaration whose every criterion holds. What is not known does not hold.
  /// `byPathOnly` leaves out those that do not say where they mean.
  func first(
    cgroup: String?, owner: SafeText?, command: String?, byPathOnly: Bool = false
  ) -> JobDeclaration? {
    entries.first { entry in
      let match = entry.declaration.match
      if byPathOnly, match.cgroup == nil, match.unit == nil { return false }
      if let glob = match.cgroup {
        guard let cgroup, Glob.matches(cgroup, glob) else { return false }
      }
      if let unit = match.unit {
        guard let last = cgroup?.utf8.split(separator: UInt8(ascii: "/")).last,
          Glob.matches(String(Substring(last)), unit)
        else { return false }
      }
      if let user = match.user {
        guard owner?.string == user else { return false }
      }
      if match.command != nil {
        guard let regex = entry.command, let command, command.firstMatch(of: regex) != nil else {
          return false
        }
      }
      return true
    }?.declaration
  }
}

/// Shell-like patterns over paths: `?` one character, `*` any within a component, `**` any at all.
enum Glob {
  static func matches(_ text: String, _ pattern: String) -> Bool {
    matches(Array(text.utf8)[...], Array(pattern.utf8)[...])
  }

  /// Plain recursion on the stars; patterns are short and written by the operator. `steps` bounds the
  /// work that a pattern of many stars can cause.
  private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var steps = 100_000
    return matches(text, pattern, &steps)
  }

  private static func matches(
    _ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>, _ steps: inout Int
  ) -> Bool {
    steps -= 1
    guard steps > 0 else { return false }
    guard let wanted = pattern.first else { return text.isEmpty }
    let slash = UInt8(ascii: "/")
    if wanted == UInt8(ascii: "*") {
      let deep = pattern.dropFirst().first == wanted
      let rest = pattern.dropFirst(deep ? 2 : 1)
      var text = text
      while true {
        if matches(text, rest, &steps) { return true }
        guard let byte = text.popFirst(), deep || byte != slash else { return false }
      }
    }
    guard let byte = text.first else { return false }
    guard wanted == byte || (wanted == UInt8(ascii: "?") && byte != slash) else { return false }
    return matches(text.dropFirst(), pattern.dropFirst(), &steps)
  }
}
