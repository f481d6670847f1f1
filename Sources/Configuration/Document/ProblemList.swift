/// Collects what is wrong with one file while it is read.
///
/// A class, so that the readers of all its tables add to the same list.
final class ProblemList {
  let file: String
  private var problems: [ConfigurationProblem] = []

  init(file: String) { self.file = file }

  func add(
    _ message: String, line: Int? = nil, key: DocumentPath = .root,
    severity: ConfigurationProblem.Severity = .error
  ) {
    problems.append(
      ConfigurationProblem(
        message, file: file, line: line, key: key == .root ? nil : key.description,
        severity: severity))
  }

  /// Everything found, by line.
  var sorted: [ConfigurationProblem] {
    problems.enumerated()
      .sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
      .map(\.element)
  }

  var hasErrors: Bool { problems.contains { $0.severity == .error } }
}
