/// How roles look without colour.
extension Role {
  var monoAttributes: Attributes {
    switch self {
    case .dim, .border, .other: .dim
    case .accent, .focus, .line, .warn, .throttled: .bold
    case .bad: [.bold, .underline]
    case .waste: .underline
    case .selection: [.bold, .underline]
    case .draft: [.bold, .reverse]
    default: []
    }
  }
}
