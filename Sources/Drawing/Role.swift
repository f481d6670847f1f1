/// What a colour means; themes give each role a style. Screens name roles and never colours.
package enum Role: String, Sendable, Hashable, CaseIterable {
  case text, dim, accent, border, focus, selection
  case ok, warn, bad, waste, throttled, draft
  case cpu, memory, gpu, io
  /// The load line and the fainter line where nothing is granted.
  case line
  case other
  case job1 = "job-1"
  case job2 = "job-2"
  case job3 = "job-3"
  case job4 = "job-4"
  case job5 = "job-5"
  case job6 = "job-6"
  case job7 = "job-7"
  case job8 = "job-8"
  case job9 = "job-9"
  case job10 = "job-10"
  case job11 = "job-11"
  case job12 = "job-12"
}

/// How many colours the terminal shows.
package enum ColorDepth: String, Sendable, Hashable, CaseIterable, Comparable {
  case mono, eight, sixteen, indexed, trueColor

  package static func < (a: ColorDepth, b: ColorDepth) -> Bool { a.order < b.order }
  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Styles for every role at one depth: what screens draw with.
package struct Theme: Sendable, Equatable {
  package var name: String
  package var depth: ColorDepth
  private var styles: [Style]
  /// Styles for a load of 0…1, evenly spaced, at least one.
  private var gradient: [Style]

  package init(
    name: String, depth: ColorDepth, styles: [Role: Style], gradient: [Style]
  ) {
    self.name = name
    self.depth = depth
    self.styles = Role.allCases.map { styles[$0] ?? Style() }
    self.gradient = gradient.isEmpty ? [Style()] : gradient
  }

  package subscript(role: Role) -> Style { styles[role.index] }

  /// The style of a gauge or graph at this load; loads beyond 0…1 take the end's.
  package func load(_ share: Double) -> Style {
    let position = min(max(share.isNaN ? 0 : share, 0), 1) * Double(gradient.count - 1)
    return gradient[Int(position.rounded())]
  }
}

extension Role {
  /// The position among all roles, so that a theme is an array and a look-up costs no hash.
  fileprivate var index: Int { Self.positions[self] ?? 0 }
  private static let positions: [Role: Int] = Dictionary(
    uniqueKeysWithValues: zip(Role.allCases, 0...))
}
