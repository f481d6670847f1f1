import GPU
import Model

extension Step {
  /// What an operator would type to do the same.
  var commands: [String] {
    switch place {
    case .file(let directory, _, let name):
      var lines: [String] = []
      if case .reclaim(let bytes) = preparation {
        lines.append(
          "echo \(bytes / 20) > \(quoted("\(directory)/memory.reclaim"))  # again until memory.current is \(bytes) or less"
        )
      }
      if name == LegacyQuota.file, let both = LegacyQuota(after) {
        let now = LegacyQuota(before) ?? LegacyQuota(quota: nil, period: both.period)
        return both.writes(from: now).map {
          "echo \($0.text) > \(quoted("\(directory)/\($0.file)"))"
        }
      }
      return lines + ["echo \(quoted(after)) > \(quoted("\(directory)/\(name)"))"]
    case .property(let unit, let name, let user):
      let words =
        SystemdProperty(rawValue: name)?.arguments(unit: unit, text: after)
        ?? ["set-property", "--runtime", unit, "\(name)=\(after)"]
      let tool = user == nil ? ["systemctl"] : ["systemctl", "--user"]
      return [(tool + words.filter { $0 != "--" }).map(quoted).joined(separator: " ")]
    case .threads(let processes, let attribute):
      return ProcessThreadValues(text: after)?.commands(for: processes, attribute) ?? []
    case .device(let id, let vendor):
      let id = id.text.string
      if let file = GPUPowerLimit.file(of: vendor) {
        // The number of a hwmon directory is another one each time that the driver is loaded.
        return ["echo \(after) | tee /sys/bus/pci/devices/\(quoted(id))/hwmon/hwmon*/\(file)"]
      }
      let watts = Watts(microwatts: after).map { decimalText($0.value, places: 3) } ?? after
      // Without an identity of its own a device is named by its number.
      let device = id.hasPrefix("GPU ") ? String(id.dropFirst(4)) : id
      return ["nvidia-smi -i \(quoted(device)) -pl \(watts)"]
    }
  }

  /// A word as a shell takes it: in quotes where it has anything but plain characters.
  private func quoted(_ word: String) -> String {
    let plain = { (byte: UInt8) in
      byte >= 0x80 || byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5A
        || byte >= 0x61 && byte <= 0x7A
        || [0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x3D, 0x40, 0x5F]
          .contains(byte)
    }
    if !word.isEmpty, word.utf8.allSatisfy(plain) { return word }
    return "'\(word.replacing("'", with: "'\\''"))'"
  }
}
