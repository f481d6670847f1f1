import ArgumentParser
import CLinux
import Configuration
import Diagnosis
import GPU
import Glibc
import Host
import Model
import Monitor
import Sampler

/// The box as it is now, for commands that look once: jobs are found, named and weighed before the
/// first moment is measured.
nonisolated struct Survey {
  private let sampler: Sampler
  private let gpus: GPUMonitor?
  private var jobs = JobsForGPUs()
  private var builder: MomentBuilder
  /// What looks for findings; nil where nobody asked for them.
  private var diagnosis: DiagnosisEngine?
  private let interval: Double
  private var deadline: Instant
  /// Drivers that have not answered are not waited for again.
  private var hasWaitedForGPUs = false

  /// Seconds between the samples that look for jobs: what commands use shows with the second, their
  /// names come with the third, their memory with the fourth.
  private static let lookingFor = [0.4, 0.3, 0.2]
  /// Seconds that the first moment waits for drivers at most, when it is due.
  private static let patience = 0.5

  /// The same of a look that is only long enough for jobs that are cgroups and what they want: longer
  /// than the period of a quota, in which one that is held back shows, then for its threads.
  private static let briefly = [0.12, 0.08]

  /// `gpus` is started with it. With `rules` its moments have findings.
  init(
    declarations: [JobDeclaration], interval: Double, gpus: GPUMonitor? = nil,
    rules: RuleSettings? = nil
  ) {
    self.init(beginning: declarations, interval: interval, gpus: gpus)
    diagnosis = rules.map { DiagnosisEngine($0) }
    for pause in Self.lookingFor {
      Self.sleep(until: Clock.now.advanced(bySeconds: pause))
      _ = moment()
    }
    deadline = Clock.now
  }

  private init(
    beginning declarations: [JobDeclaration], interval: Double, gpus: GPUMonitor? = nil
  ) {
    DescriptorLimit.raise()
    self.interval = interval
    self.gpus = gpus
    _ = gpus?.start()
    sampler = Sampler(Sampler.Options(declarations: declarations, interval: interval))
    builder = MomentBuilder(interval: interval)
    deadline = Clock.now
    _ = moment()
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
    guard let gpus, !hasWaitedForGPUs else { return moment() }
    hasWaitedForGPUs = true
    let end = Clock.now.advanced(bySeconds: Self.patience)
    while !gpus.isComplete, Clock.now < end {
      Self.sleep(until: Clock.now.advanced(bySeconds: 0.02))
    }
    return moment()
  }

  /// Ends what reads GPUs.
  func stop() { gpus?.stop() }

  private mutating func moment() -> Moment {
    var devices = gpus?.latest()
    let sample = sampler.sample(
      gpuHolders: devices?.holders ?? [], hasGPUs: devices?.devices.isEmpty == false)
    if hasWaitedForGPUs, let gpus, !gpus.isComplete, devices?.problem == nil {
      if devices == nil { devices = GPUSample(time: sample.time) }
      devices?.problem = SafeText("no answer from the driver")
    }
    if let gpus { jobs.tell(gpus, of: sample, from: sampler) }
    var moment = builder.moment(of: sample, gpus: devices)
    diagnosis?.diagnose(&moment)
    return moment
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
