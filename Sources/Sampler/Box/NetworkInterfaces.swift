import CLinux
import Glibc

/// Which network interfaces count, so that a byte that passes through a bridge, a bond or a
/// container's virtual cable on its way to the wire is counted once.
///
/// Interfaces of hardware have a `device` in sysfs (Documentation/ABI/testing/sysfs-class-net).
/// Where there are none, as inside of a container, all count but the loopback.
struct NetworkInterfaces {
  private let directory: String
  private var known: [[UInt8]: Bool] = [:]

  init(sys: String) { directory = "\(sys)/class/net" }

  /// Whether traffic of the interface counts. sysfs is asked anew when a new name appears.
  mutating func counts(_ name: [UInt8]) -> Bool {
    if let answer = known[name] { return answer }
    if known.count >= Self.mostNames { known.removeAll() }
    let answer = !hasHardware || isHardware(String(decoding: name, as: UTF8.self))
    known[name] = answer
    return answer
  }

  /// Container engines give every container a new name.
  private static let mostNames = 1024

  private func isHardware(_ name: String) -> Bool {
    access("\(directory)/\(name)/device", F_OK) == 0
  }

  private var hasHardware: Bool {
    var found = false
    _ = DirectoryReader().forEach(at: directory) { entry in
      if !found { found = isHardware(String(cString: entry.name)) }
    }
    return found
  }
}
