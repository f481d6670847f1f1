import ArgumentParser
import CLinux
import Configuration
import Glibc
import Host
import Model
import Monitor
import Sampler

/// The box as it is now, for commands that look once: jobs are found, named and weighed before the
/// first moment is measured.
nonisolated struct Survey {
  private let sampler: Sampler
  private var builder: MomentBuilder
  private let interval: Double
  private var deadline: Instant

  /// Seconds between the samples that look for jobs: what commands use shows with the second, their
  /// names come with the third, their memory with the fourth.
  private static let lookingFor = [0.4, 0.3, 0.2]

  init(declarations: [JobDeclaration], interval: Double) {
    DescriptorLimit.raise()
    self.interval = interval
    sampler = Sampler(Sampler.Options(declarations: declarations, interval: interval))
    builder = MomentBuilder(interval: interval)
    _ = builder.moment(of: sampler.sample())
    for pause in Self.lookingFor {
      Self.sleep(until: Clock.now.advanced(bySeconds: pause))
      _ = builder.moment(of: sampler.sample())
    }
    deadline = Clock.now
  }

  /// The next interval's moment; on absolute deadlines, so that nothing drifts.
  mutating func next() -> Moment {
    deadline = deadline.advanced(bySeconds: interval)
    Self.sleep(until: deadline)
    return builder.moment(of: sampler.sample())
  }

  private static func sleep(until deadline: Instant) {
    var time = timespec(
      tv_sec: Int(deadline.nanoseconds / 1_000_000_000),
      tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
  }
}

/// Which configuration a command reads.
struct ConfigurationOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("A configuration to read instead of the usual ones.", valueName: "file"))
  var config: String?

  /// The settings; what is odd in the files is said on standard error.
  func load() throws -> Settings {
    let (settings, warnings) = try loadConfiguration(
      .standard(environment: processEnvironment(), explicit: config))
    for warning in warnings { complain(warning.description) }
    return settings
  }
}
