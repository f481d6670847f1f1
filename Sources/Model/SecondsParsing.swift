/// Reads a length of time, in seconds.
///
/// Parts go from large to small: `2d12h`, `1.5h`, `500ms`; a number alone is seconds. Units: `w`, `d`,
/// `h`, `m` or `min`, `s`, `ms`.
package func seconds(parsing text: String) throws(Mismatch) -> Double {
  let expected = #"a time such as "36h", "2d12h" or "500ms""#
  var rest = text[...].utf8
  var total = 0.0
  var smallest = Double.infinity
  repeat {
    let number = try DecimalText(from: &rest, expected: expected)
    let name = rest.prefix { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
    rest = rest.dropFirst(name.count)
    let isAlone = name.isEmpty && rest.isEmpty && smallest == .infinity
    guard let unit = isAlone ? 1 : secondsPerUnit[String(Substring(name))] else {
      throw Mismatch(
        expected: expected, found: name.isEmpty ? "a number without a unit" : "an unknown unit")
    }
    guard unit < smallest else {
      throw Mismatch(expected: expected, found: "parts that do not go from large to small")
    }
    smallest = unit
    total += number.value * unit
  } while !rest.isEmpty
  guard total <= longestTime else {
    throw Mismatch(expected: expected, found: "more than a hundred years")
  }
  return total
}

private let secondsPerUnit: [String: Double] = [
  "w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "min": 60, "s": 1, "ms": 0.001,
]
private let longestTime = 100 * 366 * 86_400.0
