import Model

/// Something wrong in a configuration or theme file.
///
/// It names the file, the line, the key and what was expected. It never holds text from the file:
/// only keys that loadline knows are named, so that no file, whatever it is, can be read through an
/// error message.
package struct ConfigurationProblem: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Severity: Sendable, Hashable {
    /// Odd, but the file is used.
    case warning
    /// The file is not used.
    case error
  }

  package var severity: Severity
  package var file: String
  /// Counted from 1; nil where the problem is the file itself.
  package var line: Int?
  /// The key, as in `job[2].budget.memory`; elements are counted from 1.
  package var key: String?
  package var message: String

  package init(
    _ message: String, file: String, line: Int? = nil, key: String? = nil,
    severity: Severity = .error
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.key = key
    self.message = message
  }

  /// One line: `FILE:LINE: KEY: MESSAGE`.
  package var description: String {
    var text = SafeText(file).string
    if let line { text += ":\(line)" }
    if severity == .warning { text += ": warning" }
    if let key { text += ": \(key)" }
    return text + ": " + message
  }
}

/// Why a configuration or theme cannot be used: everything that is wrong, in the order of the files
/// and lines, warnings included.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
  package var problems: [ConfigurationProblem]

  package init(_ problems: [ConfigurationProblem]) { self.problems = problems }

  /// One problem on each line.
  package var description: String { problems.map(\.description).joined(separator: "\n") }
}
