import Model

/// A theme file that was found, in a directory or built in.
struct ThemeDocument {
  let path: String
  /// The file's name without directory and ending.
  let name: String
  /// Nil where the file cannot be read or is not TOML; `problems` say why.
  let root: TableReader?
  let problems: ProblemList

  /// The file at `path`; without a root and without problems if it does not exist and need not.
  init(file path: String, mustExist: Bool, trust: FileTrust) {
    let problems = ProblemList(file: path)
    self.path = path
    let file = path.split(separator: "/").last ?? ""
    self.name = SafeText(String(file.dropLast(".toml".count))).string
    self.root = readDocument(at: path, mustExist: mustExist, trust: trust, problems: problems)
    self.problems = problems
  }

  /// The theme of this name that is compiled in.
  init?(builtIn name: String) {
    guard let theme = builtInThemes.first(where: { $0.name == name }) else { return nil }
    let problems = ProblemList(file: "built in \(name).toml")
    self.path = problems.file
    self.name = name
    self.root = parseDocument(theme.content, problems: problems)
    self.problems = problems
  }
}
