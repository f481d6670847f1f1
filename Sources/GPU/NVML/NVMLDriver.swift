import CNVML
import Glibc
import Host
import Model

/// NVIDIA's driver, through its library.
final class NVMLDriver: GPUDriver {
  private let path: String
  private let prefix: String
  private var library: NVMLLibrary?
  private var isOpen = false
  private var slots: [Slot] = []
  private var events: NVMLEvents?
  private var errors: [ll_nvml_device: GPUError] = [:]
  private var opened = 0
  private let buffers = NVMLBuffers()
  private let presence: ProcessPresence
  private(set) var version: SafeText?

  /// One place in the driver's list.
  private struct Slot {
    var device: NVMLDevice?
    var instances: [NVMLDevice] = []
    /// What the device was when it last answered.
    var identity: GPUIdentity?
    var readings = 0
  }

  /// Instances are made and taken away at an operator's command: looked for every so many readings.
  private static let instancesEvery = 10
  /// Devices come and go with the driver: counted every so many openings, one a round.
  private static let countEvery = 30

  /// - Parameters:
  ///   - path: the library's name, or a path to it.
  ///   - prefix: put before `/sys` and `/proc`.
  init(path: String, prefix: String) {
    self.path = path
    self.prefix = prefix
    presence = ProcessPresence(prefix: prefix)
  }

  func open() throws(GPUDriverProblem) -> Int {
    let library: NVMLLibrary
    if let known = self.library {
      library = known
    } else {
      do {
        library = try NVMLLibrary(path)
      } catch .absent {
        throw .absent
      } catch {
        throw .failed(SafeText("\(path) is not NVIDIA's library"))
      }
      self.library = library
    }
    if isOpen {
      opened += 1
      guard opened % Self.countEvery == 0 else { return slots.count }
    } else {
      try initialize(library)
    }
    var count: UInt32 = 0
    let code = library.count(&count)
    guard code == LL_NVML_OK else {
      isOpen = false
      throw Self.problem(code)
    }
    if Int(count) != slots.count {
      // One that comes or goes can move the others: each is asked anew who it is.
      slots = [Slot](repeating: Slot(), count: Int(min(count, 256)))
    }
    return slots.count
  }

  private func initialize(_ library: NVMLLibrary) throws(GPUDriverProblem) {
    let code = library.initialize()
    guard code == LL_NVML_OK else { throw Self.problem(code) }
    isOpen = true
    opened = 0
    // Handles of before are nobody's now.
    events?.disown()
    for index in slots.indices {
      slots[index].device?.activity?.disown()
      for instance in slots[index].instances { instance.activity?.disown() }
      slots[index].device = nil
      slots[index].instances = []
    }
    errors = [:]
    events = NVMLEvents(library)
    if let call = library.driverVersion,
      let text = NVMLDevice.cString(
        capacity: Int(LL_NVML_DRIVER_SIZE), { call($0, $1) == LL_NVML_OK })
    {
      version = SafeText("NVIDIA " + String(decoding: text, as: UTF8.self))
    } else {
      version = SafeText("NVIDIA")
    }
  }

  private static func problem(_ code: Int32) -> GPUDriverProblem {
    switch Int(code) {
    case Int(LL_NVML_DRIVER_NOT_LOADED): .failed(SafeText("NVIDIA's driver is not loaded"))
    case Int(LL_NVML_NO_PERMISSION): .failed(SafeText("NVIDIA's driver may not be asked"))
    case Int(LL_NVML_VERSION_MISMATCH):
      .failed(SafeText("NVIDIA's library and driver are of different versions: restart the box"))
    case Int(LL_NVML_UNINITIALIZED): .failed(SafeText("NVIDIA's driver was closed"))
    case Int(LL_NVML_GPU_IS_LOST): .failed(SafeText("NVIDIA's driver has lost a device"))
    default: .failed(SafeText("NVIDIA's driver answers with error \(code)"))
    }
  }

  func read(_ index: Int, _ request: GPURequest) throws(GPUDriverProblem) -> [GPUReading] {
    guard let library, slots.indices.contains(index) else { return [] }
    slots[index].readings += 1
    do {
      let device = try device(index, library)
      slots[index].identity = device.identity
      collectErrors()
      let whole = try read(device, request)
      return try [whole] + readInstances(of: device, index, request)
    } catch .uninitialized {
      isOpen = false
      throw Self.problem(Int32(LL_NVML_UNINITIALIZED))
    } catch {
      // Its handle may come to nothing: it is asked for anew.
      if error != .silent { slots[index].device = nil }
      return [absence(of: index, error)]
    }
  }

