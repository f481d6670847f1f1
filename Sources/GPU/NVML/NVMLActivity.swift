import CNVML
import Model

/// The performance monitor of one device or instance: what its units did between two samples.
final class NVMLActivity {
  private let calls: NVMLLibrary.Activity
  private var newest: ll_nvml_gpm
  private var before: ll_nvml_gpm
  private var hasBefore = false
  private var isOurs = true
  private let metrics: UnsafeMutablePointer<ll_nvml_gpm_metrics>

  private static let asked = [
    LL_NVML_GPM_SM, LL_NVML_GPM_OCCUPANCY, LL_NVML_GPM_TENSOR, LL_NVML_GPM_MEMORY,
  ]

  /// nil where the device, which for an instance is the whole one, has none.
  init?(_ device: ll_nvml_device, _ calls: NVMLLibrary.Activity) {
    var support = ll_nvml_gpm_support()
    support.version = UInt32(LL_NVML_GPM_VERSION)
    guard calls.support(device, &support) == LL_NVML_OK, support.supported != 0 else { return nil }
    var first: ll_nvml_gpm?
    var second: ll_nvml_gpm?
    guard calls.create(&first) == LL_NVML_OK, let first else { return nil }
    guard calls.create(&second) == LL_NVML_OK, let second else {
      _ = calls.free(first)
      return nil
    }
    self.calls = calls
    newest = first
    before = second
    metrics = .allocate(capacity: 1)
    metrics.initialize(to: ll_nvml_gpm_metrics())
  }

  deinit {
    if isOurs {
      _ = calls.free(newest)
      _ = calls.free(before)
    }
    metrics.deallocate()
  }

  /// As ``NVMLEvents/disown()``.
  func disown() { isOurs = false }

  /// Takes a sample and compares it with the one before; unknown with the first one.
  func read(_ device: NVMLDevice) throws(NVMLFailure) -> Measure<GPUActivity> {
    if let known: Measure<GPUActivity> = device.remembered(.activity) { return known }
    swap(&newest, &before)
    let code: Int32
    if let parent = device.parent {
      guard let sample = calls.instanceSample else { return .unsupported }
      code = sample(parent, device.instanceNumber, newest)
    } else {
      code = calls.sample(device.handle, newest)
    }
    let isTaken = try device.judge(.activity, code, true)
    guard isTaken == .value(true) else {
      hasBefore = false
      return isTaken.flatMap { _ in nil }
    }
    defer { hasBefore = true }
    guard hasBefore else { return .unknown }
    metrics.pointee.version = UInt32(LL_NVML_GPM_VERSION)
    metrics.pointee.count = UInt32(Self.asked.count)
    metrics.pointee.first = before
    metrics.pointee.second = newest
    // Elements of an array in a C struct are a tuple in Swift: they are reached by their offset.
    let offset = MemoryLayout<ll_nvml_gpm_metrics>.offset(of: \.metrics) ?? 24
    let values = (UnsafeMutableRawPointer(metrics) + offset)
      .assumingMemoryBound(to: ll_nvml_gpm_metric.self)
    for (index, metric) in Self.asked.enumerated() {
      values[index] = ll_nvml_gpm_metric()
      values[index].metric = UInt32(metric)
    }
    return try device.judge(.activity, calls.metrics(metrics), true).flatMap { _ in
      func share(_ index: Int) -> Share? {
        let percent = values[index].value
        guard values[index].result == LL_NVML_OK, percent >= 0, percent <= 100.5 else { return nil }
        return Share(min(1, percent / 100))
      }
      guard let multiprocessors = share(0) else { return nil }
      var activity = GPUActivity(multiprocessors: multiprocessors)
      activity.occupancy = share(1)
      activity.tensor = share(2)
      activity.memory = share(3)
      return activity
    }
  }
}
