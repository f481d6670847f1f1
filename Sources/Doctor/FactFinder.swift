import CLinux
import Glibc
import Model

/// Looks at the machine. It makes nothing and changes nothing: what may be made is asked with
/// access(2).
package struct FactFinder {
  private let prefix: String

  package init(prefix: String = "") { self.prefix = prefix }

  /// Everything but the terminal, which the command line knows best.
  package func facts() -> Facts {
    var facts = Facts()
    facts.isRoot = geteuid() == 0
    facts.user = userName()
    facts.kernel = kernel()
    facts.cgroups = CgroupLayout(mountinfo: read("/proc/self/mountinfo") ?? "")
    if let unified = facts.cgroups.unified {
      facts.unifiedControllers = words("\(unified.mountPoint)/cgroup.controllers")
    }
    findOwnGroup(&facts)
    facts.hasPressure = exists("/proc/pressure/cpu")
    facts.hasGroupPressure =
      facts.cgroups.unified.map { exists("\($0.mountPoint)/cpu.pressure") || hasBelow($0) } ?? false
    facts.hasSystemd = exists("/run/systemd/system")
    findUserManager(&facts)
    facts.hidesOthers = !facts.isRoot && access("\(prefix)/proc/1/stat", R_OK) != 0
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      facts.openFiles = (Int(clamping: limit.rlim_cur), Int(clamping: limit.rlim_max))
    }
    findGPUs(&facts.gpus)
    facts.hasSwap = (read("/proc/swaps")?.split(separator: "\n").count ?? 0) > 1
    return facts
  }

  /// Asks no driver: that can hang.
  private func findGPUs(_ gpus: inout Facts.GPUs) {
    let vendors: [String: GPUIdentity.Vendor] = [
      "0x10de": .nvidia, "0x1002": .amd, "0x8086": .intel,
    ]
    let bus = "/sys/bus/pci/devices"
    for address in names(in: bus) {
      // Display controllers, of which a 3D controller (0x0302) and an accelerator (0x12) are kinds.
      let kind = words("\(bus)/\(address)/class").first ?? ""
      guard kind.hasPrefix("0x03") || kind.hasPrefix("0x1200") else { continue }
      let maker = words("\(bus)/\(address)/vendor").first.flatMap { vendors[$0] }
      if let maker { gpus.vendors.insert(maker) }
    }
    gpus.hasModule = exists("/proc/driver/nvidia")
    guard gpus.hasModule else { return }
    gpus.mayOpen = access("\(prefix)/dev/nvidiactl", R_OK | W_OK) == 0
    gpus.hasLibrary = dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_LOCAL) != nil
  }

  private func names(in directory: String) -> [String] {
    guard let stream = opendir(prefix + directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  private func findOwnGroup(_ facts: inout Facts) {
    let membership = CgroupMembership(parsing: read("/proc/self/cgroup") ?? "")
    let roots: [CgroupLayout.Hierarchy]
    switch facts.cgroups.version {
    case .v2: roots = [facts.cgroups.unified].compactMap { $0 }
    case .v1, .hybrid: roots = ["cpu", "memory"].compactMap { facts.cgroups.hierarchy(of: $0) }
    case .none: roots = []
    }
    func mayWrite(_ path: String?) -> Bool { path.map { access(prefix + $0, W_OK) == 0 } ?? false }
    facts.mayMakeAtRoot = !roots.isEmpty && roots.allSatisfy { mayWrite($0.mountPoint) }
    if facts.cgroups.version == .v2, let own = membership.unified {
      facts.ownGroup = own
      facts.mayMakeBelowOwn = mayWrite(facts.cgroups.unified?.directory(of: own))
    }
  }

  private func findUserManager(_ facts: inout Facts) {
    let runtime = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? "/run/user/\(getuid())"
    facts.hasUserManager = facts.hasSystemd && exists("\(runtime)/systemd/private")
    facts.lingers = exists("/var/lib/systemd/linger/\(facts.user)")
    guard facts.hasUserManager, let unified = facts.cgroups.unified else { return }
    let manager = "/user.slice/user-\(getuid()).slice/user@\(getuid()).service"
    facts.delegatedControllers = words("\(unified.mountPoint)\(manager)/cgroup.controllers")
  }

  /// The first group below the root has pressure files (the root itself has none before 5.2).
  private func hasBelow(_ hierarchy: CgroupLayout.Hierarchy) -> Bool {
    ["init.scope", "system.slice", "user.slice"].contains {
      exists("\(hierarchy.mountPoint)/\($0)/cpu.pressure")
    }
  }

  private func kernel() -> Facts.KernelVersion {
    let release = read("/proc/sys/kernel/osrelease") ?? ""
    let numbers = release.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
    return Facts.KernelVersion(numbers.first ?? 0, numbers.dropFirst().first ?? 0)
  }

  private func userName() -> String {
    guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else {
      return "\(geteuid())"
    }
    return SafeText(String(cString: name)).string
  }

  private func words(_ path: String) -> [String] {
    (read(path) ?? "").split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
  }

  private func exists(_ path: String) -> Bool { access(prefix + path, F_OK) == 0 }

  /// A small file's text; nil when it cannot be read.
  private func read(_ path: String) -> String? {
    let descriptor = open(prefix + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    var text: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 16 << 10)
    while text.count < 1 << 20 {
      let got = part.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if got <= 0 { break }
      text.append(contentsOf: part[..<got])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
