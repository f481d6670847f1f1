import CLinux
import CNVML
import Glibc
package import Model

/// What a device may draw at most, set through its driver.
///
/// Every call asks the driver and may block: it is for a thread that may wait. Setting needs root. A
/// limit lasts until the driver is unloaded or the box restarts, and is not a job's but the device's.
package struct GPUPowerLimit: Sendable {
  package enum Problem: Error, Equatable {
    /// There is no such device, or no driver.
    case noDevice
    /// The device has no limit, or none that can be set.
    case unsupported
    /// We may not set it.
    case refused
    /// It can be set only to values of this range.
    case outside(ClosedRange<Watts>)
    /// It was set, and something else is in force.
    case notInForce(Watts)
    case failed(SafeText)
  }

  /// A limit, and what it may be.
  package struct Values: Sendable, Equatable {
    package var now: Watts
    package var range: ClosedRange<Watts>
    /// What it is without us; nil where the device does not say.
    package var normal: Watts?
  }

  /// A device that is there, and its limit where it has one.
  package struct Device: Sendable, Equatable {
    package var identity: GPUIdentity
    package var values: Values
  }

  private let library: String
  private let prefix: String

  /// - Parameters:
  ///   - library: NVIDIA's library, by name or path.
  ///   - prefix: put before `/sys` and `/proc`: empty on a real box.
  package init(library: String = "libnvidia-ml.so.1", prefix: String = "") {
    self.library = library
    self.prefix = prefix
  }

  /// Where hwmon has the limit of a vendor's devices, in microwatts; nil where the driver's library sets
  /// it.
  package static func file(of vendor: GPUIdentity.Vendor) -> String? {
    switch vendor {
    case .nvidia: nil
    case .amd: "power1_cap"
    case .intel: "power1_max"
    }
  }

  package func values(of id: GPUID) throws(Problem) -> Values { try device(id).values }

  package func device(_ id: GPUID) throws(Problem) -> Device {
    let found = try place(of: id)
    return Device(identity: found.identity, values: try found.place.values())
  }

  /// The devices of all drivers, those that cannot say who they are left out.
  ///
  /// - Throws: where there are none, and a driver cannot be asked.
  package func identities() throws(Problem) -> [GPUIdentity] {
    let cards = cards.map(\.identity).sorted { $0.index < $1.index }
    do throws(Problem) {
      return try NVIDIADevices(library, prefix: prefix).devices.map(\.identity) + cards
    } catch {
      if cards.isEmpty, error != .noDevice { throw error }
      return cards
    }
  }

  /// Sets a limit and gives what is in force then.
  @discardableResult
  package func set(_ limit: Watts, of id: GPUID) throws(Problem) -> Watts {
    let place = try place(of: id).place
    let range = try place.values().range
    guard range.contains(limit) else { throw .outside(range) }
    try place.write(limit)
    let now = try place.values().now
    // Drivers round to what the hardware takes.
    guard abs(now.value - limit.value) < 1 else { throw .notInForce(now) }
    return now
  }

  private var cards: [DRMCard] {
    SmallFile.names(in: prefix + "/sys/class/drm").compactMap { DRMCard($0, prefix: prefix) }
  }

  private func place(
    of id: GPUID
  ) throws(Problem) -> (identity: GPUIdentity, place: any PowerLimitPlace) {
    // A driver that cannot be asked may have it, unless another has.
    var problem = Problem.noDevice
    do throws(Problem) {
      let nvidia = try NVIDIADevices(library, prefix: prefix)
      if let device = nvidia.devices.first(where: { $0.identity.id == id }) {
        return (device.identity, NVMLPowerLimit(device: device))
      }
      if nvidia.hasSilent {
        problem = .failed(SafeText("a device does not say who it is"))
      }
    } catch { problem = error }
    for card in cards where card.identity.id == id {
      let vendor = card.identity.vendor
      guard let directory = card.monitor, let file = Self.file(of: vendor) else {
        throw .unsupported
      }
      return (
        card.identity,
        PowerLimitFiles(directory: directory, file: file, isAMD: vendor == .amd)
      )
    }
    throw problem
  }
}

