import Drawing

extension ThemeLibrary {
  func read(
    _ document: ThemeDocument
  ) throws(ConfigurationError) -> (theme: ThemeDefinition, warnings: [ConfigurationProblem]) {
    var theme = ThemeSource()
    if let root = document.root {
      let parent = inherited(by: document, root)
      theme = readTheme(root, parent: parent).over(parent)
      if !document.problems.hasErrors { theme = complete(theme, root) }
    }
    if document.problems.hasErrors { throw ConfigurationError(document.problems.sorted) }
    return (theme.definition(name: document.name), document.problems.sorted)
  }

  /// The theme that `document` inherits; an empty one if it does not, or wrongly.
  private func inherited(by document: ThemeDocument, _ root: TableReader) -> ThemeSource {
    guard let name = root.string("inherits", expected: "the name of a theme") else {
      return ThemeSource()
    }
    // A theme may refine the one of its own name that it hides.
    guard let parent = self.document(named: name, besides: document.path) else {
      root.report("inherits", "there is no theme of this name")
      return ThemeSource()
    }
    guard let parentRoot = parent.root else {
      root.report("inherits", "the theme of this name cannot be read")
      return ThemeSource()
    }
    if parentRoot.has("inherits") {
      root.report("inherits", "the theme of this name inherits itself; expected one that does not")
    }
    let theme = readTheme(parentRoot, parent: ThemeSource())
    if parent.problems.hasErrors {
      root.report("inherits", "the theme of this name has errors of its own")
    }
    return theme
  }

  /// Fills in what the theme leaves out from the built-in default, whose colours can be read on
  /// any background: a theme written for an older version must not lose its new roles.
  private func complete(_ theme: ThemeSource, _ root: TableReader) -> ThemeSource {
    let missing = Role.allCases.filter { theme.roles[$0] == nil }
    if missing.isEmpty, theme.gradient != nil { return theme }
    if !missing.isEmpty {
      let names = missing.map(\.rawValue).joined(separator: ", ")
      root.warn("roles", "leaves out \(names); they look as in the theme default")
    }
    guard let base = ThemeDocument(builtIn: "default")?.root else { return theme }
    return theme.over(readTheme(base, parent: ThemeSource()))
  }
}
