import Model

/// Processes that compute through ROCm: their work goes through /dev/kfd and shows in no fdinfo.
struct KFDProcesses {
  private let root: String

  init(prefix: String) { root = prefix + "/sys/class/kfd/kfd" }

  /// The number by which the compute driver knows each device, by PCI address.
  ///
  /// `location_id` of a node is bus, device and function as PCI packs them; `domain` stands beside it.
  func devices() -> [SafeText: UInt64] {
    var devices: [SafeText: UInt64] = [:]
    for node in SmallFile.names(in: root + "/topology/nodes") {
      let directory = "\(root)/topology/nodes/\(node)"
      // Nodes that are CPUs have 0.
      guard let number = SmallFile.number(directory + "/gpu_id"), number > 0,
        let text = SmallFile.bytes(directory + "/properties")
      else { continue }
      var location: UInt64?
      var domain: UInt64 = 0
      for line in text.split(separator: 0x0A) {
        let words = line.split(separator: 0x20)
        guard words.count == 2 else { continue }
        if words[0].elementsEqual("location_id".utf8) { location = Digits.number(words[1]) }
        if words[0].elementsEqual("domain".utf8) { domain = Digits.number(words[1]) ?? 0 }
      }
      guard let location else { continue }
      let address =
        "\(Self.hex(domain, 4)):\(Self.hex(location >> 8 & 0xFF, 2)):"
        + "\(Self.hex(location >> 3 & 0x1F, 2)).\(location & 7)"
      devices[SafeText(address)] = UInt64(number)
    }
    return devices
  }

  private static func hex(_ value: UInt64, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Processes and the memory they hold, on the devices in `numbers`.
  func processes(on numbers: [SafeText: UInt64]) -> [SafeText: [GPUProcess]] {
    var found: [SafeText: [GPUProcess]] = [:]
    for name in SmallFile.names(in: root + "/proc") {
      guard let pid = Int32(name) else { continue }
      for (address, number) in numbers {
        let directory = "\(root)/proc/\(name)"
        guard let held = SmallFile.number("\(directory)/vram_\(number)") else { continue }
        // A process has a file for every device, and holds some.
        let units = SmallFile.number("\(directory)/stats_\(number)/cu_occupancy") ?? 0
        guard held > 0 || units > 0 else { continue }
        found[address, default: []].append(GPUProcess(pid: pid, memory: Bytes(held)))
      }
    }
    return found
  }
}
