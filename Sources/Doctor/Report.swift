/// The checks as text for people.
package enum Report {
  package static func text(_ checks: [Check]) -> String {
    let width = checks.map { $0.subject.count }.max() ?? 0
    var text = ""
    for check in checks {
      let mark =
        switch check.state {
        case .ok: "ok     "
        case .limited: "limited"
        case .missing: "missing"
        }
      let padding = String(repeating: " ", count: width - check.subject.count)
      text += "\(mark)  \(check.subject)\(padding)  \(check.finding)\n"
      let indent = String(repeating: " ", count: width + 11)
      if !check.cost.isEmpty { text += "\(indent)costs: \(check.cost)\n" }
      if !check.remedy.isEmpty { text += "\(indent)do:    \(check.remedy)\n" }
    }
    return text
  }
}
