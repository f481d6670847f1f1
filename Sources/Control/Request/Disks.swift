import CLinux
import Glibc

/// Finds the whole disks that IO limits are set on: limits on a partition are not accepted, and one
/// on a mapped device would leave what reaches its disks another way unlimited.
struct Disks: Sendable {
  var sys: String
  var proc: String

  /// What was found: the disks, and what to tell the person about them.
  struct Found: Sendable, Equatable {
    var numbers: [DiskNumber]
    var note: String?
  }

  /// The disks under a directory, from the mount it is on.
  ///
  /// - Throws: the reason why the file system has no disk to limit.
  func under(directory: String) throws(LaunchError) -> Found {
    guard let mount = mount(of: directory) else {
      throw LaunchError(
        "cannot tell which disk the working directory is on; name it with --io-device.")
    }
    if let device = mount.device { return try disks(below: device) }
    throw LaunchError(
      "the working directory is on \(mount.type), which has no disk of its own to limit; name one with --io-device."
    )
  }

  /// The disks that devices named by the person are, or are parts of.
  func named(_ paths: [String]) throws(LaunchError) -> Found {
    var found = Found(numbers: [])
    for path in paths {
      var status = stat()
      guard stat(path, &status) == 0 else {
        throw LaunchError(
          "--io-device \(path.debugDescription): \(SystemError.last.words).")
      }
      guard status.isBlockDevice else {
        throw LaunchError("--io-device \(path.debugDescription) is not a block device.")
      }
      let one = try disks(below: DiskNumber(status.st_rdev))
      found.numbers += one.numbers.filter { !found.numbers.contains($0) }
      found.note = found.note ?? one.note
    }
    return found
  }

  /// The whole disks a device consists of: itself, the disk of a partition, the members of a
  /// device-mapper or RAID device.
  func disks(below device: DiskNumber) throws(LaunchError) -> Found {
    var numbers: [DiskNumber] = []
    collect(device, into: &numbers, depth: 0)
    guard !numbers.isEmpty else {
      throw LaunchError("no disk with the number \(device) in \(sys); name one with --io-device.")
    }
    guard isMapped(device) else { return Found(numbers: numbers) }
    let names = numbers.map(name).joined(separator: ", ")
    let each = numbers.count > 1 ? " each of" : ""
    return Found(
      numbers: numbers,
      note: "IO limits apply to\(each) \(names), which \(name(device)) is made of.")
  }

  private func collect(_ device: DiskNumber, into numbers: inout [DiskNumber], depth: Int) {
    let directory = "\(sys)/dev/block/\(device)"
    let members = Files.names(in: directory + "/slaves").compactMap {
      Files.line("\(directory)/slaves/\($0)/dev").flatMap { DiskNumber(parsing: $0) }
    }
    if !members.isEmpty, depth < 8 {
      for member in members { collect(member, into: &numbers, depth: depth + 1) }
    } else if Files.exists(directory + "/partition") {
      // The entry is a link to …/sda/sda1, so the parent of what it points to is the disk.
      guard let disk = Files.line(directory + "/../dev").flatMap({ DiskNumber(parsing: $0) }),
        disk != device, depth < 8
      else { return }
      collect(disk, into: &numbers, depth: depth + 1)
    } else if Files.exists(directory), !numbers.contains(device) {
      numbers.append(device)
    }
  }

  private func isMapped(_ device: DiskNumber) -> Bool {
    !Files.names(in: "\(sys)/dev/block/\(device)/slaves").isEmpty
  }

  private func name(_ device: DiskNumber) -> String {
    let lines = Files.text("\(sys)/dev/block/\(device)/uevent")?.split(separator: "\n") ?? []
    return lines.first { $0.hasPrefix("DEVNAME=") }.map { String($0.dropFirst(8)) } ?? "\(device)"
  }

  private struct Mount {
    var type: String
    var device: DiskNumber?
  }

  /// The mount a directory is on, by the mount's number rather than its path, which another mount
  /// may hide (`mnt_id` in `/proc/PID/fdinfo`, proc_pid_fdinfo(5)).
  private func mount(of directory: String) -> Mount? {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let info = Files.text("\(proc)/self/fdinfo/\(descriptor)") ?? ""
    let number = info.split(separator: "\n").first { $0.hasPrefix("mnt_id:") }
      .flatMap { $0.split(whereSeparator: \.isWhitespace).last }
    let mounts = Files.text("\(proc)/self/mountinfo") ?? ""
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.first == number, let dash = fields.dropFirst(6).firstIndex(of: "-"),
        fields.count > dash + 2, let device = DiskNumber(parsing: fields[2])
      else { continue }
      let type = String(fields[dash + 1])
      if device.major != 0 { return Mount(type: type, device: device) }
      return Mount(type: type, device: source(fields[dash + 2], of: type))
    }
    return nil
  }

  /// btrfs mounts have numbers of their own, but their source is the disk.
  private func source(_ path: Substring, of type: String) -> DiskNumber? {
    var status = stat()
    guard type == "btrfs", stat(String(path), &status) == 0, status.isBlockDevice else {
      return nil
    }
    return DiskNumber(status.st_rdev)
  }
}
