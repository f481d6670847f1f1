import CLinux
import Diagnosis
package import GPU
import Glibc
import Host
package import Model
package import Sampler
import Synchronization

/// The tick on a thread of its own: sample → moment → mailbox.
///
/// The mailbox holds the latest moment only. Whoever draws polls ``descriptor`` and takes it; a slow
/// screen misses moments but never delays a tick.
package final class Monitor: Sendable {
  private struct State {
    var moment: Moment?
    var opened: JobID?
    var interval: Double
    /// The next sample is to read every limit.
    var limitsHaveChanged = false
    var isStopped = false
  }

  private let state: Mutex<State>
  private let options: Sampler.Options
  private let rules: RuleSettings
  private let gpus: GPUMonitor?
  private let wake: Int32
  /// Readable when a new moment is there.
  package let descriptor: Int32

  /// The first samples follow each other after so many seconds, so that rates are there soon, and
  /// jobs that have to be looked for.
  private static let firstIntervals = [0.3, 0.4, 0.3]
  /// The processes of a job that was just opened are read again so soon, for their rates.
  private static let openedAgain = 0.3

  /// `gpus` is started, followed and stopped with it; no tick waits for a driver. `rules` are those
  /// that findings follow from.
  package init(
    _ options: Sampler.Options, gpus: GPUMonitor? = nil, rules: RuleSettings = RuleSettings()
  ) {
    self.options = options
    self.gpus = gpus
    self.rules = rules
    state = Mutex(State(interval: options.interval))
    wake = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
  }

  /// Starts the thread; false when the system has none to give. To be called while there is no other.
  package func start() -> Bool {
    DescriptorLimit.raise()
    guard DetachedThread.start(name: "monitor", { [self] in run() }) else { return false }
    return gpus?.start() ?? true
  }

  /// The newest moment, once.
  package func takeMoment() -> Moment? {
    var count: UInt64 = 0
    _ = read(descriptor, &count, 8)
    return state.withLock { state in
      defer { state.moment = nil }
      return state.moment
    }
  }

  /// Asks for the processes of one job with each moment, from now on; nil for none.
  package func open(_ job: JobID?) {
    state.withLock { $0.opened = job }
    signal(wake)
  }

  /// Seconds between samples from now on.
  package func setInterval(_ seconds: Double) {
    state.withLock { $0.interval = seconds }
    gpus?.setInterval(seconds)
    signal(wake)
  }

  /// GPUs are on the screen, or not any more: what is dear to read is read only then.
  package func setShowsGPUs(_ shows: Bool) { gpus?.setWantsPCIe(shows) }

  /// Limits were changed: the next moment shows all of them as they are then.
  package func readLimits() { state.withLock { $0.limitsHaveChanged = true } }

  /// Ends the thread after the sample it may be taking.
  package func stop() {
    state.withLock { $0.isStopped = true }
    gpus?.stop()
    signal(wake)
  }

  private func signal(_ descriptor: Int32) {
    var one: UInt64 = 1
    _ = write(descriptor, &one, 8)
  }

  private func run() {
    let sampler = Sampler(options)
    var jobs = JobsForGPUs()
    var builder = MomentBuilder(interval: options.interval)
    var diagnosis = DiagnosisEngine(rules)
    var interval = options.interval
    var latest = builder.moment(of: sampler.sample(includingLoose: false))
    diagnosis.diagnose(&latest)
    publish(latest)
    var pauses = Self.firstIntervals.filter { $0 < interval }
    var deadline = Clock.now
    func advance() {
      // Absolute deadlines do not drift; those that were missed are left out.
      let pause = pauses.isEmpty ? interval : pauses.removeFirst()
      deadline = deadline.advanced(bySeconds: pause)
      let now = Clock.now
      if deadline < now { deadline = now.advanced(bySeconds: pause) }
    }
    advance()
    var readAgain: Instant?
    while true {
      let isDue = wait(until: min(deadline, readAgain ?? deadline)) && Clock.now >= deadline
      let (opened, wanted, isStopped) = state.withLock {
        ($0.opened, $0.interval, $0.isStopped)
      }
      if isStopped { return }
      if wanted != interval {
        interval = wanted
        sampler.setInterval(interval)
        builder.setInterval(interval)
        deadline = min(deadline, Clock.now.advanced(bySeconds: interval))
      }
      guard isDue else {
        // Somebody opened a job: its processes at once, everything else as of the last sample.
        let isNew = latest.opened?.id != opened
        latest.opened = opened.flatMap { sampler.processes(of: $0) }
          .map { builder.moment(of: $0) }
        readAgain = isNew && opened != nil ? Clock.now.advanced(bySeconds: Self.openedAgain) : nil
        publish(latest)
        continue
      }
      let limitsAnew = state.withLock { state in
        defer { state.limitsHaveChanged = false }
        return state.limitsHaveChanged
      }
      let devices = gpus?.latest()
      let sample = sampler.sample(
        opened: opened, gpuHolders: devices?.holders ?? [],
        hasGPUs: devices?.devices.isEmpty == false, limitsAnew: limitsAnew)
      latest = builder.moment(of: sample, gpus: devices)
      diagnosis.diagnose(&latest, opened: sample.opened?.id)
      publish(latest)
      if let gpus { jobs.tell(gpus, of: sample, from: sampler) }
      advance()
    }
  }

  private func publish(_ moment: Moment) {
    state.withLock { $0.moment = moment }
    signal(descriptor)
  }

  /// Waits for the deadline; false when something was asked for before.
  private func wait(until deadline: Instant) -> Bool {
    while true {
      let seconds = deadline.seconds(since: Clock.now)
      if seconds <= 0 { return true }
      var request = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
      if poll(&request, 1, Int32((seconds * 1000).rounded(.up))) > 0 {
        var count: UInt64 = 0
        _ = read(wake, &count, 8)
        return false
      }
    }
  }
}