/// The whole devices of NVIDIA's driver.
private struct NVIDIADevices {
  private(set) var devices: [NVMLDevice] = []
  /// One of them did not say who it is.
  private(set) var hasSilent = false

  /// - Throws: `noDevice` where there is no such driver; else why it cannot be asked.
  init(_ path: String, prefix: String) throws(GPUPowerLimit.Problem) {
    let library: NVMLLibrary
    do { library = try NVMLLibrary(path) } catch { throw .noDevice }
    try NVMLPowerLimit.check(library.initialize())
    var count: UInt32 = 0
    try NVMLPowerLimit.check(library.count(&count))
    for index in 0..<min(count, 256) {
      var handle: ll_nvml_device?
      guard library.handle(index, &handle) == LL_NVML_OK, let handle,
        let device = try? NVMLDevice(handle, index: Int(index), library: library, prefix: prefix)
      else {
        hasSilent = true
        continue
      }
      devices.append(device)
    }
  }
}

/// Where one device's limit is read and written.
private protocol PowerLimitPlace {
  func values() throws(GPUPowerLimit.Problem) -> GPUPowerLimit.Values
  func write(_ limit: Watts) throws(GPUPowerLimit.Problem)
}

private struct NVMLPowerLimit: PowerLimitPlace {
  let device: NVMLDevice

  func values() throws(GPUPowerLimit.Problem) -> GPUPowerLimit.Values {
    guard let call = device.library.limit else { throw .unsupported }
    let range: ClosedRange<Watts>
    switch device.constants.limitRange {
    case .value(let value): range = value
    case .unsupported: throw .unsupported
    case .unknown: throw .failed(SafeText("the device does not tell what limits it takes"))
    }
    var now: UInt32 = 0
    try Self.check(call(device.handle, &now))
    return GPUPowerLimit.Values(
      now: Watts(Double(now) / 1000), range: range, normal: device.constants.limitDefault.value)
  }

  func write(_ limit: Watts) throws(GPUPowerLimit.Problem) {
    guard let call = device.library.setLimit else { throw .unsupported }
    try Self.check(call(device.handle, UInt32((limit.value * 1000).rounded())))
  }

  static func check(_ code: Int32) throws(GPUPowerLimit.Problem) {
    switch Int(code) {
    case Int(LL_NVML_OK): return
    case Int(LL_NVML_NOT_SUPPORTED): throw .unsupported
    case Int(LL_NVML_NO_PERMISSION): throw .refused
    case Int(LL_NVML_GPU_IS_LOST), Int(LL_NVML_DRIVER_NOT_LOADED): throw .noDevice
    default: throw .failed(SafeText("NVIDIA's driver answers with error \(code)"))
    }
  }
}

/// Limits in hwmon, in microwatts.
private struct PowerLimitFiles: PowerLimitPlace {
  let directory: String
  let file: String
  /// Intel's drivers have no range: any value up to what the card is rated for.
  let isAMD: Bool

  private func watts(_ name: String) -> Watts? {
    SmallFile.number("\(directory)/\(name)").map { Watts(Double($0) / 1e6) }
  }

  func values() throws(GPUPowerLimit.Problem) -> GPUPowerLimit.Values {
    guard let now = watts(file),
      let most = watts(isAMD ? "power1_cap_max" : "power1_rated_max")
    else { throw .unsupported }
    let least = isAMD ? watts("power1_cap_min") ?? Watts(0) : Watts(1)
    guard least <= most else { throw .unsupported }
    return GPUPowerLimit.Values(
      now: now, range: least...most,
      normal: watts(isAMD ? "power1_cap_default" : "power1_rated_max"))
  }

  func write(_ limit: Watts) throws(GPUPowerLimit.Problem) {
    let path = "\(directory)/\(file)"
    let file = open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { throw errno == EACCES || errno == EPERM ? .refused : .unsupported }
    defer { _ = close(file) }
    let text = Array("\(Int64((limit.value * 1e6).rounded()))\n".utf8)
    guard Glibc.write(file, text, text.count) == text.count else {
      if errno == EACCES || errno == EPERM { throw .refused }
      throw .failed(SafeText("\(path) takes no \(limit.value) W"))
    }
  }
}
