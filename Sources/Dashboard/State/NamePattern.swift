/// A regular expression as a person types it: valid or not yet, it always means something.
struct NamePattern {
  private let text: String
  private let regex: Regex<AnyRegexOutput>?
  let remark: String?

  init(_ text: String) {
    let mindsCase = text.unicodeScalars.contains { $0.properties.isUppercase }
    self.text = text
    if Self.canExplode(text) {
      regex = nil
      remark = "a repeated group with a choice or a repeat in it is taken as plain text"
    } else if let compiled = try? Regex(text) {
      regex = (mindsCase ? compiled : compiled.ignoresCase()).matchingSemantics(.unicodeScalar)
      remark = nil
    } else {
      regex = nil
      remark = "not a regular expression, taken as plain text"
    }
  }

  func isFound(in name: String) -> Bool {
    guard let regex else { return name.contains(text) }
    return (try? regex.firstMatch(in: name)) != nil
  }

  /// Whether a group that is repeated holds a repeat or a choice, like `(a+)+` or `(a|aa)*`.
  ///
  /// Swift's engine backtracks, and on such an expression one name can take it minutes: the screen
  /// would stand still while somebody types.
  private static func canExplode(_ text: String) -> Bool {
    // For each open group, whether there is something in it that must not be repeated.
    var groups: [Bool] = []
    var followsRiskyGroup = false
    var isEscaped = false
    for character in text.unicodeScalars {
      let followed = followsRiskyGroup
      followsRiskyGroup = false
      if isEscaped {
        isEscaped = false
        continue
      }
      switch character {
      case "\\": isEscaped = true
      case "(": groups.append(false)
      case ")":
        followsRiskyGroup = groups.popLast() ?? false
        if followsRiskyGroup, !groups.isEmpty { groups[groups.count - 1] = true }
      case "*", "+", "{", "|", "?":
        if followed, character != "|", character != "?" { return true }
        if !groups.isEmpty { groups[groups.count - 1] = true }
      default: break
      }
    }
    return false
  }
}
