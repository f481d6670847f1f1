import CNVML

/// Answers after which nothing else need be asked of a device.
enum NVMLFailure: Error, Equatable {
  /// It has fallen off the bus, or needs a reset.
  case lost
  /// We may not have its handle.
  case refused
  /// The library has forgotten that it was opened: somebody shut it down, or the driver was reloaded.
  case uninitialized
  /// An instance that is no longer there.
  case gone
  /// Nothing that was asked was answered.
  case silent

  /// Whether a code says so.
  init?(_ code: Int32) {
    switch Int(code) {
    case Int(LL_NVML_GPU_IS_LOST), Int(LL_NVML_RESET_REQUIRED): self = .lost
    case Int(LL_NVML_UNINITIALIZED): self = .uninitialized
    default: return nil
    }
  }
}

/// What is remembered of a measure once it was refused, so that it is not asked again at each tick.
enum NVMLQuestion: Int, CaseIterable {
  case utilization, samples, memory, memoryV2, power, limit, energy, clock, memoryClock
  case temperature, throttles, times, rows, compute, graphics, sharing, shares, activity
  case sent, received, limitRange, limitDefault, clockMost, slowdown, splitting
  case address
}

/// A set of questions.
struct NVMLQuestions {
  private var bits: UInt64 = 0

  func contains(_ question: NVMLQuestion) -> Bool { bits & 1 << UInt64(question.rawValue) != 0 }
  mutating func insert(_ question: NVMLQuestion) { bits |= 1 << UInt64(question.rawValue) }
  mutating func removeAll() { bits = 0 }
}
