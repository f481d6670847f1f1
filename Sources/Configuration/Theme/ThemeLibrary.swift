package import Drawing

/// Where themes are found: in files, and built in.
package struct ThemeLibrary: Sendable {
  /// Directories with `NAME.toml`; the first that has a theme is taken.
  package var directories: [String]
  /// Whose files are taken.
  package var trust: FileTrust

  package init(directories: [String], trust: FileTrust = .current) {
    self.directories = directories
    self.trust = trust
  }

  /// The user's own directory, then the system's.
  package static func standard(environment: [String: String]) -> ThemeLibrary {
    let user = userDirectory(environment: environment).map { [$0 + "/themes"] } ?? []
    let system = ["/usr/local/share/loadline/themes", "/usr/share/loadline/themes"]
    return ThemeLibrary(directories: user + system)
  }

  /// The names of the themes that are always there.
  package static var builtInNames: [String] { builtInThemes.map(\.name) }

  /// The theme chosen with `--theme`: the path of a `.toml` file, or a name.
  ///
  /// - Throws: what is wrong with the file, or that there is none.
  package func theme(
    option: String
  ) throws(ConfigurationError) -> (theme: ThemeDefinition, warnings: [ConfigurationProblem]) {
    guard option.hasSuffix(".toml") else {
      if !option.contains("/") { return try theme(named: option) }
      throw ConfigurationError([
        ConfigurationProblem("expected a name, or the path of a .toml file", file: option)
      ])
    }
    return try read(ThemeDocument(file: option, mustExist: true, trust: trust))
  }

  /// The theme of this name, as the configuration chooses it.
  ///
  /// - Throws: what is wrong with its file, or that there is none.
  package func theme(
    named name: String
  ) throws(ConfigurationError) -> (theme: ThemeDefinition, warnings: [ConfigurationProblem]) {
    guard let document = document(named: name) else {
      let places = directories.isEmpty ? "" : "; looked in \(directories.joined(separator: ", "))"
      throw ConfigurationError([
        ConfigurationProblem(
          "there is none of this name; built in are \(Self.builtInNames.joined(separator: ", "))"
            + places, file: "theme")
      ])
    }
    return try read(document)
  }

  /// The first theme of this name in the directories, or else the one built in.
  func document(named name: String, besides path: String? = nil) -> ThemeDocument? {
    guard isThemeName(name) else { return nil }
    for directory in directories {
      let file = "\(directory)/\(name).toml"
      if file == path { continue }
      let document = ThemeDocument(file: file, mustExist: false, trust: trust)
      if document.root != nil || document.problems.hasErrors { return document }
    }
    return ThemeDocument(builtIn: name)
  }
}
