import Model

/// What sysfs says of a PCI device.
enum PCIDevice {
  /// The NUMA node that a device is connected to; nil where the firmware does not say.
  static func node(_ address: SafeText, prefix: String) -> Int? {
    let path = "\(prefix)/sys/bus/pci/devices/\(address.string)/numa_node"
    guard let node = SmallFile.number(path), node >= 0 else { return nil }
    return Int(node)
  }

  /// `00000000:3B:00.0`, as NVIDIA's driver writes it, as sysfs does: `0000:3b:00.0`.
  static func address(_ bytes: [UInt8]) -> SafeText? {
    guard !bytes.isEmpty else { return nil }
    var text = String(decoding: bytes, as: UTF8.self).lowercased()
    if text.utf8.count == 16, text.hasPrefix("0000") { text.removeFirst(4) }
    return SafeText(text)
  }
}
