/// What was expected of a text or value and what was there instead.
///
/// Both are words about kinds ("a size such as …", "a boolean"): what somebody wrote is never part
/// of them, so that a message cannot show the content of a file.
package struct Mismatch: Error, Sendable, Hashable, CustomStringConvertible {
  package var expected: String
  package var found: String

  package init(expected: String, found: String) {
    self.expected = expected
    self.found = found
  }

  package var description: String { "expected \(expected), found \(found)" }
}
