/// Where a job says how far it is.
package enum ProgressSource: Sendable {
  /// The file that `LOADLINE_PROGRESS` named: a JSON object a line.
  case reports(path: String)
  /// A log in one of the known forms, or in the one given.
  case log(path: String, pattern: ReportPattern? = nil)
  /// A TensorBoard event file, or a directory whose newest one counts.
  case events(path: String)

  var path: String {
    switch self {
    case .reports(let path), .log(let path, _), .events(let path): path
    }
  }
}
