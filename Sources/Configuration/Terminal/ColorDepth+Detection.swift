package import Drawing

/// How many colours to use.
///
/// In this order: `--color`, `NO_COLOR` (https://no-color.org: present and not empty), the
/// configuration, what the terminal's environment says. `auto` is no choice, but on the command line
/// it sets the configuration aside.
package func colorDepth(
  option: ColorChoice?, configured: ColorChoice, environment: [String: String]
) -> ColorDepth {
  if let depth = option?.depth { return depth }
  if environment["NO_COLOR", default: ""] != "" { return .mono }
  if option == nil, let depth = configured.depth { return depth }
  return detectedColorDepth(environment)
}

/// What `TERM` and `COLORTERM` say; terminals with true colour announce it in the latter
/// (https://github.com/termstandard/colors).
private func detectedColorDepth(_ environment: [String: String]) -> ColorDepth {
  let terminal = environment["TERM", default: ""]
  if terminal.isEmpty || terminal == "dumb" { return .mono }
  if ["truecolor", "24bit"].contains(environment["COLORTERM", default: ""].lowercased()) {
    return .trueColor
  }
  if terminal.hasSuffix("-direct") { return .trueColor }
  if terminal.contains("256color") { return .indexed }
  return terminal == "linux" ? .eight : .sixteen
}
