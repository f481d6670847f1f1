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

  /// The same of a look that is only long enough for jobs that are cgroups and what they want: longer
  /// than the period of a quota, in which one that is held back shows, then for its threads.
  private static let briefly = [0.12, 0.08]

  init(declarations: [JobDeclaration], interval: Double) {
    self.init(beginning: declarations, interval: interval)
    for pause in Self.lookingFor {
      Self.sleep(until: Clock.now.advanced(bySeconds: pause))
      _ = builder.moment(of: sampler.sample())
    }
    deadline = Clock.now
  }

  private init(beginning declarations: [JobDeclaration], interval: Double) {
    DescriptorLimit.raise()
    self.interval = interval
    sampler = Sampler(Sampler.Options(declarations: declarations, interval: interval))
    builder = MomentBuilder(interval: interval)
    _ = builder.moment(of: sampler.sample())
    deadline = Clock.now
  }

  /// The box after a fifth of a second. Commands without a cgroup are in it that show what they use
  /// within that time.
  static func brief(declarations: [JobDeclaration]) -> Moment {
    var survey = Survey(beginning: declarations, interval: briefly.reduce(0, +))
    var sample: Sample?
    for pause in briefly {
      sleep(until: Clock.now.advanced(bySeconds: pause))
      sample = survey.sampler.sample()
    }
    // Rates are over the whole time.
    return survey.builder.moment(of: sample ?? survey.sampler.sample())
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