  /// What is said of a device that does not answer.
  private func absence(of index: Int, _ failure: NVMLFailure) -> GPUReading {
    let identity =
      slots[index].identity
      ?? GPUIdentity(
        id: GPUID(SafeText("GPU \(index)")), index: index, vendor: .nvidia,
        name: SafeText("GPU \(index)"))
    let now = Clock.now
    var reading = GPUReading(identity: identity, time: now)
    reading.processes = .unknown
    reading.condition =
      switch failure {
      case .lost: .lost
      case .refused: .refused
      default: .silent(since: now)
      }
    return reading
  }

  private func device(_ index: Int, _ library: NVMLLibrary) throws(NVMLFailure) -> NVMLDevice {
    if let device = slots[index].device { return device }
    var handle: ll_nvml_device?
    let code = library.handle(UInt32(index), &handle)
    if let failure = NVMLFailure(code) { throw failure }
    guard code == LL_NVML_OK, let handle else {
      throw Int(code) == Int(LL_NVML_NO_PERMISSION) ? .refused : .silent
    }
    let device = try NVMLDevice(handle, index: index, library: library, prefix: prefix)
    events?.listen(to: handle)
    device.activity = library.activity.flatMap { NVMLActivity(handle, $0) }
    try findInstances(of: device, index)
    slots[index].device = device
    return device
  }

  private func read(_ device: NVMLDevice, _ request: GPURequest) throws(NVMLFailure) -> GPUReading {
    var reading = GPUReading(identity: device.identity, time: Clock.now)
    let wall = Clock.wallMicroseconds
    device.answers = 0
    device.failures = 0
    device.denials = 0
    try device.readGauges(into: &reading, wantsPCIe: request.wantsPCIe)
    if !device.identity.isSplit {
      try device.readSamples(into: &reading, buffers, wall: wall)
      try device.readProcesses(into: &reading, buffers, presence, wall: wall)
    }
    if let activity = device.activity { reading.activity = try activity.read(device) }
    device.readings += 1
    if device.answers == 0, device.denials > 0 { throw .refused }
    if device.answers == 0, device.failures > 0 { throw .silent }
    reading.lastError = errors[device.handle]
    return reading
  }

  private func collectErrors() {
    events?.take { device, number in
      errors[device] = GPUError(number: number, time: Clock.now)
    }
  }

  // MARK: Instances

  private func readInstances(
    of device: NVMLDevice, _ index: Int, _ request: GPURequest
  ) throws(NVMLFailure) -> [GPUReading] {
    if slots[index].readings % Self.instancesEvery == 0 { try findInstances(of: device, index) }
    guard device.identity.isSplit else { return [] }
    var readings: [GPUReading] = []
    for instance in slots[index].instances {
      do {
        readings.append(try read(instance, request))
      } catch .uninitialized {
        throw .uninitialized
      } catch .lost {
        throw .lost
      } catch {
        // Taken away a moment ago, or not to be had: the next look says which.
        continue
      }
    }
    return readings
  }

  /// Whether a device is split, and into what; instances that were known keep what was remembered.
  private func findInstances(of device: NVMLDevice, _ index: Int) throws(NVMLFailure) {
    let library = device.library
    guard let splitting = library.splitting, let countCall = library.instanceCount,
      let instanceCall = library.instance
    else { return }
    if device.remembered(.splitting) == Measure<Bool>.unsupported { return }
    var mode: UInt32 = 0
    var pending: UInt32 = 0
    let answer = try device.judge(.splitting, splitting(device.handle, &mode, &pending), true)
    let isSplit = answer == .value(true) && mode == 1
    if isSplit != device.identity.isSplit {
      device.identity.isSplit = isSplit
      device.forgetRefusals()
    }
    var found: [NVMLDevice] = []
    var count: UInt32 = 0
    if isSplit, countCall(device.handle, &count) == LL_NVML_OK {
      for number in 0..<min(count, 64) {
        var handle: ll_nvml_device?
        // Places without an instance answer that there is none.
        guard instanceCall(device.handle, number, &handle) == LL_NVML_OK, let handle else {
          continue
        }
        // A handle can be that of an instance made anew: the identity says which it is.
        let instance = try NVMLDevice(handle, index: Int(number), of: device)
        if let known = slots[index].instances.first(where: {
          $0.handle == handle && $0.identity == instance.identity
        }) {
          found.append(known)
        } else {
          instance.activity = library.activity.flatMap { NVMLActivity(device.handle, $0) }
          found.append(instance)
        }
      }
    }
    slots[index].instances = found
  }
}
