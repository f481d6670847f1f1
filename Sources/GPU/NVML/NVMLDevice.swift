import CNVML
import Glibc
import Model

/// One device of NVIDIA's driver, or an instance of one, and what is remembered of it.
final class NVMLDevice {
  let library: NVMLLibrary
  let handle: ll_nvml_device
  /// The device that this is an instance of.
  let parent: ll_nvml_device?
  /// Its number among the instances of its device.
  let instanceNumber: UInt32
  var identity: GPUIdentity

  /// Measures that it does not offer, and those that we may not have.
  private var unsupported = NVMLQuestions()
  private var denied = NVMLQuestions()
  /// Answers and failures in this reading: a device that only fails is silent.
  var answers = 0
  var failures = 0
  var denials = 0

  /// What does not change while the driver is loaded, but by somebody's command.
  var constants = Constants()
  /// The driver's clock at the newest of its samples that were taken.
  var newestBusy: UInt64?
  var newestShares: UInt64?
  var activity: NVMLActivity?
  var rows: Measure<GPURemappedRows> = .unsupported
  var readings = 0

  struct Constants {
    var limitRange: Measure<ClosedRange<Watts>> = .unsupported
    var limitDefault: Measure<Watts> = .unsupported
    var clockMost: Measure<Int> = .unsupported
    var slowdown: Measure<Int> = .unsupported
  }

  /// A whole device.
  init(_ handle: ll_nvml_device, index: Int, library: NVMLLibrary, prefix: String)
    throws(NVMLFailure)
  {
    self.library = library
    self.handle = handle
    parent = nil
    instanceNumber = 0
    identity = try Self.identity(handle, index: index, library: library)
    identity.address = try address()
    identity.node = identity.address.flatMap { PCIDevice.node($0, prefix: prefix) }
    constants = try readConstants()
  }

  /// An instance of `device`.
  init(_ handle: ll_nvml_device, index: Int, of device: NVMLDevice) throws(NVMLFailure) {
    library = device.library
    self.handle = handle
    parent = device.handle
    var number: UInt32 = 0
    if let call = library.instanceNumber, call(handle, &number) != LL_NVML_OK { number = 0 }
    instanceNumber = number
    identity = try Self.identity(handle, index: index, library: library)
    identity.address = device.identity.address
    identity.node = device.identity.node
    identity.parent = device.identity.id
  }

  private static func identity(
    _ handle: ll_nvml_device, index: Int, library: NVMLLibrary
  ) throws(NVMLFailure) -> GPUIdentity {
    let uuid = try text(handle, library.uuid)
    let name = try text(handle, library.name)
    return GPUIdentity(
      id: GPUID(uuid ?? SafeText("GPU \(index)")), index: index, vendor: .nvidia,
      name: name ?? SafeText("GPU \(index)"))
  }

  private static func text(
    _ handle: ll_nvml_device, _ call: ll_nvml_device_text_call?
  ) throws(NVMLFailure) -> SafeText? {
    guard let call else { return nil }
    var code: Int32 = 0
    let bytes = cString(capacity: Int(LL_NVML_NAME_SIZE)) { buffer, size in
      code = call(handle, buffer, size)
      return code == LL_NVML_OK
    }
    if let failure = NVMLFailure(code) { throw failure }
    switch Int(code) {
    case Int(LL_NVML_OK), Int(LL_NVML_NOT_SUPPORTED), Int(LL_NVML_NO_PERMISSION),
      Int(LL_NVML_INVALID_ARGUMENT), Int(LL_NVML_FUNCTION_NOT_FOUND),
      Int(LL_NVML_INSUFFICIENT_SIZE):
      return bytes.map { SafeText(bytes: $0) }
    default:
      // It may say the next time: a device that is known by another name would be another device.
      throw .silent
    }
  }

