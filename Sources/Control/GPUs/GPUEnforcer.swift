import GPU
import Glibc
import Model

/// Changes GPUs: what a device may draw at most is all that can be set on one.
struct GPUEnforcer: Enforcer {
  private let gpus: GPUDevices
  /// The effective user.
  private let uid: UInt32

  init(_ gpus: GPUDevices, uid: UInt32) {
    self.gpus = gpus
    self.uid = uid
  }

  /// Drivers round to what the hardware takes: less than this, in microwatts, is the same.
  private static let tolerance: Int64 = 1_000_000

  static var areNotAsked: ChangeFailure {
    ChangeFailure(
      .never, "The configuration has GPUs off ([gpu] source): no driver is asked from here.")
  }

  static var belongsToNoJob: ChangeFailure {
    ChangeFailure(
      .never,
      "A power limit is a GPU's, not a job's; set that of the device, such as gpu:0 power=300W.")
  }

  var backend: ControlBackend { .gpu }

  func inspect(_ target: Target) throws(ChangeFailure) -> JobControl {
    let values = try gpus.device(Self.id(of: target)).values
    var knobs: [Knob: JobControl.Ability] = [:]
    for knob in Knob.allCases { knobs[knob] = .fixed(nil, reason: Self.hasNone(knob)) }
    let now = KnobValue.power(values.now)
    knobs[.power] = refusal.map { .fixed(now, reason: $0) } ?? .settable(now)
    return JobControl(
      target: target, backend: backend, knobs: knobs,
      above: JobControl.Bounds(power: values.range))
  }

  func steps(for change: Change) throws(ChangeFailure) -> [Step] {
    guard case .power(let limit) = change.to else {
      throw ChangeFailure(.never, Self.hasNone(change.knob))
    }
    let device = try gpus.device(Self.id(of: change.target))
    if let refusal { throw ChangeFailure(.never, refusal, errno: EPERM) }
    guard device.values.range.contains(limit) else {
      throw ChangeFailure(.outside(device.values.range))
    }
    return [
      Step(
        place: .device(device.identity.id, vendor: device.identity.vendor),
        before: device.values.now.microwatts, after: limit.microwatts,
        expected: .number(tolerance: Self.tolerance), mayBlock: true)
    ]
  }

  /// The device's directory in sysfs, which anybody can name and nobody removes.
  func lockDirectory(of target: Target) -> String? {
    guard let id = try? Self.id(of: target), let identity = try? gpus.device(id).identity,
      let address = identity.address
    else { return nil }
    let link = "\(gpus.sys)/bus/pci/devices/\(address.string.lowercased())"
    guard let path = realpath(link, nil) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }

  func notes(on change: Change) -> [String] {
    guard let device = try? gpus.device(Self.id(of: change.target)),
      device.values.now != device.values.normal
    else { return [] }
    switch device.identity.vendor {
    case .nvidia:
      return [
        "It holds until the driver closes the device: at the next restart or, without persistence mode (nvidia-smi -pm 1), as soon as no program uses it."
      ]
    case .amd, .intel: return ["It holds until the driver is unloaded or the box restarts."]
    }
  }

  func processes(of target: Target) throws(ChangeFailure) -> [ProcessIdentity] {
    throw ChangeFailure(.never, "\(target.name) is a device, not a job: it has no processes.")
  }

  private static func id(of target: Target) throws(ChangeFailure) -> GPUID {
    guard case .gpu(let id) = target.id else {
      throw ChangeFailure(.never, "\(target.name) is no GPU.")
    }
    return id
  }

  private static func hasNone(_ knob: Knob) -> String {
    "A GPU has no \(knob.rawValue) to set, only power."
  }

  private var refusal: String? {
    uid == 0 ? nil : "Only root may set what a GPU may draw."
  }
}
