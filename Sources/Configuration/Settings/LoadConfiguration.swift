/// Reads the configuration: the system's file, then the user's.
///
/// The user's settings override and the user's jobs go first. A file that does not exist is left
/// out, unless it was asked for.
///
/// - Throws: everything that is wrong in all files, in order.
package func loadConfiguration(
  _ files: ConfigurationFiles, trust: FileTrust = .current
) throws(ConfigurationError) -> (settings: Settings, warnings: [ConfigurationProblem]) {
  let check = readConfiguration(files, trust: trust)
  if check.problems.contains(where: { $0.severity == .error }) {
    throw ConfigurationError(check.problems)
  }
  return (check.settings, check.problems)
}

/// Everything that is wrong or odd in the configuration, by file and line; empty when all is well.
package func checkConfiguration(
  _ files: ConfigurationFiles, trust: FileTrust = .current
) -> [ConfigurationProblem] {
  readConfiguration(files, trust: trust).problems
}

private func readConfiguration(
  _ files: ConfigurationFiles, trust: FileTrust
) -> (settings: Settings, problems: [ConfigurationProblem]) {
  let paths =
    files.explicit.map { [($0, true)] }
    ?? [files.system, files.user].compactMap { $0.map { ($0, false) } }
  var settings = Settings()
  var all: [ConfigurationProblem] = []
  for (path, mustExist) in paths {
    let problems = ProblemList(file: path)
    if let root = readDocument(at: path, mustExist: mustExist, trust: trust, problems: problems) {
      var file = readSettings(root)
      all += problems.sorted
      if let scenario = file.scenario {
        let (played, problems) = readScenario(at: besides(path, scenario), trust: trust)
        if let played { file.gpus = .simulated(played) }
        all += problems
      }
      settings.apply(file)
    } else {
      all += problems.sorted
    }
  }
  return (settings, all)
}

/// A path as it is meant in a file: from the directory of that file.
private func besides(_ file: String, _ path: String) -> String {
  guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
  return String(file[...slash]) + path
}

/// Reads and parses a TOML file; nil when it is missing or wrong, the latter with the reason in
/// `problems`.
func readDocument(
  at path: String, mustExist: Bool, trust: FileTrust, problems: ProblemList
) -> TableReader? {
  do throws(FileRefusal) {
    return parseDocument(try readFile(at: path, trust: trust), problems: problems)
  } catch {
    switch error {
    case .missing: if mustExist { problems.add("does not exist") }
    case .because(let reason): problems.add(reason)
    }
    return nil
  }
}
