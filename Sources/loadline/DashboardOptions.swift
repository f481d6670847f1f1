import ArgumentParser
import Configuration
import Drawing
import Glibc

/// The options of the dashboard, which the demo shares.
struct DashboardOptions: ParsableArguments {
  @Flag(name: .customLong("read-only"), help: "Show, and change nothing.")
  var readOnly = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds between samples, 0.2 to 60.", valueName: "seconds"))
  var interval: Double?

  @Option(help: ArgumentHelp("A theme's name, or the path of a .toml file.", valueName: "theme"))
  var theme: String?

  @Option(help: ArgumentHelp("auto, never, 8, 16, 256 or true.", valueName: "colours"))
  var color: ColorChoice?

  @Flag(help: "Draw with ASCII characters only.")
  var ascii = false

  @OptionGroup var gpus: GPUOption

  @OptionGroup var files: ConfigurationOption

  func validate() throws {
    if let interval, !Settings.intervals.contains(interval) {
      throw ValidationError("--interval takes 0.2 to 60 seconds.")
    }
  }

  /// The configuration and the options, the options first.
  func resolve() throws -> Look {
    let environment = processEnvironment()
    let (settings, warnings) = try loadConfiguration(
      .standard(environment: environment, explicit: files.config))
    let library = ThemeLibrary.standard(environment: environment)
    let (definition, remarks) =
      if let theme { try library.theme(option: theme) } else {
        try library.theme(named: settings.theme)
      }
    var resolved = settings
    if let interval { resolved.interval = interval }
    if readOnly { resolved.readOnly = true }
    var oddities = (warnings + remarks).map(\.description)
    resolved.gpus = try gpus.choice(configured: settings.gpus, warnings: &oddities)
    return Look(
      settings: resolved, theme: definition,
      depth: colorDepth(option: color, configured: settings.color, environment: environment),
      glyphs: glyphs(asciiOption: ascii, configured: settings.ascii, environment: environment),
      warnings: oddities)
  }

  /// What the dashboard is opened with.
  struct Look {
    var settings: Settings
    var theme: ThemeDefinition
    var depth: ColorDepth
    var glyphs: Glyphs
    /// What is odd in the configuration, for after the screen was left.
    var warnings: [String]
  }
}

extension ColorChoice: ExpressibleByArgument {}
