import GPU
import Glibc
import Model

/// The power limits of GPUs as places, asked through drivers that may take long.
struct GPUDevices: PlaceAccess {
  private let limit: GPUPowerLimit
  private let calls = DriverCalls()
  let sys: String

  /// Seconds. A driver that nobody uses starts its devices first, which takes a second or two each.
  private static let patience = 20.0
  private static let glance = 1.0
  /// Threads that may be stuck in a driver while it is asked once more.
  private static let stuck = 2

  init(_ limit: GPUPowerLimit, sys: String) {
    self.limit = limit
    self.sys = sys
  }

  func identities() throws(ChangeFailure) -> [GPUIdentity] {
    try answer(within: Self.patience, most: Self.stuck) {
      [limit] () throws(GPUPowerLimit.Problem) in try limit.identities()
    }
  }

  func device(_ id: GPUID) throws(ChangeFailure) -> GPUPowerLimit.Device {
    try answer(within: Self.patience, most: Self.stuck) {
      [limit] () throws(GPUPowerLimit.Problem) in try limit.device(id)
    }
  }

  private func answer<Answer: Sendable>(
    within seconds: Double, most: Int,
    _ ask: @escaping @Sendable () throws(GPUPowerLimit.Problem) -> Answer
  ) throws(ChangeFailure) -> Answer {
    let answer = calls.answer(within: seconds, most: most) {
      () -> Result<Answer, GPUPowerLimit.Problem> in
      do throws(GPUPowerLimit.Problem) { return .success(try ask()) } catch {
        return .failure(error)
      }
    }
    switch answer {
    case .success(let answer): return answer
    case .failure(let problem): throw ChangeFailure(problem)
    case nil: throw Self.silence
    }
  }

  private static var silence: ChangeFailure {
    ChangeFailure(.notNow, "The GPU's driver does not answer: try again when it does.")
  }

  // MARK: Places

  func read(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    try device(Self.id(of: place)).values.now.microwatts
  }

  func glance(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    let id = try Self.id(of: place)
    // One look that waits is enough.
    return try answer(within: Self.glance, most: 0) {
      [limit] () throws(GPUPowerLimit.Problem) in try limit.values(of: id)
    }.now.microwatts
  }

  func effective(_ file: String, of place: Place) -> String? { nil }

  /// On the thread of the caller, who has a deadline for it.
  func write(_ text: String, to place: Place) throws(ChangeFailure) {
    guard let watts = Watts(microwatts: text) else {
      throw ChangeFailure(.failed, "\(text.debugDescription) is no power.")
    }
    let id = try Self.id(of: place)
    do throws(GPUPowerLimit.Problem) { try limit.set(watts, of: id) } catch {
      throw ChangeFailure(error, setting: watts)
    }
  }

  private static func id(of place: Place) throws(ChangeFailure) -> GPUID {
    guard case .device(let id, _) = place else {
      throw ChangeFailure(.failed, "\(place) is no device.")
    }
    return id
  }
}

extension ChangeFailure {
  init(_ problem: GPUPowerLimit.Problem, setting wanted: Watts? = nil) {
    switch problem {
    case .noDevice: self.init(.never, "No driver here has this device.", errno: ENODEV)
    case .unsupported: self.init(.never, "The device has no power limit that can be set.")
    case .refused:
      self.init(
        .never,
        "The driver does not let this process set a power limit: it takes root, and outside of a container.",
        errno: EPERM)
    case .outside(let range):
      self.init(
        .never,
        "The device takes a limit from \(range.lowerBound.text) to \(range.upperBound.text).")
    case .notInForce(let now):
      let taken = wanted.map { "took \($0.text) and" } ?? "says that"
      self.init(.failed, "The driver \(taken) \(now.text) is in force.")
    case .failed(let reason): self.init(.failed, "The power limit cannot be used: \(reason).")
    }
  }
}

extension Watts {
  init?(microwatts text: String) {
    guard let count = Int64(text), count >= 0 else { return nil }
    self.init(Double(count) / 1e6)
  }

  var microwatts: String { "\(Int64((min(max(value, 0), 1e9) * 1e6).rounded()))" }
}
