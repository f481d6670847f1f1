import Model

/// The GPUs of a box by their device nodes, as procfs and sysfs tell them: no driver is asked, which
/// could hang.
struct GPUNodes: Sendable, Equatable {
  struct Device: Sendable, Equatable {
    var identity: GPUIdentity
    /// Numbers of the character devices that are it: `195:0`, `226:128`.
    var nodes: [String]
  }

  /// NVIDIA's in the order of their addresses, which is that of its tools, then the others by their
  /// cards' numbers.
  private(set) var devices: [Device] = []

  init(in system: LaunchSystem) {
    addNVIDIA(system)
    addCards(system)
  }

  /// The kernel's number for NVIDIA's devices (NV_MAJOR_DEVICE_NUMBER), where /proc/devices does not
  /// say another.
  private static let nvidiaMajor = "195"

  private mutating func addNVIDIA(_ system: LaunchSystem) {
    let place = "\(system.proc)/driver/nvidia/gpus"
    let major = Self.major(in: Files.text("\(system.proc)/devices") ?? "")
    for address in Files.names(in: place).sorted() {
      guard let text = Files.text("\(place)/\(address)/information") else { continue }
      guard let minor = Self.value("Device Minor", in: text), Int(minor) != nil else { continue }
      let id = Self.value("GPU UUID", in: text) ?? address
      var identity = GPUIdentity(
        id: GPUID(SafeText(id)), index: devices.count, vendor: .nvidia,
        name: SafeText(Self.value("Model", in: text) ?? "GPU"))
      identity.address = SafeText(address)
      devices.append(Device(identity: identity, nodes: ["\(major):\(minor)"]))
    }
  }

  private mutating func addCards(_ system: LaunchSystem) {
    let place = "\(system.sys)/class/drm"
    var cards: [Device] = []
    for name in Files.names(in: place) where name.hasPrefix("renderD") {
      guard let node = Files.line("\(place)/\(name)/dev"), Self.isNumber(node),
        let uevent = Files.text("\(place)/\(name)/device/uevent"),
        let address = Self.variable("PCI_SLOT_NAME", in: uevent),
        let driver = Self.variable("DRIVER", in: uevent)
      else { continue }
      if driver == "nvidia" {
        let index = devices.firstIndex { $0.identity.address?.string == address }
        if let index { devices[index].nodes.append(node) }
      }
      guard let vendor = Self.vendors[driver],
        let number = Files.names(in: "\(place)/\(name)/device/drm")
          .first(where: { $0.hasPrefix("card") }).flatMap({ Int($0.dropFirst(4)) })
      else { continue }
      var identity = GPUIdentity(
        id: GPUID(SafeText(address)), index: number, vendor: vendor, name: SafeText(driver))
      identity.address = SafeText(address)
      cards.append(Device(identity: identity, nodes: [node]))
    }
    devices += cards.sorted { $0.identity.index < $1.identity.index }
  }

  private static let vendors: [String: GPUIdentity.Vendor] = [
    "amdgpu": .amd, "i915": .intel, "xe": .intel,
  ]

  /// The line `195 nvidia`, or `195 nvidia-frontend` of older drivers.
  private static func major(in devices: String) -> String {
    for line in devices.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[1] == "nvidia" || words[1] == "nvidia-frontend",
        Int(words[0]) != nil
      {
        return String(words[0])
      }
    }
    return nvidiaMajor
  }

  /// `195:0` and nothing else: it becomes a part of a rule.
  private static func isNumber(_ node: String) -> Bool {
    let parts = node.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { UInt32($0) != nil }
  }

  /// The rest of the line `KEY: \t VALUE`.
  private static func value(_ key: String, in text: String) -> String? {
    for line in text.split(separator: "\n") where line.hasPrefix(key + ":") {
      let value = line.dropFirst(key.count + 1).drop { $0 == " " || $0 == "\t" }
      return value.isEmpty ? nil : String(value)
    }
    return nil
  }

  /// The rest of the line `KEY=VALUE`.
  private static func variable(_ key: String, in text: String) -> String? {
    text.split(separator: "\n").first { $0.hasPrefix(key + "=") }
      .map { String($0.dropFirst(key.count + 1)) }
  }
}
