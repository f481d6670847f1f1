import TOMLKit

/// A value of a TOML document, as a value type apart from the parser's.
enum TOMLNode {
  case text(String)
  case integer(Int)
  case real(Double)
  case boolean(Bool)
  case table([String: TOMLNode])
  case array([TOMLNode])
  case date

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }
  var boolean: Bool? { if case .boolean(let boolean) = self { boolean } else { nil } }
  var table: [String: TOMLNode]? { if case .table(let table) = self { table } else { nil } }
  var array: [TOMLNode]? { if case .array(let array) = self { array } else { nil } }

  /// A number with or without a point.
  var number: Double? {
    switch self {
    case .real(let number): number
    case .integer(let integer): Double(integer)
    default: nil
    }
  }

  /// The kind in a sentence: "found …".
  var kind: String {
    switch self {
    case .text: "a text"
    case .integer: "an integer"
    case .real: "a number with a point"
    case .boolean: "a boolean"
    case .table: "a table"
    case .array: "an array"
    case .date: "a date"
    }
  }
}

extension TOMLNode {
  /// Copies what TOMLKit parsed; depth is bounded by `KeyScanner`.
  init(_ value: some TOMLValueConvertible) {
    switch value.type {
    case .string: self = .text(value.string ?? "")
    case .int: self = .integer(value.int ?? 0)
    case .double: self = .real(value.double ?? 0)
    case .bool: self = .boolean(value.bool ?? false)
    case .table: self = .table(value.table.map(TOMLNode.entries) ?? [:])
    case .array: self = .array(value.array?.map { TOMLNode($0) } ?? [])
    case .date, .time, .dateTime: self = .date
    }
  }

  static func entries(of table: TOMLTable) -> [String: TOMLNode] {
    table.keys.reduce(into: [:]) { entries, key in
      entries[key] = table[key].map { TOMLNode($0) }
    }
  }
}
