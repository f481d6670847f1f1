import Model

/// A driver as the thread that asks it sees it; made on that thread, and never leaves it.
///
/// Any call may block for as long as the driver likes, or never return.
protocol GPUDriver: AnyObject {
  /// `NVIDIA 570.86.15`, once it is open.
  var version: SafeText? { get }

  /// Opens it where it is not open; the number of its devices.
  func open() throws(GPUDriverProblem) -> Int

  /// Reads one device and the instances below it, in this order; `nil` where there is none.
  ///
  /// - Throws: where the driver has to be opened again.
  func read(_ index: Int, _ request: GPURequest) throws(GPUDriverProblem) -> [GPUReading]
}

enum GPUDriverProblem: Error, Equatable {
  /// There is no such driver here: nothing to ask, ever.
  case absent
  /// It is there and does not work, for a reason in words.
  case failed(SafeText)
}

/// What is asked for with a reading.
struct GPURequest: Sendable {
  /// Bytes over PCIe: 20 ms a call.
  var wantsPCIe = false
  /// Processes that may hold a device (DRM drivers have no list of them).
  var candidates: [Int32] = []
}
