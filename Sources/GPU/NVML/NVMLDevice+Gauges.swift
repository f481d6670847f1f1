import CNVML
import Model

/// Gauges and counters that a single call answers.
extension NVMLDevice {
  /// What changes by the day, or at an operator's command, is asked for every so many readings.
  private static let slowlyEvery = 60
  /// So often, what was refused is tried again.
  private static let forgetEvery = 900

  func readGauges(into reading: inout GPUReading, wantsPCIe: Bool) throws(NVMLFailure) {
    if readings > 0, readings % Self.forgetEvery == 0 { forgetRefusals() }
    try readUtilization(into: &reading)
    try readMemory(into: &reading)
    reading.power = try number(.power, library.power).map(Self.watts)
    reading.energy = try number(.energy, library.energy)
    reading.clock = try number(.clock, library.clock, LL_NVML_CLOCK_SM).map { Int($0) }
    reading.memoryClock = try number(.memoryClock, library.clock, LL_NVML_CLOCK_MEMORY)
      .map { Int($0) }
    reading.temperature = try number(.temperature, library.temperature, LL_NVML_SENSOR_GPU)
      .map { Int($0) }
    reading.throttles = try number(.throttles, library.throttles).map(GPUThrottles.init(reasons:))
    reading.throttleTimes = try throttleTimes()
    if parent == nil {
      reading.powerLimit = try number(.limit, library.limit).map(Self.watts)
      if readings % Self.slowlyEvery == 0 {
        rows = try remappedRows()
        if readings > 0 { constants = try readConstants() }
      }
      reading.powerLimitRange = constants.limitRange
      reading.powerLimitDefault = constants.limitDefault
      reading.clockMost = constants.clockMost
      reading.slowdownTemperature = constants.slowdown
      reading.remappedRows = rows
    }
    if wantsPCIe {
      reading.received = try number(.received, library.traffic, LL_NVML_PCIE_RECEIVED)
        .map { ByteRate(Double($0) * 1000) }
      reading.sent = try number(.sent, library.traffic, LL_NVML_PCIE_SENT)
        .map { ByteRate(Double($0) * 1000) }
    } else {
      reading.received = remembered(.received) ?? (library.traffic == nil ? .unsupported : .unknown)
      reading.sent = remembered(.sent) ?? (library.traffic == nil ? .unsupported : .unknown)
    }
  }

  func readConstants() throws(NVMLFailure) -> Constants {
    var constants = Constants()
    if let known: Measure<ClosedRange<Watts>> = remembered(.limitRange) {
      constants.limitRange = known
    } else if let call = library.limitRange {
      var least: UInt32 = 0
      var most: UInt32 = 0
      constants.limitRange = try judge(.limitRange, call(handle, &least, &most), true)
        .flatMap { _ in least <= most ? Self.watts(least)...Self.watts(most) : nil }
    }
    constants.limitDefault = try number(.limitDefault, library.limitDefault).map(Self.watts)
    constants.clockMost = try number(.clockMost, library.clockMost, LL_NVML_CLOCK_SM)
      .map { Int($0) }
    constants.slowdown = try number(.slowdown, library.threshold, LL_NVML_THRESHOLD_SLOWDOWN)
      .map { Int($0) }
    return constants
  }

  /// NVML counts milliwatts.
  private static func watts(_ milliwatts: UInt32) -> Watts { Watts(Double(milliwatts) / 1000) }

  /// A percentage as a part of 1; nil for more than 100, which drivers do say.
  static func share(_ percent: UInt64) -> Share? {
    percent <= 100 ? Share(Double(percent) / 100) : nil
  }

  private func readUtilization(into reading: inout GPUReading) throws(NVMLFailure) {
    guard let call = library.utilization else { return }
    if let known: Measure<Share> = remembered(.utilization) {
      reading.busy = known
      reading.memoryBusy = known
      return
    }
    var value = ll_nvml_utilization()
    let answer = try judge(.utilization, call(handle, &value), true)
    reading.busy = answer.flatMap { _ in Self.share(UInt64(value.gpu)) }
    reading.memoryBusy = answer.flatMap { _ in Self.share(UInt64(value.memory)) }
  }

