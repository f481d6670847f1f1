import Host
package import Model
import Synchronization

/// The GPUs of the box, each driver on a thread of its own.
///
/// ``latest()`` never waits: a driver that hangs makes its devices silent, and nothing else.
package final class GPUMonitor: Sendable {
  /// Where GPUs are looked for.
  package enum Source: Sendable {
    /// The drivers of this box.
    case drivers
    /// Nowhere: for boxes where asking a driver does harm.
    case none
    /// A script: no driver is asked.
    case simulated(GPUScenario)
  }

  package struct Options: Sendable {
    package var source = Source.drivers
    /// Seconds between readings.
    package var interval = 1.0
    /// NVIDIA's library, by name or path.
    package var library = "libnvidia-ml.so.1"
    /// Put before `/sys` and `/proc`: empty on a real box.
    package var prefix = ""
    var patience = DriverBoard.Patience()

    package init() {}
  }

  /// What a driver has to be told of the box's jobs.
  package enum Needs: Sendable, Equatable {
    case nothing
    /// The processes of the jobs with these names: a script's holders.
    case holders(Set<SafeText>)
    /// Processes that may hold a device: it has no list of them.
    case candidates
  }

  private let loops: [DriverLoop]
  /// The loop of the driver that has no list of holders.
  private let listless: DriverLoop?
  /// Whether pids here are not those of the box.
  private let isInPidNamespace: Bool
  private let simulated: Script?

  private final class Script: Sendable {
    let devices: Mutex<SimulatedGPUs>
    init(_ scenario: GPUScenario) { devices = Mutex(SimulatedGPUs(scenario, start: Clock.now)) }
  }

  package init(_ options: Options = Options()) {
    isInPidNamespace = ProcessPresence.isInNamespace(prefix: options.prefix)
    switch options.source {
    case .drivers:
      let library = options.library
      let prefix = options.prefix
      let drm = DriverLoop(name: "drm", interval: options.interval, patience: options.patience) {
        DRMDriver(prefix: prefix)
      }
      loops = [
        DriverLoop(name: "nvml", interval: options.interval, patience: options.patience) {
          NVMLDriver(path: library, prefix: prefix)
        },
        drm,
      ]
      listless = drm
      simulated = nil
    case .none:
      loops = []
      listless = nil
      simulated = nil
    case .simulated(let scenario):
      loops = []
      listless = nil
      simulated = Script(scenario)
    }
  }

  /// Starts the threads; false when the system has none to give. A script needs none.
  package func start() -> Bool {
    loops.reduce(true) { $0 && $1.start() }
  }

  /// Ends the threads, but for those that are stuck in a driver.
  package func stop() { for loop in loops { loop.stop() } }

  /// Whether every device was asked once, or it is known why not.
  package var isComplete: Bool { loops.allSatisfy(\.isComplete) }

  /// What has to be told of jobs at present.
  package var needs: Needs {
    if let simulated { return .holders(simulated.devices.withLock { $0.scenario.holders }) }
    return listless.map { $0.isAbsent ? .nothing : .candidates } ?? .nothing
  }

  /// Whether this box has a driver to ask. Asks none of them, and so never waits.
  ///
  /// - Parameter prefix: put before `/sys`, `/proc` and `/dev`.
  package static func isAnyDriverHere(prefix: String = "") -> Bool {
    // A machine without the kernel's module can have the library: it says nothing. WSL has no module.
    if SmallFile.exists(prefix + "/proc/driver/nvidia") || SmallFile.exists(prefix + "/dev/dxg") {
      return true
    }
    return SmallFile.names(in: prefix + "/sys/class/drm")
      .contains { DRMCard($0, prefix: prefix) != nil }
  }

  /// The newest that is known of all devices; nil while nothing is.
  ///
  /// For one reader, at each of its ticks: samples between two readings are given once. No devices
  /// and no problem: there are no GPUs.
  package func latest() -> GPUSample? {
    let now = Clock.now
    if let simulated { return simulated.devices.withLock { $0.sample(at: now) } }
    var all: GPUSample?
    var isComplete = true
    for loop in loops {
      if let sample = loop.take(at: now) {
        all = all.map { Self.merged($0, sample) } ?? sample
      } else if !loop.isAbsent {
        isComplete = false
      }
    }
    guard var sample = all else { return isComplete ? GPUSample(time: now) : nil }
    sample.hasForeignPids =
      isInPidNamespace
      && sample.devices.contains { $0.processes.value?.contains { !$0.isHere } ?? false }
    return sample
  }

  private static func merged(_ a: GPUSample, _ b: GPUSample) -> GPUSample {
    var merged = GPUSample(time: max(a.time, b.time), devices: a.devices + b.devices)
    merged.problem = both(a.problem, b.problem)
    merged.driver = both(a.driver, b.driver)
    return merged
  }

  private static func both(_ a: SafeText?, _ b: SafeText?) -> SafeText? {
    guard let a, let b else { return a ?? b }
    return SafeText("\(a), \(b)")
  }

  /// Seconds between readings from now on.
  package func setInterval(_ seconds: Double) { for loop in loops { loop.setInterval(seconds) } }

  /// Asks for bytes over PCIe while they are shown: each takes 20 ms of the driver's thread.
  package func setWantsPCIe(_ wants: Bool) {
    for loop in loops { loop.change { $0.wantsPCIe = wants } }
  }

  /// Processes that are looked at for contexts at each reading, for drivers that have no list of them;
  /// all others are looked for every ten seconds.
  package func setCandidates(_ pids: [Int32]) {
    for loop in loops { loop.change { $0.candidates = pids } }
  }

  /// The processes of each job by its name: a script's holders are named after jobs.
  package func setHolders(_ holders: [SafeText: [Int32]]) {
    simulated?.devices.withLock { $0.holders = holders }
  }
}
