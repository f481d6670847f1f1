import ArgumentParser
import Configuration
import GPU
import Model

/// Where GPUs are read, for commands that show them.
struct GPUOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "auto, off, simulated, or the .toml file of a scenario to simulate.", valueName: "source"))
  var gpu: String?

  func validate() throws {
    guard let gpu, GPUChoice(word: gpu) == nil, !Self.isFile(gpu) else { return }
    throw ValidationError("--gpu takes auto, off, simulated, or the path of a .toml file.")
  }

  /// The option's choice, else the configuration's; what is odd in a scenario goes to `warnings`.
  func choice(configured: GPUChoice, warnings: inout [String]) throws -> GPUChoice {
    guard let gpu else { return configured }
    if let choice = GPUChoice(word: gpu) { return choice }
    let (scenario, odd) = try loadScenario(gpu)
    warnings += odd.map(\.description)
    return .simulated(scenario)
  }

  private static func isFile(_ text: String) -> Bool {
    text.hasSuffix(".toml") || text.contains("/")
  }
}

extension GPUChoice {
  /// What reads the GPUs, not yet started; nil where none are to be read.
  ///
  /// - Parameters:
  ///   - interval: seconds between readings.
  ///   - jobs: names of jobs that the built-in script gives devices to.
  nonisolated func monitor(interval: Double, jobs: [SafeText] = []) -> GPUMonitor? {
    var options = GPUMonitor.Options()
    options.interval = interval
    switch self {
    case .off: return nil
    case .auto: options.source = .drivers
    case .simulated(let scenario): options.source = .simulated(scenario ?? .demo(jobs: jobs))
    }
    return GPUMonitor(options)
  }
}
