import ArgumentParser
import CLinux
import Glibc
import Model
import Monitor
import Sampler
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

  /// Seconds between the samples that look for jobs: what commands use shows with the second, their
  /// names come with the third, their memory with the fourth.
  private static let lookingFor = [0.4, 0.3, 0.2]

  func validate() throws {
    guard interval >= 0.2, interval <= 60 else {
      throw ValidationError("--interval takes 0.2 to 60 seconds.")
    }
    guard count >= 0 else { throw ValidationError("--count takes 0 or more.") }
  }

  func run() throws {
    DescriptorLimit.raise()
    let options = Sampler.Options(interval: interval)
    let sampler = Sampler(options)
    var builder = MomentBuilder(interval: interval)
    // Jobs are looked for before the measured interval begins, so that one sample has them all.
    _ = builder.moment(of: sampler.sample())
    for pause in Self.lookingFor {
      sleep(until: Clock.now.advanced(bySeconds: pause))
      _ = builder.moment(of: sampler.sample())
    }
    var deadline = Clock.now
    var printed = 0
    while count == 0 || printed < count {
      deadline = deadline.advanced(bySeconds: interval)
      sleep(until: deadline)
      let moment = builder.moment(of: sampler.sample())
      print(
        json ? SnapshotJSON.line(moment) : SnapshotText.table(moment), terminator: json ? "\n" : "")
      if fflush(nil) != 0 { throw OutputError(number: errno) }
      printed += 1
    }
  }

  private func sleep(until deadline: Instant) {
    var time = timespec(
      tv_sec: Int(deadline.nanoseconds / 1_000_000_000),
      tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
  }
}

/// Standard output takes no more.
nonisolated struct OutputError: Error, CustomStringConvertible {
  let number: Int32

  var description: String {
    "The output could not be written: \(String(cString: strerror(number)))."
  }
}
