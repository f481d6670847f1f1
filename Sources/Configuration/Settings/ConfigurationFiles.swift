/// Where the configuration is.
package struct ConfigurationFiles: Sendable, Hashable {
  /// The box's, `/etc/loadline/config.toml`; may be missing.
  package var system: String?
  /// The user's, which goes first; may be missing.
  package var user: String?
  /// The one asked for on the command line; read instead of the others, and must exist.
  package var explicit: String?

  package init(system: String? = nil, user: String? = nil, explicit: String? = nil) {
    self.system = system
    self.user = user
    self.explicit = explicit
  }

  /// The usual places.
  package static func standard(
    environment: [String: String], explicit: String? = nil
  ) -> ConfigurationFiles {
    ConfigurationFiles(
      system: "/etc/loadline/config.toml",
      user: userDirectory(environment: environment).map { $0 + "/config.toml" }, explicit: explicit)
  }
}

/// The user's own directory, `$XDG_CONFIG_HOME/loadline`; nil where neither that nor a home is known.
///
/// A relative `XDG_CONFIG_HOME` is ignored, as the XDG Base Directory Specification says.
func userDirectory(environment: [String: String]) -> String? {
  if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") { return base + "/loadline" }
  if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.config/loadline" }
  return nil
}
