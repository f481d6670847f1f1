import ArgumentParser
import Configuration
import Glibc
import Snapshot

/// `loadline snapshot`: the numbers of the screen for scripts.
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Print what the dashboard shows, once or repeatedly.",
    discussion: """
      Rates are over the interval before each sample; for about a second before the first, jobs are \
      looked for.
      """)

  @Flag(help: "One JSON object per sample on one line (see docs/snapshot.md).")
  var json = false

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Seconds between samples.", valueName: "seconds"))
  var interval = 1.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many samples to print; 0 prints until interrupted."))
  var count = 1

  @OptionGroup var gpus: GPUOption

  @OptionGroup var files: ConfigurationOption

  func validate() throws {
    guard interval >= 0.2, interval <= 60 else {
      throw ValidationError("--interval takes 0.2 to 60 seconds.")
    }
    guard count >= 0 else { throw ValidationError("--count takes 0 or more.") }
  }

  func run() throws {
    let settings = try files.load()
    var warnings: [String] = []
    let choice = try gpus.choice(configured: settings.gpus, warnings: &warnings)
    for warning in warnings { complain(warning) }
    var survey = Survey(
      declarations: settings.jobs, interval: interval, gpus: choice.monitor(interval: interval),
      // Nothing can be found in a single look.
      rules: count == 1 ? nil : settings.rules)
    defer { survey.stop() }
    var printed = 0
    while count == 0 || printed < count {
      let moment = survey.next()
      print(
        json ? SnapshotJSON.line(moment) : SnapshotText.table(moment), terminator: json ? "\n" : "")
      if fflush(nil) != 0 { throw OutputError(number: errno) }
      printed += 1
    }
  }
}

/// Standard output takes no more.
nonisolated struct OutputError: Error, CustomStringConvertible {
  let number: Int32

  var description: String {
    "The output could not be written: \(String(cString: strerror(number)))."
  }
}
