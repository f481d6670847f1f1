import ArgumentParser
import Configuration
import Control
import Dashboard
import GPU
import Glibc
import Model
import Terminal

/// `loadline demo`: five small real jobs and the dashboard on them.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Start five small real jobs, open the dashboard on them, and clean up at the end.")

  @OptionGroup var options: DashboardOptions

  func run() throws {
    try MainActor.assumeIsolated {
      var look = try options.resolve()
      let signals = try Signals()
      sweepAbandonedRuns(in: .current())
      let jobs = try DemoJobs(executable: try Self.ownPath())
      look.settings.gpus = Self.gpus(look.settings.gpus, of: jobs)
      let code = try DashboardLoop.run(look, tour: .demo, signals: signals)
      let messages = jobs.messages
      _ = consume jobs
      for line in messages.split(separator: "\n") { complain(String(line)) }
      if code != 0 { throw ExitCode(code) }
    }
  }

  /// A box without GPUs gets a script's, held by the demo's jobs: one trains, one starves its device,
  /// one holds one and leaves it idle.
  @MainActor private static func gpus(_ choice: GPUChoice, of jobs: borrowing DemoJobs) -> GPUChoice
  {
    let isScripted = choice == .simulated(nil)
    guard isScripted || (choice == .auto && !GPUMonitor.isAnyDriverHere()) else { return choice }
    let holders = [
      SafeText(jobs.name(of: .steady)), SafeText(jobs.name(of: .reader)),
      SafeText(jobs.name(of: .idle)),
    ]
    return .simulated(.demo(jobs: holders))
  }

  private static func ownPath() throws -> String {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    guard count > 0 else { throw DemoError.notStarted("/proc is not mounted") }
    return String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// `loadline demo-work KIND`: one of the demo's jobs.
struct DemoWorkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "demo-work", shouldDisplay: false)

  @Argument var work: DemoWork
  /// The demo's pid.
  @Argument var demo: Int32

  func run() throws { work.run(demo: demo) }
}

extension DemoWork: ExpressibleByArgument {}