  /// A text that a call writes, up to its end; nil where it fails or writes nothing.
  static func cString(
    capacity: Int, _ fill: (UnsafeMutablePointer<CChar>, UInt32) -> Bool
  ) -> [UInt8]? {
    var buffer = [CChar](repeating: 0, count: capacity + 1)
    let isFilled = buffer.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { fill($0, UInt32(capacity)) } ?? false
    }
    guard isFilled else { return nil }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return bytes.isEmpty ? nil : bytes
  }

  private func address() throws(NVMLFailure) -> SafeText? {
    guard let call = library.pci else { return nil }
    var info = ll_nvml_pci()
    guard try judge(.address, call(handle, &info), true) == .value(true) else { return nil }
    func text(_ field: some Any) -> [UInt8] {
      withUnsafeBytes(of: field) { Array($0.prefix { $0 != 0 }) }
    }
    let long = text(info.address)
    return PCIDevice.address(long.isEmpty ? text(info.legacy) : long)
  }
}

extension NVMLDevice {
  /// The value after a call that answered `code`, and what to remember of a refusal.
  func judge<Value>(
    _ question: NVMLQuestion, _ code: Int32, _ value: @autoclosure () -> Value
  ) throws(NVMLFailure) -> Measure<Value> {
    if let failure = NVMLFailure(code) { throw failure }
    switch Int(code) {
    case Int(LL_NVML_OK):
      answers += 1
      return .value(value())
    case Int(LL_NVML_NOT_SUPPORTED), Int(LL_NVML_FUNCTION_NOT_FOUND),
      Int(LL_NVML_ARGUMENT_VERSION_MISMATCH):
      answers += 1
      unsupported.insert(question)
      return .unsupported
    case Int(LL_NVML_INVALID_ARGUMENT):
      // So answers a call that this kind of device or instance does not take.
      answers += 1
      unsupported.insert(question)
      return .unsupported
    case Int(LL_NVML_NO_PERMISSION):
      denials += 1
      denied.insert(question)
      return .unknown
    case Int(LL_NVML_NOT_FOUND), Int(LL_NVML_INSUFFICIENT_SIZE):
      answers += 1
      return .unknown
    default:
      failures += 1
      return .unknown
    }
  }

  /// What is known of a measure without asking; nil where it is to be asked.
  func remembered<Value>(_ question: NVMLQuestion) -> Measure<Value>? {
    if unsupported.contains(question) { return .unsupported }
    if denied.contains(question) {
      denials += 1
      return .unknown
    }
    return nil
  }

  /// Asks for everything again once: modes and permissions change at an operator's command.
  func forgetRefusals() {
    unsupported.removeAll()
    denied.removeAll()
  }

  func remember(unsupported question: NVMLQuestion) { unsupported.insert(question) }

  func number(
    _ question: NVMLQuestion, _ call: ll_nvml_unsigned_call?
  ) throws(NVMLFailure) -> Measure<UInt32> {
    guard let call else { return .unsupported }
    if let known: Measure<UInt32> = remembered(question) { return known }
    var value: UInt32 = 0
    return try judge(question, call(handle, &value), value)
  }

  func number(
    _ question: NVMLQuestion, _ call: ll_nvml_long_call?
  ) throws(NVMLFailure) -> Measure<UInt64> {
    guard let call else { return .unsupported }
    if let known: Measure<UInt64> = remembered(question) { return known }
    var value: UInt64 = 0
    return try judge(question, call(handle, &value), value)
  }

  func number(
    _ question: NVMLQuestion, _ call: ll_nvml_chosen_call?, _ choice: some BinaryInteger
  ) throws(NVMLFailure) -> Measure<UInt32> {
    guard let call else { return .unsupported }
    if let known: Measure<UInt32> = remembered(question) { return known }
    var value: UInt32 = 0
    return try judge(question, call(handle, UInt32(choice), &value), value)
  }
}

extension Measure {
  /// As `map`, where some values are none: garbage is unknown.
  func flatMap<Other: Sendable & Equatable>(_ change: (Value) -> Other?) -> Measure<Other> {
    switch self {
    case .value(let value): change(value).map { .value($0) } ?? .unknown
    case .unknown: .unknown
    case .unsupported: .unsupported
    }
  }
}
