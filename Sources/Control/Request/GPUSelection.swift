import Glibc
import Model

/// What `--gpus` comes to on this box: variables for the command, and device nodes to deny it.
struct GPUSelection: Sendable, Equatable {
  /// Names and values, for libraries that look there which GPUs are theirs.
  private(set) var variables: [String: String] = [:]
  /// Nodes of the GPUs that are not the job's: `195:1`.
  private(set) var denied: [String] = []
  /// Why nothing keeps the job from the other GPUs; nil where something does, or where there are none.
  private(set) var obstacle: String?

  /// Nothing was asked.
  init() {}

  init(_ asked: [SafeText], in system: LaunchSystem, _ backend: Backend) throws(LaunchError) {
    guard !asked.isEmpty else { return }
    let all = GPUNodes(in: system).devices
    let chosen = try Self.choose(asked, among: all)
    if all.isEmpty {
      obstacle = "no GPU is found on this box; CUDA_VISIBLE_DEVICES is set"
    } else if chosen.count < asked.count {
      obstacle = "of which device an instance is a part is not known before the driver is asked"
    } else {
      denied = all.filter { !chosen.contains($0) }.flatMap(\.nodes)
      if !denied.isEmpty { obstacle = Self.obstacle(backend, uid: system.uid) }
    }
    setVariables(asked, chosen, all)
  }

  /// The devices that are meant, in the order in which they were named; instances are in none.
  private static func choose(
    _ asked: [SafeText], among all: [GPUNodes.Device]
  ) throws(LaunchError) -> [GPUNodes.Device] {
    if let wrong = asked.first(where: { !isName($0) }) {
      throw LaunchError(
        "--gpus takes numbers and UUIDs, such as 0,1 or GPU-…, and \(wrong) is neither.",
        status: .usage)
    }
    guard !all.isEmpty else { return [] }
    var chosen: [GPUNodes.Device] = []
    for name in asked where !name.string.hasPrefix("MIG-") {
      let called = all.filter { $0.identity.isCalled(name) }
      guard !called.isEmpty else {
        let there = all.map { "\($0.identity.index)" }.joined(separator: ", ")
        throw LaunchError("--gpus: there is no GPU \(name); this box has \(there).")
      }
      chosen += called.filter { !chosen.contains($0) }
    }
    return chosen
  }

  /// Whether a word can name a GPU: its number, its UUID or the start of it, its PCI address.
  private static func isName(_ word: SafeText) -> Bool {
    let text = word.string
    if let number = UInt32(text) { return number < 4096 && "\(number)" == text }
    let isUUID = text.hasPrefix("GPU-") || text.hasPrefix("MIG-")
    let rest = text.utf8.dropFirst(isUUID ? 4 : 0)
    // `0000:03:00.0`; an old name of an instance is `MIG-GPU-…/1/0`.
    let marks: [UInt8] = isUUID ? Array("-/GPU".utf8) : Array(":.".utf8)
    return rest.count > 3 && (isUUID || rest.contains(UInt8(ascii: ":")))
      && rest.allSatisfy { marks.contains($0) || $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 6 }
  }

  private mutating func setVariables(
    _ asked: [SafeText], _ chosen: [GPUNodes.Device], _ all: [GPUNodes.Device]
  ) {
    let plain = asked.map(\.string).joined(separator: ",")
    let nvidia = chosen.filter { $0.identity.vendor == .nvidia }
    let amd = all.filter { $0.identity.vendor == .amd }
    let ordinals = amd.indices.filter { chosen.contains(amd[$0]) }
    variables["CUDA_VISIBLE_DEVICES"] = plain
    variables["ROCR_VISIBLE_DEVICES"] = plain
    if !nvidia.isEmpty, nvidia.count == asked.count {
      // By what a device is: an index would count only those that are not denied.
      let ids = nvidia.map(\.identity.id.text.string)
      variables["CUDA_VISIBLE_DEVICES"] = ids.joined(separator: ",")
    } else {
      // The order of NVIDIA's tools, where CUDA's own would put the fastest first.
      variables["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
    }
    guard !ordinals.isEmpty else { return }
    let first = ordinals.indices.map { "\($0)" }.joined(separator: ",")
    // The compute driver does not show devices that are denied (`kfd_devcgroup_check_permission`).
    let isDenied = obstacle == nil && !denied.isEmpty
    variables["ROCR_VISIBLE_DEVICES"] =
      isDenied ? first : ordinals.map { "\($0)" }.joined(separator: ",")
    // HIP takes CUDA's variable too, and counts what ROCR's has left.
    if nvidia.isEmpty { variables["CUDA_VISIBLE_DEVICES"] = first }
  }

  /// Why device nodes cannot be denied.
  private static func obstacle(_ backend: Backend, uid: UInt32) -> String? {
    let rest =
      "; CUDA_VISIBLE_DEVICES and ROCR_VISIBLE_DEVICES are set, which the command can change"
    switch backend {
    case .groups(let places):
      if places.places.contains(where: { $0.controllers.contains("devices") }) {
        return uid == 0 ? nil : "only root may deny devices" + rest
      }
      if places.places.contains(where: { $0.interface == .v2 }) { return viaPrograms + rest }
      return "no devices hierarchy is mounted" + rest
    case .scope: return viaPrograms + rest
    case .process(let reason): return reason + rest
    }
  }

  private static let viaPrograms =
    "cgroup v2 denies devices by eBPF programs, which loadline does not load"

  /// Sets them for the command.
  func setVariables() { for (name, value) in variables { setenv(name, value, 1) } }
}