  private func readMemory(into reading: inout GPUReading) throws(NVMLFailure) {
    if let call = library.memoryV2 {
      let known: Measure<Bool>? = remembered(.memoryV2)
      if known != .unsupported {
        var value = ll_nvml_memory_v2()
        value.version = UInt32(LL_NVML_MEMORY_V2)
        let answer: Measure<Bool>
        if let known {
          answer = known
        } else {
          answer = try judge(.memoryV2, call(handle, &value), true)
        }
        if answer != .unsupported {
          take(answer, total: value.total, used: value.used, into: &reading)
          reading.memoryReserved = answer.flatMap { _ in Self.bytes(value.reserved) }
          if value.total == 0, answer == .value(true) { reading.memoryReserved = .unsupported }
          return
        }
      }
    }
    guard let call = library.memory else { return }
    if let known: Measure<Bytes> = remembered(.memory) {
      reading.memory = known
      reading.memoryUsed = known
      return
    }
    var value = ll_nvml_memory()
    let answer = try judge(.memory, call(handle, &value), true)
    take(answer, total: value.total, used: value.used, into: &reading)
  }

  /// A device that shares the box's memory says 0: it has none of its own to tell of.
  private func take(
    _ answer: Measure<Bool>, total: UInt64, used: UInt64, into reading: inout GPUReading
  ) {
    if answer == .value(true), total == 0 { return }
    reading.memory = answer.flatMap { _ in Self.bytes(total) }
    reading.memoryUsed = answer.flatMap { _ in Self.bytes(used) }
  }

  /// An amount; nil for 2⁶⁴-1, which is how NVML says that it does not know.
  static func bytes(_ count: UInt64) -> Bytes? {
    count == .max ? nil : Bytes(clamping: count)
  }

  private func throttleTimes() throws(NVMLFailure) -> Measure<GPUThrottleTimes> {
    guard let call = library.fields, parent == nil else { return .unsupported }
    if let known: Measure<GPUThrottleTimes> = remembered(.times) { return known }
    var fields = Self.throttleFields
    let code = fields.withUnsafeMutableBufferPointer {
      call(handle, Int32($0.count), $0.baseAddress)
    }
    let answer = try judge(.times, code, true)
    guard answer == .value(true) else { return answer.flatMap { _ in nil } }
    func value(_ index: Int) -> UInt64? {
      // Each has an answer of its own; a duration is an unsigned number of 8 bytes, or of 4.
      guard fields[index].result == LL_NVML_OK else { return nil }
      return fields[index].type == 1 ? fields[index].value & 0xFFFF_FFFF : fields[index].value
    }
    let thermal: UInt64? =
      if let software = value(2), let hardware = value(3) { software &+ hardware } else { value(1) }
    let times = GPUThrottleTimes(power: value(0), thermal: thermal, brake: value(4))
    guard times.power != nil || times.thermal != nil || times.brake != nil else {
      remember(unsupported: .times)
      return .unsupported
    }
    return .value(times)
  }

  private static let throttleFields = [
    LL_NVML_FIELD_POWER, LL_NVML_FIELD_THERMAL, LL_NVML_FIELD_SW_THERMAL,
    LL_NVML_FIELD_HW_THERMAL, LL_NVML_FIELD_HW_BRAKE,
  ].map { number in
    var field = ll_nvml_field()
    field.field = UInt32(number)
    // What a driver does not touch was not answered.
    field.result = Int32(LL_NVML_NOT_SUPPORTED)
    return field
  }

  private func remappedRows() throws(NVMLFailure) -> Measure<GPURemappedRows> {
    guard let call = library.rows else { return .unsupported }
    if let known: Measure<GPURemappedRows> = remembered(.rows) { return known }
    var values: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    let code = call(handle, &values.0, &values.1, &values.2, &values.3)
    return try judge(
      .rows, code,
      GPURemappedRows(
        correctable: Int(values.0), uncorrectable: Int(values.1), isPending: values.2 != 0,
        hasFailed: values.3 != 0))
  }
}

extension GPUThrottles {
  /// From NVML's bits. A slowdown by the hardware without its cause is left out: it is also said
  /// while clocks change.
  init(reasons: UInt64) {
    self = []
    func has(_ bits: some BinaryInteger) -> Bool { reasons & UInt64(bits) != 0 }
    if has(LL_NVML_REASON_POWER) { insert(.power) }
    if has(LL_NVML_REASON_SW_THERMAL) || has(LL_NVML_REASON_HW_THERMAL) { insert(.thermal) }
    if has(LL_NVML_REASON_HW_BRAKE) { insert(.brake) }
  }
}
