import CNVML

/// Memory that all devices' lists are read into, one after the other.
final class NVMLBuffers {
  /// Records of processes, of either version.
  private(set) var processes: UnsafeMutableRawPointer
  private(set) var processCapacity = 64
  private(set) var shares: UnsafeMutablePointer<ll_nvml_process_sample>
  private(set) var shareCapacity = 128
  let samples: UnsafeMutablePointer<ll_nvml_sample>
  /// Drivers keep about a hundred.
  let sampleCapacity = 512

  /// More processes than that hold no device.
  static let mostProcesses = 8192
  private static let recordSize = MemoryLayout<ll_nvml_process_v2>.stride

  init() {
    processes = .allocate(byteCount: 64 * Self.recordSize, alignment: 8)
    shares = .allocate(capacity: 128)
    samples = .allocate(capacity: sampleCapacity)
  }

  deinit {
    processes.deallocate()
    shares.deallocate()
    samples.deallocate()
  }

  func growProcesses(to count: Int) {
    processes.deallocate()
    processCapacity = min(max(count, processCapacity * 2), Self.mostProcesses)
    processes = .allocate(byteCount: processCapacity * Self.recordSize, alignment: 8)
  }

  func growShares(to count: Int) {
    shares.deallocate()
    shareCapacity = min(max(count, shareCapacity * 2), Self.mostProcesses)
    shares = .allocate(capacity: shareCapacity)
  }
}
