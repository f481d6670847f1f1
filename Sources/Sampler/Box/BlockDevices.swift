import CLinux
import Glibc

/// Which block devices count, so that a byte that passes through LVM, RAID or a loop file on its way
/// to a disk is counted once: only devices that stand on no other, and no memory-backed ones.
struct BlockDevices {
  private let sys: String
  private var known: [Device: Bool] = [:]

  init(sys: String) { self.sys = sys }

  /// Whether traffic of this device counts. sysfs is asked once for each device.
  mutating func counts(_ device: Device) -> Bool {
    if let answer = known[device] { return answer }
    let answer = find(device)
    known[device] = answer
    return answer
  }

  private func find(_ device: Device) -> Bool {
    let path = "\(sys)/dev/block/\(device.major):\(device.minor)"
    // A partition's traffic is also counted by its disk.
    if access("\(path)/partition", F_OK) == 0 { return false }
    var target = [CChar](repeating: 0, count: 512)
    let length = readlink(path, &target, target.count)
    guard length > 0 else {
      // Without sysfs: memory disks (1) and loop devices (7) by their fixed majors (devices.txt).
      return device.major != 1 && device.major != 7
    }
    let name =
      target[..<length].map { UInt8(bitPattern: $0) }.split(separator: UInt8(ascii: "/")).last ?? []
    for prefix in ["loop", "ram", "zram"] where name.starts(with: prefix.utf8) { return false }
    var stands = false
    _ = DirectoryReader().forEach(at: "\(path)/slaves") { _ in stands = true }
    return !stands
  }
}
