import Model

/// A card of AMD's or Intel's driver, read from sysfs.
final class DRMCard {
  private let device: String
  private let card: String
  private let driver: String
  /// The directory of its sensors.
  let monitor: String?
  let identity: GPUIdentity
  let address: SafeText
  private var energyBefore: (energy: UInt64, time: Instant)?

  /// nil where `name` (`card0`) is no card of these drivers.
  init?(_ name: String, prefix: String) {
    card = "\(prefix)/sys/class/drm/\(name)"
    device = card + "/device"
    guard name.hasPrefix("card"), let index = Int(name.dropFirst(4)),
      let driver = SmallFile.linkName(device + "/driver"),
      let vendor: GPUIdentity.Vendor =
        switch driver {
        case "amdgpu": .amd
        case "xe", "i915": .intel
        default: nil
        }
    else { return nil }
    self.driver = driver
    let address = Self.address(device) ?? SafeText(name)
    self.address = address
    monitor = SmallFile.names(in: device + "/hwmon").first { $0.hasPrefix("hwmon") }
      .map { [device] in "\(device)/hwmon/\($0)" }
    let model = SmallFile.line(device + "/device")?.replacing("0x", with: "") ?? ""
    let plain = (vendor == .amd ? "AMD GPU " : "Intel GPU ") + model
    let name = SmallFile.line(device + "/product_name") ?? plain
    var identity = GPUIdentity(
      id: GPUID(address), index: index, vendor: vendor, name: SafeText(name))
    identity.address = address
    identity.node = SmallFile.number(device + "/numa_node").flatMap { $0 >= 0 ? Int($0) : nil }
    self.identity = identity
  }

  /// The PCI address: what the link leads to, else as the driver's events would name it.
  private static func address(_ device: String) -> SafeText? {
    if let name = SmallFile.linkName(device), name.contains(":") { return SafeText(name) }
    guard let text = SmallFile.bytes(device + "/uevent") else { return nil }
    for line in text.split(separator: 0x0A) where line.starts(with: "PCI_SLOT_NAME=".utf8) {
      return SafeText(bytes: line.dropFirst(14))
    }
    return nil
  }

  func read(_ clients: DRMClients.Device?, at now: Instant) -> GPUReading {
    var reading = GPUReading(identity: identity, time: now)
    reading.processes = .value(clients?.processes ?? [])
    reading.engineTime = .value(clients?.engineTime ?? 0)
    // Reading most files would wake a device that is switched off.
    if SmallFile.line(device + "/power/runtime_status") == "suspended" {
      reading.busy = .value(Share(0))
      return reading
    }
    switch driver {
    case "amdgpu": readAMD(into: &reading)
    case "xe": readXe(into: &reading)
    default: readI915(into: &reading)
    }
    readMonitor(into: &reading, at: now)
    return reading
  }

  private func readAMD(into reading: inout GPUReading) {
    reading.busy = percent("gpu_busy_percent")
    reading.memoryBusy = percent("mem_busy_percent")
    reading.memory = bytes("mem_info_vram_total")
    reading.memoryUsed = bytes("mem_info_vram_used")
    (reading.clock, reading.clockMost) = levels("pp_dpm_sclk")
    (reading.memoryClock, _) = levels("pp_dpm_mclk")
  }

  private func readXe(into reading: inout GPUReading) {
    let frequency = device + "/tile0/gt0/freq0"
    reading.clock = number(frequency + "/act_freq").map { Int($0) }
    reading.clockMost = number(frequency + "/max_freq").map { Int($0) }
    let reasons = frequency + "/throttle"
    guard SmallFile.number(reasons + "/status") != nil else { return }
    var throttles: GPUThrottles = []
    func has(_ names: String...) -> Bool {
      names.contains { (SmallFile.number("\(reasons)/\($0)") ?? 0) != 0 }
    }
    if has("reason_pl1", "reason_pl2", "reason_pl4") { throttles.insert(.power) }
    if has("reason_thermal", "reason_prochot", "reason_ratl", "reason_vr_thermalert") {
      throttles.insert(.thermal)
    }
    reading.throttles = .value(throttles)
  }

  private func readI915(into reading: inout GPUReading) {
    reading.clock = number(card + "/gt_act_freq_mhz").map { Int($0) }
    reading.clockMost = number(card + "/gt_max_freq_mhz").map { Int($0) }
  }

  /// Power in microwatts, temperature in thousandths of a degree, energy in microjoules
  /// (Documentation/hwmon/sysfs-interface.rst).
  private func readMonitor(into reading: inout GPUReading, at now: Instant) {
    guard let monitor else { return }
    func watts(_ names: String...) -> Measure<Watts> {
      for name in names {
        if let value = SmallFile.number("\(monitor)/\(name)"), value >= 0 {
          return .value(Watts(Double(value) / 1e6))
        }
      }
      return .unsupported
    }
    reading.power = watts("power1_average", "power1_input")
    reading.powerLimit = watts("power1_cap", "power1_max")
    reading.powerLimitDefault = watts("power1_cap_default", "power1_rated_max")
    if let least = watts("power1_cap_min").value, let most = watts("power1_cap_max").value,
      least <= most
    {
      reading.powerLimitRange = .value(least...most)
    }
    if let energy = SmallFile.number(monitor + "/energy1_input"), energy >= 0 {
      let energy = UInt64(energy)
      reading.energy = .value(energy / 1000)
      if reading.power == .unsupported {
        reading.power = power(from: energy, at: now)
      }
    }
    let temperature = number(monitor + "/temp1_input")
    reading.temperature =
      (temperature.value == nil ? number(monitor + "/temp2_input") : temperature)
      .map { Int($0 / 1000) }
    reading.slowdownTemperature = number(monitor + "/temp1_crit").map { Int($0 / 1000) }
  }

  /// Mean power since the last reading.
  private func power(from energy: UInt64, at now: Instant) -> Measure<Watts> {
    defer { energyBefore = (energy, now) }
    guard let (before, time) = energyBefore, energy >= before else { return .unknown }
    let seconds = now.seconds(since: time)
    return seconds > 0 ? .value(Watts(Double(energy - before) / 1e6 / seconds)) : .unknown
  }

  private func number(_ path: String) -> Measure<Int64> {
    SmallFile.number(path).map { .value($0) } ?? .unsupported
  }

  private func percent(_ name: String) -> Measure<Share> {
    number("\(device)/\(name)").flatMap {
      $0 >= 0 && $0 <= 100 ? Share(Double($0) / 100) : nil
    }
  }

  private func bytes(_ name: String) -> Measure<Bytes> {
    // An integrated device says 0: it has no memory of its own.
    number("\(device)/\(name)").flatMap { $0 >= 0 ? Bytes($0) : nil }
  }

  /// MHz of the level that is in force, which has a star, and the most of all; they are in no order.
  private func levels(_ name: String) -> (now: Measure<Int>, most: Measure<Int>) {
    guard let text = SmallFile.bytes("\(device)/\(name)") else {
      return (.unsupported, .unsupported)
    }
    var now: Int?
    var most: Int?
    for line in text.split(separator: 0x0A) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        let value = Digits.number(line[(colon + 1)...].drop { $0 == 0x20 })
      else { continue }
      let megahertz = Int(clamping: value)
      most = max(most ?? 0, megahertz)
      if line.contains(UInt8(ascii: "*")) { now = megahertz }
    }
    return (now.map { .value($0) } ?? .unknown, most.map { .value($0) } ?? .unknown)
  }
}
