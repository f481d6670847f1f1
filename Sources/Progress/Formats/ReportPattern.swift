package import Model

/// A form of log lines that somebody wrote down: a regular expression whose named captures `step`,
/// `total`, `samples` and `loss` say what stands where.
///
/// It runs on the thread that follows files, on lines of at most ``longest`` bytes.
package struct ReportPattern: @unchecked Sendable {
  // A regex is not marked as sendable; it is never changed, and only read by one thread at a time.
  private let expression: Regex<AnyRegexOutput>
  private let names: Set<String>

  /// Longer lines are cut: an expression may take a time that grows fast with the line.
  static let longest = 1024
  private static let known: Set<String> = ["step", "total", "samples", "loss"]

  package init(_ text: String) throws(Mismatch) {
    guard let expression = try? Regex(text) else {
      throw Mismatch(expected: "a regular expression", found: "one that cannot be parsed")
    }
    let names = Self.known.filter { text.contains("(?<\($0)>") || text.contains("(?P<\($0)>") }
    guard names.contains("step") || names.contains("samples") || names.contains("loss") else {
      throw Mismatch(
        expected: "a regular expression with a capture named step, samples or loss",
        found: "one without")
    }
    self.expression = expression
    self.names = names
  }

  func parse(_ line: [UInt8]) -> ProgressReport? {
    let text = String(decoding: line.prefix(Self.longest), as: UTF8.self)
    guard let match = text.firstMatch(of: expression) else { return nil }
    func capture(_ name: String) -> String? {
      names.contains(name) ? match.output[name]?.substring.map(String.init) : nil
    }
    let report = ProgressReport(
      step: capture("step").flatMap { UInt64($0) }, total: capture("total").flatMap { UInt64($0) },
      samples: capture("samples").flatMap { UInt64($0) },
      loss: capture("loss").flatMap { Double($0) })
    return report.isEmpty ? nil : report
  }
}
