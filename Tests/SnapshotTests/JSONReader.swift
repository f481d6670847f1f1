/// Reads JSON (RFC 8259) for tests, strictly: anything that is not in the standard is refused.
enum JSON: Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case array([JSON])
  case object([String: JSON])

  /// The value of a whole text; nil when it is no JSON, or when a key occurs twice.
  init?(_ text: String) {
    var rest = Substring(text)
    guard let value = Self.value(&rest), rest.isEmpty else { return nil }
    self = value
  }

  subscript(key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  subscript(index: Int) -> JSON? {
    if case .array(let items) = self, items.indices.contains(index) { items[index] } else { nil }
  }

  /// Every key with its place: `jobs[].cpu.used_cores`.
  func keys(below place: String = "") -> [String] {
    switch self {
    case .object(let members):
      members.flatMap { key, value -> [String] in
        let path = place.isEmpty ? key : "\(place).\(key)"
        return [path] + value.keys(below: path)
      }
    case .array(let items): items.flatMap { $0.keys(below: "\(place)[]") }
    default: []
    }
  }

  private static func value(_ rest: inout Substring) -> JSON? {
    guard let first = rest.first else { return nil }
    switch first {
    case "{": return object(&rest)
    case "[": return array(&rest)
    case "\"": return string(&rest).map { .text($0) }
    case "t": return take("true", &rest) ? .bool(true) : nil
    case "f": return take("false", &rest) ? .bool(false) : nil
    case "n": return take("null", &rest) ? .null : nil
    default:
      let digits = rest.prefix { "+-.eE0123456789".contains($0) }
      rest = rest.dropFirst(digits.count)
      let whole = digits.drop { $0 == "-" }.prefix { $0.isNumber }
      guard !whole.isEmpty, whole == "0" || whole.first != "0", digits.first != "+" else {
        return nil
      }
      return Double(digits).map { .number($0) }
    }
  }

  private static func take(_ word: String, _ rest: inout Substring) -> Bool {
    guard rest.hasPrefix(word) else { return false }
    rest = rest.dropFirst(word.count)
    return true
  }

  private static func object(_ rest: inout Substring) -> JSON? {
    rest.removeFirst()
    var members: [String: JSON] = [:]
    if take("}", &rest) { return .object(members) }
    repeat {
      guard let key = string(&rest), take(":", &rest), let value = value(&rest),
        members.updateValue(value, forKey: key) == nil
      else { return nil }
    } while take(",", &rest)
    return take("}", &rest) ? .object(members) : nil
  }

  private static func array(_ rest: inout Substring) -> JSON? {
    rest.removeFirst()
    var items: [JSON] = []
    if take("]", &rest) { return .array(items) }
    repeat {
      guard let value = value(&rest) else { return nil }
      items.append(value)
    } while take(",", &rest)
    return take("]", &rest) ? .array(items) : nil
  }

  private static func string(_ rest: inout Substring) -> String? {
    guard take("\"", &rest) else { return nil }
    var scalars = String.UnicodeScalarView()
    var view = rest.unicodeScalars
    while let scalar = view.popFirst() {
      switch scalar {
      case "\"":
        rest = Substring(view)
        return String(scalars)
      case "\\":
        switch view.popFirst() {
        case "\"": scalars.append("\"")
        case "\\": scalars.append("\\")
        case "u":
          guard let value = UInt32(Substring(view.prefix(4)), radix: 16),
            let escaped = Unicode.Scalar(value)
          else { return nil }
          view = view.dropFirst(4)
          scalars.append(escaped)
        default: return nil
        }
      default:
        guard scalar.value >= 0x20 else { return nil }
        scalars.append(scalar)
      }
    }
    return nil
  }
}
