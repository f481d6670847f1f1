package import Model

/// What the configuration files say, with the defaults for what they leave out.
package struct Settings: Sendable, Hashable {
  /// Seconds from one sample to the next, 0.2…60.
  package var interval = 1.0
  /// The name of the theme.
  package var theme = "default"
  package var color = ColorChoice.auto
  /// Draw with ASCII only; nil leaves it to the locale.
  package var ascii: Bool?
  /// Offer no action that changes the box.
  package var readOnly = false
  package var mouse = true
  /// Where GPUs are read.
  package var gpus = GPUChoice.auto
  /// The numbers that findings follow from.
  package var rules = RuleSettings()
  /// The first declaration that matches a job is the job's: the user's, then the system's.
  package var jobs: [JobDeclaration] = []

  package init() {}

  /// The seconds that `interval` may be, here and on the command line.
  package static let intervals = 0.2...60.0
}

/// What one file says; nil is "nothing said".
struct SettingsFile {
  var interval: Double?
  var theme: String?
  var color: ColorChoice?
  var ascii: Bool?
  var readOnly: Bool?
  var mouse: Bool?
  var gpus: GPUChoice?
  /// The path of the scenario that `gpus` plays, as the file has it.
  var scenario: String?
  var rules: RuleChanges?
  var jobs: [JobDeclaration] = []
}

extension Settings {
  /// Lets `file` override single values and puts its jobs before those already there.
  mutating func apply(_ file: SettingsFile) {
    interval = file.interval ?? interval
    theme = file.theme ?? theme
    color = file.color ?? color
    ascii = file.ascii ?? ascii
    readOnly = file.readOnly ?? readOnly
    mouse = file.mouse ?? mouse
    gpus = file.gpus ?? gpus
    if let changes = file.rules { rules.apply(changes) }
    jobs = file.jobs + jobs
  }
}
