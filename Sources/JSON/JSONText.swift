/// Writes one JSON value (RFC 8259) on one line, keys in the order they are given.
package struct JSONText {
  package private(set) var text = ""
  private var needsComma = false

  package init() {}

  package mutating func object(_ key: String? = nil, _ body: (inout JSONText) -> Void) {
    open(key, "{")
    body(&self)
    close("}")
  }

  package mutating func array(_ key: String, _ body: (inout JSONText) -> Void) {
    open(key, "[")
    body(&self)
    close("]")
  }

  package mutating func value(_ key: String?, _ string: String?) {
    begin(key)
    if let string { quote(string) } else { text += "null" }
  }

  package mutating func value(_ key: String, _ number: Int?) {
    begin(key)
    text += number.map(String.init) ?? "null"
  }

  package mutating func value(_ key: String, _ flag: Bool) {
    begin(key)
    text += flag ? "true" : "false"
  }

  /// A number with at most `decimals` digits behind the point; null where it is unknown or not finite.
  package mutating func value(_ key: String, _ number: Double?, decimals: Int = 4) {
    begin(key)
    guard let number, number.isFinite, abs(number) < 1e15 else {
      text += "null"
      return
    }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let rounded = (number * scale).rounded() / scale
    text += rounded == rounded.rounded() ? String(Int64(rounded)) : String(rounded)
  }

  private mutating func open(_ key: String?, _ bracket: String) {
    begin(key)
    text += bracket
    needsComma = false
  }

  private mutating func close(_ bracket: String) {
    text += bracket
    needsComma = true
  }

  private mutating func begin(_ key: String?) {
    if needsComma { text += "," }
    needsComma = true
    if let key {
      quote(key)
      text += ":"
    }
  }

  private mutating func quote(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      default:
        if scalar.value < 0x20 {
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }
}
