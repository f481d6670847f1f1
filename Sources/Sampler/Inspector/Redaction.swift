/// Blanks out secrets in command lines before they are shown or stored.
///
/// It knows secrets by the names that stand before them; one that is passed without a name
/// (`mysql -pabc`) is not found.
enum Redaction {
  /// The arguments joined by spaces, with `•••` for what looks like a secret: the value of
  /// `--token=…`, `--password …`, `API_KEY=…`, `Authorization: …`, and the password in
  /// `scheme://user:password@host`. Arguments that are lines of their own, as in `sh -c '…'`, are
  /// gone through word by word.
  static func line(_ arguments: [String]) -> String {
    var hideNext = false
    let words = arguments.map { argument -> String in
      if hideNext, !argument.hasPrefix("-") {
        hideNext = false
        return mask
      }
      hideNext = false
      if isHeader(argument) { return mask }
      guard argument.utf8.contains(where: isBlank) else { return word(argument, &hideNext) }
      var hideInside = false
      return argument.split(whereSeparator: { $0.utf8.allSatisfy(isBlank) })
        .map { inner in
          if hideInside, !inner.hasPrefix("-") {
            hideInside = false
            return mask
          }
          return word(String(inner), &hideInside)
        }
        .joined(separator: " ")
    }
    return words.joined(separator: " ")
  }

  private static let mask = "•••"

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A
  }

  /// One word; `hideNext` is set when it announces a secret.
  private static func word(_ word: String, _ hideNext: inout Bool) -> String {
    if let equals = word.firstIndex(of: "="), isSecret(word[..<equals]) {
      return word[...equals] + mask
    }
    if word.hasPrefix("-"), isSecret(word[...]) { hideNext = true }
    return withoutPassword(word)
  }

  /// `-H "Authorization: Bearer …"`, `x-api-key: …`.
  private static func isHeader(_ argument: String) -> Bool {
    guard let colon = argument.firstIndex(of: ":") else { return false }
    let name = argument[..<colon]
    return argument[colon...].hasPrefix(": ") && !name.utf8.contains(where: isBlank)
      && isSecret(name)
  }

  /// Whether the name that `text` ends with is a secret's: `--hf-token`, `WANDB_API_KEY`,
  /// `https://host/?token`. Words of machine learning that only sound so are none.
  private static func isSecret(_ text: Substring) -> Bool {
    let name = String(Substring(text.utf8.suffix(64))).lowercased()
    var parts = name.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map(String.init)
    // The value's own name is the last one: `user/tokenizer?auth`.
    parts = parts.suffix(4)
    let harmless = ["tokeniz", "tokens", "author", "authority", "authors"]
    let words = ["token", "passw", "secret", "apikey", "credential", "auth"]
    if parts.last == "key", parts.count > 1 { return true }
    if parts.last == "authorization" { return true }
    return parts.contains { part in
      words.contains { part.contains($0) } && !harmless.contains { part.hasPrefix($0) }
    }
  }

  /// `https://user:password@host` → `https://user:•••@host`.
  private static func withoutPassword(_ word: String) -> String {
    let bytes = Array(word.utf8)
    guard let scheme = firstIndex(of: "://", in: bytes) else { return word }
    let start = scheme + 3
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
    guard let at = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")),
      let colon = bytes[start..<at].firstIndex(of: UInt8(ascii: ":"))
    else { return word }
    return String(decoding: bytes[...colon], as: UTF8.self) + mask
      + String(decoding: bytes[at...], as: UTF8.self)
  }

  private static func firstIndex(of pattern: String, in bytes: [UInt8]) -> Int? {
    let wanted = Array(pattern.utf8)
    guard bytes.count >= wanted.count else { return nil }
    return (0...(bytes.count - wanted.count)).first { bytes[$0...].starts(with: wanted) }
  }
}
