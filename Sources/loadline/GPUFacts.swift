import Doctor
import GPU
import Glibc
import Host
import Model

/// What drivers tell of GPUs when they are asked once.
nonisolated enum GPUFacts {
  /// Seconds that a driver is waited for: opening NVIDIA's takes one or two where nothing keeps it open.
  private static let patience = 4.0

  /// nil where there was no answer in time.
  static func sample() -> GPUSample? {
    let monitor = GPUMonitor()
    guard monitor.start() else { return nil }
    defer { monitor.stop() }
    let end = Clock.now.advanced(bySeconds: patience)
    while !monitor.isComplete {
      guard Clock.now < end else { return nil }
      usleep(10_000)
    }
    return monitor.latest()
  }
}
